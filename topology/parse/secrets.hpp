// Where secrets come from: a file or an environment variable that the configuration names, never
// the configuration itself.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "engine/base/result.hpp"
#include "engine/base/settings.hpp"

namespace beckon::topology {

/// The outside of parsing, so that parsing is a function of values. Called from the parsing thread
/// only.
struct secret_source {
  /// Content of a file (path as configured, relative to the configuration directory), without its
  /// last newline.
  std::function<result<std::string>(const std::string& path)> file;
  /// Value of an environment variable.
  std::function<std::optional<std::string>(const std::string& name)> variable;
};

/// Reads the secret `name` from the members `<name>_file` and `<name>_env` of a map: none of them
/// gives "". Reports both given, an unreadable file, an unset variable and a secret written into
/// the configuration itself. `node` is the map that `reader` reads.
std::string read_secret(settings_reader& reader, const settings& node, const std::string& name,
                        const secret_source& outside, problems& out);

/// The problem without the line it stands on: messages must not repeat a secret.
problem masked(problem p);

}  // namespace beckon::topology

// Whom HTTP requests go to, as a channel or a filter is configured.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/base/settings.hpp"
#include "engine/base/time.hpp"

namespace beckon::adapters {

struct endpoint {
  std::string url;                                           ///< http or https
  std::vector<std::pair<std::string, std::string>> headers;  ///< sent with every request
  bool allow_private = false;  ///< private, loopback and link-local addresses too
  std::string ca_file;  ///< certificates to trust instead of the system's; empty: the system's
  duration connect_timeout{3'000};
  bool http2 = false;  ///< offer HTTP/2 on https
};

/// Options `url`, `headers` (name: text), `allow_private`, `http2`, `ca_file`, `connect_timeout`
/// over what `into` holds; reports what is wrong with them. `node` is the map that `reader` reads.
void read_endpoint(settings_reader& reader, const settings& node, endpoint& into, problems& out);

/// Reports `span`, read from `key`, where it is not above 0 and at most 5 min.
void check_span(const settings& node, std::string_view key, duration span, problems& out);

}  // namespace beckon::adapters

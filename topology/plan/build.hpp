// The texts of a configuration directory → deployment, rules and plan, or every problem of every
// file at once. A function of values: what it needs from outside comes as arguments.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/base/settings.hpp"
#include "engine/language/compile.hpp"
#include "engine/plan/plan.hpp"
#include "topology/deployment.hpp"
#include "topology/directory.hpp"
#include "topology/parse/secrets.hpp"

namespace beckon::topology {

/// A channel's own options, to be checked by the adapter of its kind.
struct channel_options {
  const settings& options;    ///< paths are placed already
  const std::string& secret;  ///< as fetched; "" for none
  const std::string& data;    ///< the data directory: what lies below it need not exist yet
};

/// One kind of channel that there is an adapter for.
struct channel_kind {
  std::string name;
  /// Reports what is wrong with the options.
  std::function<void(const channel_options& given, problems& out)> check;
};

/// One kind of filter that asks somebody outside, by an adapter.
struct asking_kind {
  std::string name;
  /// Reports what is wrong with what the adapter needs of the filter's options; paths are placed
  /// already. `token`: as fetched from `token_file` or `token_env`, "" for none.
  std::function<void(const settings& options, const std::string& token, problems& out)> check;
};

/// What there are adapters for.
struct outside_kinds {
  std::vector<channel_kind> channels;
  std::vector<asking_kind> filters;
};

struct loaded_rule {
  std::string path;
  std::string name;  ///< of the file
  language::compiled_file compiled;
};

struct configuration {
  topology::deployment deployment;
  /// What rules are compiled against; `names.events` is never null, and with rules knows the events
  /// they derive.
  language::environment names;
  std::vector<loaded_rule> rules;  ///< by file name; also those that did not compile
  plan_ptr plan;                   ///< revision 1; null when there are errors
  problems found;                  ///< errors and warnings, sorted by file, line, column
};

/// beckon.yaml, catalogue.yaml and lists/ only: enough to compile a rule. No rules, no plan.
configuration build_ground(const configuration_directory& files, const secret_source& outside);

/// Everything.
configuration build_configuration(const configuration_directory& files,
                                  const secret_source& outside, const outside_kinds& kinds);

}  // namespace beckon::topology

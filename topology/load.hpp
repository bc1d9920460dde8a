// Reads a configuration directory from the disk and builds it; secrets come from files below it and
// from the environment.
#pragma once

#include <string>
#include <vector>

#include "topology/plan/build.hpp"

namespace beckon::topology {

/// Everything in `directory`; `found` holds all problems, `plan` is null when one of them is an
/// error. Blocks on the disk.
configuration load_configuration(const std::string& directory, const outside_kinds& kinds);

/// Secrets in files below `directory` and in this process' environment.
secret_source secrets_below(const std::string& directory);

/// Only what a rule is compiled against.
configuration load_ground(const std::string& directory);

}  // namespace beckon::topology

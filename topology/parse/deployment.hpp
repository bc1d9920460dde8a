// beckon.yaml → deployment. A function of values: what it needs from outside comes as
// `secret_source`.
#pragma once

#include <string>

#include "engine/base/settings.hpp"
#include "topology/deployment.hpp"
#include "topology/parse/secrets.hpp"

namespace beckon::topology {

/// Reads the whole file; every problem goes to `out` and the field keeps its default.
/// `directory` is the configuration directory: relative paths are below it.
deployment parse_deployment(const settings& root, const std::string& directory,
                            const secret_source& outside, problems& out);

/// What holds without a beckon.yaml: the defaults, data in `directory`/data, one http source "web".
deployment default_deployment(const std::string& directory);

}  // namespace beckon::topology

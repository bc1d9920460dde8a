// Names in beckon.yaml that must fit its sources.
#pragma once

#include "engine/base/settings.hpp"
#include "topology/deployment.hpp"

namespace beckon::topology {

/// Reports http keys bound to a source that does not exist or takes no HTTP, and NATS sources that
/// capture overlapping or Beckon's own subjects. `root` is beckon.yaml, for places.
void validate_sources(const deployment& d, const settings& root, problems& out);

}  // namespace beckon::topology

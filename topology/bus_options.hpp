// How to reach the broker of a deployment.
#pragma once

#include "adapters/nats/nats_options.hpp"
#include "engine/base/result.hpp"
#include "topology/deployment.hpp"

namespace beckon::topology {

/// Options of a broker that somebody else runs.
adapters::nats_options bus_options(const external_broker& bus);

/// Options for another process on this machine: those of the configuration, or of the embedded
/// broker of the running node (DATA/run.json). Errors: not_found or unavailable (embedded, and no
/// node runs).
result<adapters::nats_options> bus_options_beside(const deployment& d);

}  // namespace beckon::topology

// The way out of every configured channel.
#pragma once

#include <string>

#include "actors/channel/channels.hpp"
#include "adapters/nats/nats_bus.hpp"
#include "engine/base/settings.hpp"
#include "engine/plan/plan.hpp"

namespace beckon::topology {

/// A sender per channel of the plan; null where `out` says why. `bus` outlives them.
actors::channel_ways make_channel_ways(const plan& p, adapters::nats_bus& bus, problems& out);

}  // namespace beckon::topology

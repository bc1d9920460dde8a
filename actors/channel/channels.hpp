// The channels station: supervisor of one actor per channel, each handing attempts to its sender.
// What is in flight lives on the channel's desk and survives the actor. Supervised by the root. A
// channel over its budget answers every attempt with busy ("channel_down") until restart. Receives
// from outboxes; desks answer them directly.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "actors/supervision/watch.hpp"
#include "engine/delivery/breaker.hpp"
#include "messages/actor/protocol.hpp"

namespace beckon::actors {

/// A channel's way out, and how it is spared.
struct channel_way {
  std::shared_ptr<port::sender> out;
  delivery::breaker_policy breaker;
  delivery::retry_budget_policy budget;
};
using channel_ways = std::map<std::string, channel_way>;  ///< by channel id

channels_actor spawn_channels(caf::actor_system& system, const surroundings& around,
                              channel_ways out, restart_limits limits);

}  // namespace beckon::actors

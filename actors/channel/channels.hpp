// The channels station: supervisor of one actor per channel, each handing attempts to its sender.
// What is in flight lives on the channel's desk and survives the actor. Supervised by the root. A
// channel over its budget answers every attempt with busy ("channel_down") until restart. Receives
// from outboxes; desks answer them directly.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "actors/supervision/watch.hpp"
#include "messages/actor/protocol.hpp"

namespace beckon::actors {

using senders = std::map<std::string, std::shared_ptr<port::sender>>;  ///< by channel id

channels_actor spawn_channels(caf::actor_system& system, const surroundings& around, senders out,
                              restart_limits limits);

}  // namespace beckon::actors

// The tracker: publishes decision records to `<prefix>.track.<partition>`, one message per
// (partition, epoch) with its Msg-Id, in order per partition; a refused or unanswered one is sent
// again. Supervised by the root. Survives a restart: nothing; a partition's next incarnation hands
// over what the store holds unpublished.
#pragma once

#include <string>

#include "messages/actor/protocol.hpp"
#include "messages/port/bus.hpp"
#include "messages/port/log.hpp"
#include "messages/port/metrics.hpp"

namespace beckon::actors {

struct tracker_parts {
  std::string prefix;
  port::bus* bus = nullptr;
  port::log* log = nullptr;
  port::metrics* metrics = nullptr;
};

tracker_actor spawn_tracker(caf::actor_system& system, tracker_parts parts);

}  // namespace beckon::actors

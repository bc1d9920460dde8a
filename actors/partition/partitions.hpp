// The partitions station: supervisor of the node's partitions. A partition over its budget
// escalates: the process ends and is started again. Passes ticks and door clocks on. Supervised by
// the root.
#pragma once

#include <vector>

#include "actors/partition/partition.hpp"

namespace beckon::actors {

using partitions_actor =
    caf::typed_actor<caf::reacts_to<node_tick>,  // passed on to every partition
                     caf::reacts_to<door_tick>,  // likewise
                     caf::reacts_to<redrive_request>,  // passed on to the one it is for
                     caf::reacts_to<drain>>;     // passed on to every partition

/// `all`: the parts of every partition the node owns; incarnations are counted here.
partitions_actor spawn_partitions(caf::actor_system& system, const surroundings& around,
                                  std::vector<partition_parts> all, restart_limits limits,
                                  std::function<void(give_up)> escalate);

}  // namespace beckon::actors

// The filters station: supervisor of one actor per configured filter. A batch of one round goes
// from filter to filter of its chain and at the end back to its partition:
//   1. partition → filters: filter_batch at position 0
//   2. filters → filter[id] of that position; the filter moves what it refuses to `refused`,
//   position + 1, back to 1
//   3. past the last filter, or when nothing is left: → partition
// Supervised by the root. A filter over its budget is off until restart: its fail policy answers.
// Survives a restart: nothing is kept; filters are pure.
#pragma once

#include "actors/supervision/watch.hpp"
#include "messages/actor/protocol.hpp"

namespace beckon::actors {

/// `first`: the plan whose filters get actors; later plans bring their own judges under the same
/// ids.
filters_actor spawn_filters(caf::actor_system& system, const surroundings& around, plan_ptr first,
                            restart_limits limits);

}  // namespace beckon::actors

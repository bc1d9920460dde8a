// The predicates station: supervisor of one actor per filter that asks somebody outside.
//   1. partition → predicates: predicate_ask, once the pending decision is committed
//   2. predicates → predicate[filter] → its desk: asked at once, or it waits for a place
//   3. desk → partition: predicate_answer: pass, refuse, or failed with the word why (the partition
//      then applies the filter's fail policy)
// What is under way lives on the filter's desk and survives the actor; a partition's next
// incarnation that asks again attaches to it. Every ask is answered, unless this station itself
// ends: then the partition gives up at `until`. Supervised by the root. A filter over its budget
// answers failed (ask_down) until restart. Survives a restart of the process: nothing; partitions
// ask again.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "actors/supervision/watch.hpp"
#include "engine/outreach/filter.hpp"
#include "messages/actor/protocol.hpp"
#include "messages/port/predicate.hpp"

namespace beckon::actors {

/// Whom a filter asks, and how. Whoever starts the station keeps `whom` until its actors have
/// ended.
struct predicate_way {
  std::shared_ptr<port::predicate> whom;
  outreach::asking how;
};
using predicate_ways = std::map<std::string, predicate_way>;  ///< by filter id

predicates_actor spawn_predicates(caf::actor_system& system, const surroundings& around,
                                  predicate_ways ways, restart_limits limits);

}  // namespace beckon::actors

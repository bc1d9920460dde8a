// The rules station: supervisor of one actor per rule, each routing its rule's firings to the
// actions that subscribe to it and keeping the rule's figures. Supervised by the root. A rule over
// its budget, or one that made sessions of three subjects throw, is off until restart: its name
// leaves the plan. Survives a restart: nothing is kept. Receives from partitions; a rule actor
// answers the partition directly.
#pragma once

#include "actors/supervision/watch.hpp"
#include "messages/actor/plan_board.hpp"
#include "messages/actor/protocol.hpp"

namespace beckon::actors {

rules_actor spawn_rules(caf::actor_system& system, const surroundings& around, plan_board& plans,
                        restart_limits limits);

}  // namespace beckon::actors

// The loader: reads rows of subjects without a session (one MultiGet for an epoch's misses) and
// what a new incarnation of a partition begins with. Supervised by the root (detached: it blocks on
// the disk). Holds no state.
#pragma once

#include "messages/actor/protocol.hpp"
#include "messages/port/store.hpp"

namespace beckon::actors {

loader_actor spawn_loader(caf::actor_system& system, port::store& store);

}  // namespace beckon::actors

// The committer station: supervisor of the writer, which makes the records of all partitions
// durable. Supervised by the root. A writer that fails is started again; each partition whose
// record it failed on begins anew from the store. Over its budget it escalates. Survives a restart
// of the writer: requests that it had not begun.
#pragma once

#include <functional>

#include "actors/supervision/watch.hpp"
#include "messages/actor/protocol.hpp"
#include "messages/port/store.hpp"

namespace beckon::actors {

struct committer_parts {
  port::store* store = nullptr;
  surroundings around;
  std::function<void(give_up)> give_up;  ///< any thread
};

committer_actor spawn_committer(caf::actor_system& system, committer_parts parts,
                                restart_limits limits);

}  // namespace beckon::actors

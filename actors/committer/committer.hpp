// The committer: waits for records of any partition and writes those that came meanwhile in one synced batch.
// Supervised by the root (linked, detached: it blocks on the disk). Refuses records of an older incarnation of a
// partition; a new one passes a barrier (an empty record) first. A full disk is waited out: partitions hold. An fsync error
// ends the process (root). Survives a restart: nothing; partitions begin anew when an answer is missing.
#pragma once

#include <memory>

#include "messages/actor/protocol.hpp"
#include "messages/port/health.hpp"
#include "messages/port/log.hpp"
#include "messages/port/metrics.hpp"
#include "messages/port/store.hpp"

namespace beckon::actors {

struct committer_parts {
  port::store* store = nullptr;
  port::log* log = nullptr;
  port::metrics* metrics = nullptr;
  port::health_board* board = nullptr;
  std::function<void(give_up)> give_up;   ///< any thread
};

committer_actor spawn_committer(caf::actor_system& system, committer_parts parts);

}  // namespace beckon::actors

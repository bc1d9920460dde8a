// A session: one subject's state behind an actor, so that what its rules do to it is contained.
// Child of its partition, which ends it (when idle, over the bound, or with itself); it reports its
// own exception. Its bytes live in the partition's commits: a new session of the subject begins
// with them. Nothing else survives it.
#pragma once

#include <cstdint>
#include <memory>

#include "actors/supervision/watch.hpp"
#include "messages/actor/protocol.hpp"

namespace beckon::actors {

/// How the sessions of a partition judge, and whose they are; shared by all of them.
struct session_settings {
  surroundings around;
  duration grace{};
  duration out_of_order{};
  partition_actor owner;
  std::uint64_t incarnation = 0;  ///< the owner's
};

/// A session, asleep until its first message.
session_actor make_session(caf::actor_system& system, std::shared_ptr<const session_settings> how,
                           std::uint32_t slot);

}  // namespace beckon::actors

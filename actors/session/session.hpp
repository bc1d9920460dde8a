// A session: one subject's state behind an actor, so that what its rules do to it is contained.
// Child of its partition, which ends it (when idle, over the bound, or with itself); it reports its
// own exception. Its bytes live in the partition's commits: a new session of the subject begins
// with them. Nothing else survives it.
#pragma once

#include "actors/supervision/watch.hpp"
#include "messages/actor/protocol.hpp"

namespace beckon::actors {

/// How sessions of this partition judge; shared by all of them, outlives them.
struct session_settings {
  const surroundings* around = nullptr;
  duration grace{};
  duration out_of_order{};
};

/// The behaviour; spawned lazily by the partition.
session_actor::behavior_type session(session_actor::base* self, const session_settings* settings,
                                     partition_actor owner, std::uint32_t slot);

}  // namespace beckon::actors

// The door of an HTTP source that keeps a log: a request is answered when the log has its events on
// the disk; they are then published, and published again when the broker lost them. Child of
// `sources` (linked + monitored, detached: it reads the log and asks the broker). Its name is its
// node's alone: the log keeps its counter.
//
// Way of an event: accepted → waits for the log → given to the door inside, in order; while that is
// full or the broker is away, it stays in the log alone (the backlog) and is read from there. A
// position is published only when the log has it. Nothing waiting holds an arrival that the clock
// has passed.
//
// Begin, and begin anew after a reconnect or a loss: look into the queues (logged_start.hpp), give
// the door everything that some queue lacks. Survives a restart: the log. A failed fsync of it ends
// the process, as the committer's does: what is on the disk nobody knows, and only a new process
// reads it. A full disk does not.
#pragma once

#include <functional>

#include "actors/source/door_driver.hpp"
#include "messages/actor/life.hpp"
#include "messages/port/ingest_log.hpp"

namespace beckon::actors {

struct logged_source_parts {
  source_parts common;
  port::ingest_log* log = nullptr;             ///< outlives the actor system
  std::uint64_t most_unacked = 0;              ///< bytes; beyond them requests are refused
  std::vector<std::string> streams;            ///< by queue: partitions, then the log of items
  std::function<void(give_up)> escalate = {};  ///< set by `sources`: the log failed to sync
};

source_actor::behavior_type logged_source(source_actor::base* self, caf::actor_addr parent,
                                          logged_source_parts parts);

}  // namespace beckon::actors

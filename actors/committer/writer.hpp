// The writer: waits for records of any partition and writes those that came meanwhile in one synced
// batch. Child of the committer (linked + monitored, detached: it blocks on the disk). Refuses
// records of an older incarnation of a partition; a new one passes a barrier (an empty record)
// first. Records of one partition are written in the order they came; behind one that failed none
// of its incarnation counts. A full disk is waited out: partitions hold. A failed fsync ends the
// process. Survives a restart: nothing; by their tokens requests it had begun fail, the others go
// to the next writer.
#pragma once

#include "actors/committer/committer.hpp"

namespace beckon::actors {

/// A partition's request under the committer's token: confirmed once it is answered.
struct write_request {
  std::shared_ptr<commit_request> what;
  partition_actor reply_to;
  token alive;
};

using writer_actor =
    caf::typed_actor<caf::reacts_to<write_request>,     // committer: a record, or a barrier
                     caf::reacts_to<caf::flush_atom>>;  // its own: write what has come together

writer_actor::behavior_type writer(writer_actor::base* self, caf::actor_addr parent,
                                   committer_parts parts);

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::write_request)

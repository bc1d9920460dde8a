// The reader of a NATS source: takes messages of the captured stream (BECKON_in_<source>; a publish
// ack there has accepted the event), makes events of them and puts them on the source's queues.
// Child of `sources` (linked + monitored, detached: it asks the broker where its predecessor
// stopped). Position = sequence in the captured stream, so a restart goes on from the highest
// low-water mark stored; what it sends twice the partitions drop. What is no event goes to
// `<prefix>.rejected.<source>`.
#pragma once

#include "actors/source/door_driver.hpp"

namespace beckon::actors {

struct nats_source_parts {
  source_parts common;
  std::string stream;                      ///< BECKON_in_<source>
  std::int64_t created_ns = 0;             ///< its identity
  std::vector<std::string> queue_streams;  ///< by partition
};

source_actor::behavior_type nats_source(source_actor::base* self, caf::actor_addr parent,
                                        nats_source_parts parts);

}  // namespace beckon::actors

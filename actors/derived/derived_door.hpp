// The derived door of a partition: puts the entries its commits hold on the queues "derived" of the
// partitions they go to, again until each is stored, and says how far everything is. Child of its
// partition (linked): when it fails, its partition ends with it and begins anew. Its name,
// "derived/<partition>", and its positions last for ever, so what is sent twice is taken once; no
// clock waits for it. Survives a restart: the store's rows; the next incarnation hands them to a
// new one.
#pragma once

#include <string>

#include "actors/supervision/watch.hpp"
#include "messages/actor/protocol.hpp"

namespace beckon::actors {

struct derived_parts {
  std::uint64_t incarnation = 0;
  partition_actor owner;
  std::uint32_t number = 0;  ///< the partition's
  std::uint32_t partitions = 1;
  std::string prefix;  ///< of bus subjects
  port::bus* bus = nullptr;
  surroundings around;
};

derived_actor spawn_derived(partition_actor::base* parent, derived_parts parts);

}  // namespace beckon::actors

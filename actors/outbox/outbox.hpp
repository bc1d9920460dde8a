// The outbox of a partition: offers committed deliveries to channels by credit and settles what
// they answer. Child of its partition (linked). Sends attempts to `channels`, settlements to the
// partition; learns of commits from the partition. An attempt lost with a crashed channel actor is
// offered again alone; lost again, it is poison: dead, and dead-lettered. When it fails, its
// partition ends with it and begins anew. Survives a restart: the store's rows; the next
// incarnation hands them to a new outbox.
#pragma once

#include "actors/supervision/watch.hpp"
#include "messages/actor/plan_board.hpp"
#include "messages/actor/protocol.hpp"

namespace beckon::actors {

struct outbox_parts {
  std::uint64_t incarnation = 0;
  partition_actor owner;
  channels_actor channels;
  plan_board* plans = nullptr;
  std::uint32_t partitions = 1;  ///< a channel's concurrency is shared among them
  surroundings around;
};

outbox_actor spawn_outbox(partition_actor::base* parent, outbox_parts parts);

}  // namespace beckon::actors

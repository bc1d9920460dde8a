// The follower of the items' log: applies its rows in order, saves each with the offset it was read
// at, purges what is saved when the log has grown over half its bound. Child of `items` (linked +
// monitored, detached: it blocks on disk and broker). An offset that does not fit the log (lost,
// made anew) is said, and the log is read again from its first row: rows that are known stay.
#pragma once

#include "actors/items/items.hpp"

namespace beckon::actors {

item_follower_actor::behavior_type item_follower(item_follower_actor::pointer self,
                                                 caf::actor_addr parent, items_parts parts);

}  // namespace beckon::actors

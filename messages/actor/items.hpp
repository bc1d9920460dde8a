// What the follower of the items' log hears, and what it says when doors may open.
// Plain values; nothing here crosses a process.
#pragma once

#include <caf/all.hpp>

#include "messages/actor/queues.hpp"

namespace beckon::actors {

/// The log has been read to its end once: what doors attach is complete.
struct items_known {};

/// Its own: the disk was full, try again.
struct save_again {};

/// Reads the log of items, keeps a node's snapshot of it. Child of `items`.
using item_follower_actor =
    caf::typed_actor<caf::reacts_to<queue_messages>,  // reader: rows, contiguous
                     caf::reacts_to<queue_trouble>,   // reader: health, an offset that does not fit
                     caf::reacts_to<save_again>>;     // its own

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::items_known)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::save_again)

// The items station: supervisor of the follower, which reads the log of items (BECKON_items) into
// the node's snapshot and onto the shelf that doors attach from. Supervised by the root; started
// before sources, whose doors open when it has read the log to its end once. A follower that fails
// is started again and goes on behind what is saved; over its budget the station escalates.
// Survives a restart: the snapshot, the shelf.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "actors/supervision/watch.hpp"
#include "messages/actor/item_shelf.hpp"
#include "messages/actor/items.hpp"
#include "messages/actor/life.hpp"
#include "messages/port/item_store.hpp"

namespace beckon::actors {

/// What the follower works with; all that is pointed to outlives the actor system.
struct items_parts {
  std::string stream;          ///< BECKON_items
  std::int64_t max_bytes = 0;  ///< its bound; over half of it what is saved is purged
  port::bus* bus = nullptr;
  port::item_store* store = nullptr;
  std::shared_ptr<item_shelf> shelf;  ///< null: this node follows no items
  surroundings around;
  std::function<void()> known;            ///< any thread; when the log has been read to its end
  std::function<void(give_up)> escalate;  ///< any thread
};

using items_actor = caf::typed_actor<caf::reacts_to<restart_child>>;  // its own

items_actor spawn_items(caf::actor_system& system, items_parts parts, restart_limits limits);

}  // namespace beckon::actors

// The root: starts the stations of a node, downstream first; ends them upstream first. Supervised
// by whoever runs the node. A station that ends although nobody stopped it, and a station that
// escalates (committer, partitions, sources: over their budget; a failed fsync), cannot be mended
// here: `cannot_go_on`, the process ends and is started again. Survives a restart: nothing; a new
// root is a new process.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/channel/channels.hpp"
#include "actors/items/items.hpp"
#include "actors/partition/partitions.hpp"
#include "actors/predicate/predicates.hpp"
#include "actors/source/sources.hpp"
#include "messages/port/store.hpp"

namespace beckon::actors {

/// How often the children of each station may be started again.
struct station_limits {
  restart_limits committer;
  restart_limits channel;
  restart_limits filter;  ///< and predicate
  restart_limits rule;
  restart_limits partition;
  restart_limits source;
};

/// A partition the node owns, and its queues.
struct partition_slice {
  std::uint32_t number = 0;
  std::vector<partition_source> sources;
};

/// What the stations of a node work with; all that is pointed to outlives the actor system.
struct root_parts {
  surroundings around;
  std::string prefix;  ///< of bus subjects
  port::store* store = nullptr;
  port::bus* bus = nullptr;
  plan_board* plans = nullptr;
  station_limits limits;
  channel_ways out;
  predicate_ways asked;  ///< whom filters ask
  std::shared_ptr<const partition_settings> settings;
  std::shared_ptr<partition_probes> probes;
  std::vector<partition_slice> slices;
  std::function<void(const std::string& stream, std::uint64_t below)> purge;  ///< does not block
  std::function<void()> trim;  ///< gives freed memory back to the system; does not block
  items_parts items;  ///< without a shelf: none; `known` and `escalate` are the root's to set
  std::vector<any_source> doors;  ///< their `drained` is the root's to set
  std::shared_ptr<door_book> book;
  std::function<void(give_up)> cannot_go_on;  ///< any thread
  std::function<void()> at_rest;              ///< any thread; once, when everything has drained
};

using root_actor =
    caf::typed_actor<caf::reacts_to<node_tick>,        // passed on to sources and partitions
                     caf::reacts_to<door_tick>,        // passed on to partitions
                     caf::reacts_to<redrive_request>,  // likewise
                     caf::reacts_to<drain>,  // sources end their doors; then partitions finish;
                                             // then `at_rest`
                     caf::reacts_to<items_known>,  // doors may open: sources are started
                     caf::reacts_to<drained>,      // a door or a partition has come to rest
                     caf::reacts_to<give_up>>;     // a station escalates

root_actor spawn_root(caf::actor_system& system, root_parts parts);

}  // namespace beckon::actors

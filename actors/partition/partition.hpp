// A partition: owns a slice of the subjects; takes from its queues, has sessions judge, decides in
// rounds, commits one record per epoch, and only then releases to its outbox. Child of `partitions`
// (linked + monitored). Sends to sessions, outbox and derived door (its children), rules, filters,
// committer, loader, tracker. Works on an epoch while the one before is being committed. Survives a
// restart: what was committed. A new incarnation passes a barrier through the committer, then
// recovers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/partition/start_book.hpp"
#include "actors/session/session.hpp"
#include "actors/supervision/watch.hpp"
#include "messages/actor/item_shelf.hpp"
#include "messages/actor/plan_board.hpp"
#include "messages/actor/protocol.hpp"
#include "messages/port/bus.hpp"

namespace beckon::actors {

/// A queue of the partition's, one per source.
struct partition_source {
  std::string id;
  bool live = true;             ///< HTTP or NATS; false: import
  std::string stream;           ///< BECKON_<source>_<p>
  std::int64_t created_ns = 0;  ///< the stream's identity
  bool derived = false;         ///< what partitions tell: no clock waits for it
};

/// How all partitions of a node work.
struct partition_settings {
  std::uint32_t partitions = 1;
  bool event_time = false;                    ///< `--clock event`
  std::uint32_t epoch_events = 4096;          ///< an epoch takes at most so many inputs …
  duration epoch_time{20};                    ///< … for at most so long
  duration quiet_epoch_time{100};  ///< one that concerns nobody stays open for so long
  std::uint32_t queue_credit = 1024;          ///< messages read ahead per queue, at most …
  std::uint64_t queue_bytes = 256 << 20;      ///< … and about so many bytes per node
  std::uint64_t resident_sessions = 100'000;  ///< of the node …
  std::uint64_t session_bytes = 512 << 20;    ///< … and about so much memory
  std::uint64_t dedup_bytes = 0;              ///< of the node
  duration dedup_window{};
  duration late_limit{};
  duration clock_wait_max{};
  duration absence_grace{};                   ///< live only
  duration out_of_order{};                    ///< the largest of the sources
  duration session_idle{300'000};             ///< a session unused for so long ends
  std::uint64_t outbox_entries = 100'000;     ///< nothing is taken while the outbox holds more
  std::uint64_t pending_decisions = 100'000;  ///< of the node; the least important end first
  std::uint64_t dead_letters = 100'000;       ///< kept of the node; the oldest go first
  std::string prefix{};                       ///< of bus subjects
  std::shared_ptr<start_book> starts{};       ///< how starts went; null: nobody keeps it
};

/// The stations a partition works with; all outlive it.
struct partition_peers {
  committer_actor committer;
  loader_actor loader;
  tracker_actor tracker;
  rules_actor rules;
  filters_actor filters;
  channels_actor channels;
  predicates_actor predicates;  ///< none: what is asked outside is not answered
  port::bus* bus = nullptr;
  plan_board* plans = nullptr;
  std::shared_ptr<const item_shelf>
      items;  ///< what events carry of the items they name; null: nothing
  std::function<void(drained)> drained;                                       ///< any thread
  std::function<void(const std::string& stream, std::uint64_t below)> purge;  ///< does not block
  std::function<void()> trim;  ///< gives freed memory back to the system; does not block
};

/// Counters of all partitions of a node, made once.
struct partition_probes;
std::shared_ptr<partition_probes> make_partition_probes(
    port::metrics& metrics, const std::vector<partition_source>& sources);

struct partition_parts {
  std::uint32_t number = 0;
  std::uint64_t incarnation = 1;  ///< within this process: 1, 2, …
  /// The commit order when this process took the partition over; set by the first incarnation, kept
  /// by the supervisor.
  std::shared_ptr<std::optional<std::uint64_t>> order_at_start;
  std::vector<partition_source> sources;
  std::shared_ptr<const partition_settings> settings;
  std::shared_ptr<partition_probes> probes;
  partition_peers peers;
  surroundings around;
};

partition_actor::behavior_type partition(partition_actor::base* self, caf::actor_addr parent,
                                         partition_parts parts);

}  // namespace beckon::actors

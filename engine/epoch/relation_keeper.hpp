// What a partition does for the relations it stores, beside writing changes down: looks through
// them bit by bit, deletes what nobody asks for any more, and ends the oldest of who has too many.
// Decides which rows are read next and what the next epoch writes. Pure; owned by one partition.
// Source: design.md, "Relations, items, profiles, identity".
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/access/relation_sweep.hpp"

namespace beckon::epoch {

/// The rows to be read next: of one side, from behind `after` on, that begin with `prefix`.
struct relation_scan {
  relation_side side = relation_side::owner;
  std::string prefix;
  std::string after;
  std::size_t most = 0;
};

/// What an epoch writes: rows that go, and pairs that end, found on `side`.
struct relation_writes {
  relation_side side = relation_side::owner;
  std::vector<std::string> gone;
  std::vector<relation_drop> beyond;
  bool empty() const noexcept { return gone.empty() && beyond.empty(); }
};

/// Nobody asks who was related before it: `clock` is the partition's, `oldest_job` when the
/// earliest firing fired whose members are not all told, `lateness` how long after its time an
/// event may still be judged.
timestamp relations_asked_from(timestamp clock, timestamp oldest_job, duration lateness) noexcept;

class relation_keeper {
 public:
  static constexpr std::size_t piece = 1'000;          ///< rows a scan reads
  static constexpr std::size_t most_dropped = 10'000;  ///< pairs of one owner that end in a pass
  static constexpr std::size_t most_checks = 10'000;   ///< members waiting to be counted
  static constexpr duration pace{800};                 ///< from piece to piece of a pass
  static constexpr duration pause{60'000};             ///< from pass to pass

  /// The epoch under way adds something to the member: it is counted after the commit. Beyond
  /// `most_checks`, it is counted when a pass comes by.
  void added(const relation_declaration& relation, std::string_view member);
  /// The epoch under way writes nothing more; the next one begins.
  void sealed();
  /// The oldest sealed epoch is durable.
  void committed();

  /// What is to be read now; none while something is being read, or found and not yet durable.
  /// `events`: the catalogue in force. `now`: node time. A pass over all owners, then one over all
  /// members, goes on piece by piece; between, members who got more are counted.
  std::optional<relation_scan> next_scan(const std::shared_ptr<const catalogue>& events,
                                         timestamp now);
  /// What was asked for; `whole`: nothing stands behind it.
  void scanned(const std::vector<relation_row>& rows, bool whole, const sweep_times& t);

  bool has_writes() const noexcept { return !found_.gone.empty() || !found_.beyond.empty(); }
  /// At most so many rows and pairs, for the epoch under way.
  relation_writes take(std::size_t most);

 private:
  enum class reading : std::uint8_t { nothing, a_pass, a_member };

  bool begin_check(const std::shared_ptr<const catalogue>& events);
  void end_pass();

  /// What an epoch not durable yet has to do with the keeper.
  struct epoch_part {
    std::set<std::string> fresh;  ///< members that get more: what their rows begin with
    bool writes_last = false;     ///< the last of what was found
  };
  bool writing() const noexcept;

  epoch_part under_way_;
  std::deque<epoch_part> sealed_;  ///< oldest first
  std::set<std::string> checks_;   ///< members as above, durable
  reading reading_ = reading::nothing;
  swept_rows found_;
  relation_side found_on_ = relation_side::owner;

  // the member being counted
  std::optional<relation_sweep> check_;
  std::string checked_;
  std::string check_after_;
  // the pass
  std::optional<relation_sweep> pass_;
  relation_side pass_side_ = relation_side::owner;
  std::string pass_after_;
  timestamp pass_due_ = beginning;
  timestamp last_asked_ = beginning;
};

}  // namespace beckon::epoch

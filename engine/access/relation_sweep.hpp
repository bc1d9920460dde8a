// What of the rows of relations is not needed any more, and who has too many: found in one pass
// over a partition's rows of one side, in pieces of any size. Pure; owned by one partition. Source:
// design.md, "Relations, items, profiles, identity".
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/access/relation_log.hpp"

namespace beckon {

/// Whose rows: the owners' are RELATION, the members' MEMBERSHIP.
enum class relation_side : std::uint8_t { owner, member };

/// A pair that ends because one of its sides has too many. By name: a catalogue may come and go
/// before it is written.
struct relation_drop {
  std::string relation;
  std::string member;
  std::string owner;
  timestamp at{};
  friend bool operator==(const relation_drop&, const relation_drop&) = default;
};

struct swept_rows {
  std::vector<std::string> gone;      ///< keys, ascending within a pass
  std::vector<relation_drop> beyond;  ///< oldest first of each who has too many
};

struct sweep_times {
  timestamp asked_from = beginning;  ///< nobody asks who was related before
  timestamp now = beginning;         ///< what has expired by then takes no room
};

/// A row goes when no question at or after `asked_from` is answered by it: what a later change
/// supersedes by then, a removal by then, and what has expired by then. Who has more than the cap
/// of their side loses the oldest, of equal times those first in the order of ids, as of the time
/// when the newest was added: at most `most_dropped` a pass. Rows of a relation that the catalogue
/// does not have are left alone.
class relation_sweep {
 public:
  relation_sweep(std::shared_ptr<const catalogue> events, relation_side side,
                 std::size_t most_dropped);

  /// The next rows in key order.
  void pass(std::span<const relation_row> rows, const sweep_times& t, swept_rows& into);
  /// There are no more.
  void finish(const sweep_times& t, swept_rows& into);

 private:
  using aged = std::pair<timestamp, std::string>;  ///< added when, id of the other side

  void begin_side(std::string_view key, const stored_change& first);
  void end_pair(const sweep_times& t, swept_rows& into);
  void end_side(swept_rows& into);
  std::size_t cap() const noexcept;

  std::shared_ptr<const catalogue> events_;
  std::vector<std::pair<std::string, const relation_declaration*>> by_prefix_;
  relation_side side_;
  std::size_t most_dropped_;

  // who is passed now
  const relation_declaration* relation_ = nullptr;  ///< null: nobody
  std::string id_;
  std::size_t related_ = 0;
  timestamp newest_ = beginning;
  std::priority_queue<aged> oldest_;  ///< the latest of them on top
  // their pair that is passed now
  std::string last_key_;
  std::optional<stored_change> last_;
};

}  // namespace beckon

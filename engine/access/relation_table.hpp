// Who is related to whom, and since when: as `favorite(user_id, item_id)`. Pure; owned by one
// thread (a replay, an owner's partition).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/access/event.hpp"

namespace beckon {

/// What caps took away. Added to, never reset.
struct relation_counts {
  std::uint64_t beyond_member = 0;  ///< a member's oldest, beyond `most_per_member`
  std::uint64_t beyond_owner = 0;   ///< an owner's oldest, beyond `most_per_owner`
};

/// The rows of one relation, by event time: what was added at t and not removed since is related
/// from t on, for at most the relation's ttl. Times may come in any order; of two changes of one
/// row at one time the one that came later holds. Adding again renews. What ended is remembered, so
/// that one can ask about any time. What expired before the latest adding time counts for no cap.
class relation_rows {
 public:
  /// The declaration outlives the rows.
  explicit relation_rows(const relation_declaration& declared) : declared_(declared) {}

  /// The member is related to the owner from `at` on. Beyond a cap, the oldest row of that member
  /// or owner ends at `at`: the one added longest ago, of equal times the one that came first.
  void add(const std::string& member, const std::string& owner, timestamp at);
  void remove(const std::string& member, const std::string& owner, timestamp at);

  /// At most `most` ids of members related to the owner at `when`, ascending, all above `after`
  /// ("": from the first): the last one is where the next call goes on. Fewer than `most`: no more.
  std::vector<std::string> members_at(std::string_view owner, timestamp when,
                                      std::string_view after, std::size_t most) const;

  const relation_counts& counts() const noexcept { return counts_; }

 private:
  struct change {
    timestamp at;
    bool adds;
  };
  /// One row, and where it stands in both orders of age.
  struct row {
    std::vector<change> changes;  // by time, of equal times as they came
    std::uint64_t arrival = 0;    // of the last change
    bool adds() const noexcept { return !changes.empty() && changes.back().adds; }
  };
  /// Rows whose last change adds, oldest first: (since, arrival, id of the other side).
  using by_age = std::set<std::tuple<timestamp, std::uint64_t, std::string>>;
  struct owned {
    std::map<std::string, row, std::less<>> rows;  // by member
    by_age members;
  };

  bool note(const std::string& member, const std::string& owner, change c);
  bool holds_at(const row& r, timestamp when) const;
  void trim(by_age& of, std::size_t most, timestamp at, std::uint64_t& dropped,
            const std::string& self, bool self_is_member);
  void forget_expired(by_age& of) const;

  const relation_declaration& declared_;
  std::unordered_map<std::string, owned> owners_;
  std::unordered_map<std::string, by_age> members_;
  timestamp latest_ = beginning;  // of all adding times
  std::uint64_t arrivals_ = 0;
  relation_counts counts_;
};

/// All relations of a catalogue.
class relation_table {
 public:
  explicit relation_table(std::shared_ptr<const catalogue> events);

  /// What the event adds and removes: a declared event, or a `$relation` or `$unrelation` row.
  void apply(const event& e);

  /// The rows of the relation of that name, or nullptr.
  const relation_rows* rows(std::string_view relation) const noexcept;

 private:
  std::shared_ptr<const catalogue> events_;
  std::vector<relation_rows> rows_;  // beside `catalogue::relations()`
};

}  // namespace beckon

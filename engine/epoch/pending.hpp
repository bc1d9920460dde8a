// Decisions that could not be had at once: what a partition keeps of them, when it takes them up
// again, and which end when there are too many. Pure; owned by one partition. Source: design.md,
// "Pending."
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/outreach/filter.hpp"
#include "engine/outreach/request.hpp"

namespace beckon::epoch {

/// Which decision, and in which epoch and round it was put off: an answer to it under any other
/// name is void.
struct pending_name {
  std::uint64_t number = 0;  ///< grows within a partition; never 0
  std::uint64_t epoch = 0;
  std::uint32_t round = 0;
  friend bool operator==(const pending_name&, const pending_name&) = default;
};

/// What somebody outside said about a decision.
struct answer {
  enum class kind : std::uint8_t {
    pass,
    refuse,
    failed,  ///< nothing was said that counts: the filter's fail policy decides
  };
  kind what = kind::failed;
  std::string reason = {};  ///< refuse, failed: a word, which becomes a metric label
  field_list values = {};   ///< for people
};

/// PendingRow of commit.proto in engine terms.
struct pending_decision {
  pending_name name;
  std::shared_ptr<const outreach::request> what;
  std::string action;  ///< its id
  int priority = 0;    ///< the action's
  outreach::wait_reason why = outreach::wait_reason::deferred;
  std::string filter;  ///< whose verdict it waits for, by id …
  std::string reason;  ///< … and its word
  /// asked: node time; otherwise on the clock decisions are made by.
  timestamp wake = never;
  timestamp decided{};         ///< `now` of the question that put it off
  std::uint64_t revision = 0;  ///< of the plan then in force; 0: of another process
};

/// One that is taken up again.
struct woken_decision {
  pending_decision what;
  std::optional<answer> said = {};  ///< asked: none came in time
};

class pending_shelf {
 public:
  /// At most so many are kept; at least one.
  explicit pending_shelf(std::size_t most) : most_(most == 0 ? 1 : most) {}

  /// A name for a decision put off in that round of that epoch.
  pending_name next_name(std::uint64_t epoch, std::uint32_t round) {
    return {++last_number_, epoch, round};
  }

  /// Keeps it, under a name of `next_name`. When there are too many, the one that goes: of the
  /// lowest priority, of those the oldest; it may be the one just added.
  std::optional<pending_decision> add(pending_decision p);

  /// What a new incarnation found: kept whatever the bound. What was asked is not waited for any
  /// more: nobody is left to answer.
  void restore(pending_decision p);

  /// The answer is heeded: its decision can be taken. False: it is void.
  bool hear(const pending_name& name, answer said);

  /// Leave the shelf: those answered, in the order of answers, then those whose time has come,
  /// earliest first, of the same time by priority, then firing time; at most `most`.
  std::vector<woken_decision> take(timestamp decision_clock, timestamp node_time, std::size_t most);

  /// Leave the shelf: those held of a subject whose time has come, in the same order.
  std::vector<woken_decision> take_held(hash128 subject, timestamp decision_clock);

  /// What filters hold of a subject.
  std::vector<outreach::open_hold> holds_of(hash128 subject) const;

  /// `take` would hand one out.
  bool any_due(timestamp decision_clock, timestamp node_time) const noexcept;

  /// Null: it has been taken, has gone, or never was.
  const pending_decision* find(const pending_name& name) const noexcept;

  std::size_t size() const noexcept { return all_.size(); }
  std::size_t count(outreach::wait_reason why) const noexcept;
  /// When the oldest was put off (its question's `now`); `never`: there is none.
  timestamp oldest() const noexcept;

 private:
  struct kept {
    pending_decision what;
    std::optional<answer> said;
  };
  /// Among those that wake at the same time.
  struct rank {
    int falling_priority = 0;  ///< the negated priority
    timestamp fired{};
    std::uint64_t number = 0;
    friend auto operator<=>(const rank&, const rank&) = default;
  };
  using by_wake = std::set<std::pair<timestamp, rank>>;
  /// Of one subject: by filter, then by end.
  using holds = std::map<std::pair<std::string, timestamp>, std::set<rank>>;

  static rank rank_of(const pending_decision& p) noexcept;
  by_wake& waiting(outreach::wait_reason why) noexcept {
    return why == outreach::wait_reason::asked ? asked_ : by_decision_clock_;
  }
  void note_held(const pending_decision& p);
  void forget_held(const pending_decision& p);
  void keep(pending_decision p);
  woken_decision remove(std::uint64_t number);
  void take_due(by_wake& from, timestamp upto, std::size_t most, std::vector<woken_decision>& out);

  std::size_t most_;
  std::uint64_t last_number_ = 0;
  std::unordered_map<std::uint64_t, kept> all_;
  by_wake by_decision_clock_;                         // deferred, held
  std::unordered_map<hash128, holds> held_;           // by subject
  by_wake asked_;                                     // not answered
  std::deque<std::uint64_t> answered_;                // in the order of answers
  std::set<std::pair<int, std::uint64_t>> by_class_;  // priority, then age
  std::set<std::pair<timestamp, std::uint64_t>> by_age_;
  std::array<std::size_t, 3> counts_{};  // by wait_reason
};

}  // namespace beckon::epoch

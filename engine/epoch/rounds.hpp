// Decision rounds: round k holds the k-th undecided (request, action) of each subject, so that
// every decision sees what the same subject's earlier ones reserved. Pure; one per epoch. Source:
// design.md, "Decide in rounds".
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace beckon::epoch {

/// Where a request's candidate stands among its subject's: by input, then priority (highest first),
/// rule, key, action; those taken up again by priority before the firing's time. Deadlines handled
/// before an input are inputs of their own, by their time: otherwise it would matter whether an
/// epoch ended between them, and priority would order moments that lie hours apart.
struct round_order {
  std::size_t input = 0;
  bool by_event = false;  ///< deadlines first
  std::int64_t fired_ms = 0;
  int falling_priority = 0;    ///< the negated priority
  std::int64_t waited_ms = 0;  ///< taken up again: when it fired
  std::string rule;
  std::string key;
  std::string action;
  friend auto operator<=>(const round_order&, const round_order&) = default;
};

class decision_rounds {
 public:
  /// `subject`: any number that names the subject within the epoch; `candidate`: the caller's own
  /// number.
  void add(std::uint32_t subject, round_order order, std::uint32_t candidate) {
    waiting_[subject].emplace(std::move(order), candidate);
  }

  /// The first undecided candidate of every subject, subjects ascending; they leave. Empty: all are
  /// decided.
  std::vector<std::uint32_t> next() {
    std::vector<std::uint32_t> round;
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      auto& mine = at->second;
      round.push_back(mine.begin()->second);
      mine.erase(mine.begin());
      at = mine.empty() ? waiting_.erase(at) : std::next(at);
    }
    return round;
  }

  /// The first undecided candidate of every subject, subjects ascending; they stay.
  std::vector<std::uint32_t> firsts() const {
    std::vector<std::uint32_t> all;
    for (const auto& [subject, mine] : waiting_) all.push_back(mine.begin()->second);
    return all;
  }

  bool empty() const noexcept { return waiting_.empty(); }

 private:
  std::map<std::uint32_t, std::multimap<round_order, std::uint32_t>> waiting_;
};

}  // namespace beckon::epoch

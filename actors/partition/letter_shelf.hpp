// Which dead letters the store holds of a partition, oldest first, and which go when there are more
// than may be kept. Pure; one partition's thread only.
#pragma once

#include <algorithm>
#include <deque>
#include <vector>

#include "messages/actor/storing.hpp"

namespace beckon::actors {

class letter_shelf {
 public:
  explicit letter_shelf(std::size_t most) : most_(most) {}

  /// What a new incarnation found, in any order.
  void restore(const std::vector<stored_letter>& found) {
    std::vector<stored_letter> sorted(found);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    for (const auto& letter : sorted) kept_.push_back(letter.id);
  }

  /// A letter is written. Those that go for it, oldest first.
  std::vector<hash128> add(hash128 id) {
    kept_.push_back(id);
    std::vector<hash128> gone;
    for (; kept_.size() > most_; kept_.pop_front()) gone.push_back(kept_.front());
    return gone;
  }

 private:
  std::size_t most_;
  std::deque<hash128> kept_;
};

}  // namespace beckon::actors

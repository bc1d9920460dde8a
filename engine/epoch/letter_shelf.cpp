#include "engine/epoch/letter_shelf.hpp"

#include <algorithm>

namespace beckon::epoch {

letter_shelf::letter_shelf(std::size_t most) : most_(std::max<std::size_t>(1, most)) {}

void letter_shelf::restore(std::vector<stored_letter> found) {
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  for (const auto& letter : found) {
    by_age_[++last_age_] = letter.id;
    ages_[letter.id] = last_age_;
  }
}

std::vector<hash128> letter_shelf::add(hash128 id) {
  remove(id);
  by_age_[++last_age_] = id;
  ages_[id] = last_age_;
  std::vector<hash128> gone;
  while (ages_.size() > most_) {
    gone.push_back(by_age_.begin()->second);
    remove(gone.back());
  }
  return gone;
}

bool letter_shelf::remove(hash128 id) {
  const auto at = ages_.find(id);
  if (at == ages_.end()) return false;
  by_age_.erase(at->second);
  ages_.erase(at);
  return true;
}

}  // namespace beckon::epoch

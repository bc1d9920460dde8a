#include "engine/outreach/request.hpp"

#include <algorithm>

namespace beckon::outreach {

void ledger::reserve(reservation r) {
  const auto later = [](timestamp t, const reservation& e) { return t < e.time; };
  const auto at = std::upper_bound(entries_.begin(), entries_.end(), r.time, later);
  entries_.insert(at, std::move(r));
}

bool ledger::release(hash128 delivery) {
  const auto at = std::find_if(entries_.begin(), entries_.end(),
                               [&](const reservation& e) { return e.delivery == delivery; });
  if (at == entries_.end()) return false;
  entries_.erase(at);
  return true;
}

void ledger::forget(timestamp before) {
  entries_.erase(entries_.begin(), first_after(before));
}

std::size_t ledger::count(timestamp after, std::string_view action) const noexcept {
  const auto first = first_after(after);
  if (action.empty()) return static_cast<std::size_t>(entries_.end() - first);
  const auto same = [&](const reservation& e) { return e.action == action; };
  return static_cast<std::size_t>(std::count_if(first, entries_.end(), same));
}

std::vector<reservation>::const_iterator ledger::first_after(timestamp t) const noexcept {
  const auto later = [](timestamp limit, const reservation& e) { return limit < e.time; };
  return std::upper_bound(entries_.begin(), entries_.end(), t, later);
}

}  // namespace beckon::outreach

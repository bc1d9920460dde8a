#include "actors/supervision/budget.hpp"

#include <algorithm>

namespace beckon::actors {

std::optional<duration> restart_budget::failed(timestamp now) {
  ++failures_;
  recent_.push_back(now);
  while (recent_.front() < now - limits_.within) recent_.pop_front();
  const auto count = recent_.size();
  if (count > limits_.restarts) return std::nullopt;
  if (count == 1) return duration::zero();
  duration wait = limits_.first;
  for (std::size_t i = 2; i < count && wait < limits_.longest; ++i) wait *= 2;
  return std::min(wait, limits_.longest);
}

}  // namespace beckon::actors

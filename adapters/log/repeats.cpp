#include "adapters/log/repeats.hpp"

#include <utility>

namespace beckon::adapters {

std::optional<std::uint64_t> repeats::admit(port::log_level level, std::string_view component,
                                            std::string_view message, timestamp now) {
  if (most_ == 0) return 0;
  std::string key(component);
  key += '\0';
  key += message;
  const auto [at, added] = windows_.try_emplace(std::move(key));
  equal_lines& equal = at->second;
  if (added) equal.held_back = {level, std::string(component), std::string(message), 0};
  if (added || saturating_add(equal.begin, window_) <= now) {
    equal.begin = now;
    equal.passed = 0;
  }
  if (equal.passed == most_) {
    ++equal.held_back.lines;
    return std::nullopt;
  }
  ++equal.passed;
  return std::exchange(equal.held_back.lines, 0);
}

std::vector<held_back_lines> repeats::forget_ended(timestamp now) {
  std::vector<held_back_lines> out;
  std::erase_if(windows_, [&](const auto& entry) {
    const equal_lines& equal = entry.second;
    if (saturating_add(equal.begin, window_) > now) return false;
    if (equal.held_back.lines > 0) out.push_back(equal.held_back);
    return true;
  });
  return out;
}

}  // namespace beckon::adapters

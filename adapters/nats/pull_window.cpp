#include "adapters/nats/pull_window.hpp"

#include <algorithm>

namespace beckon::adapters {

std::uint64_t pull_window::next_request() noexcept {
  const auto most = 4 * batch_;
  const auto room = asked_ >= most ? 0 : most - asked_;
  const auto size = std::min(credit_, room);
  if (size == 0) return 0;
  // Small requests only while little is under way, so that credit that trickles in does not become
  // a request each.
  const bool worth_it =
      size >= batch_ || asked_ == 0 || (asked_ <= 2 * batch_ && size >= (batch_ + 3) / 4);
  if (!worth_it) return 0;
  credit_ -= size;
  asked_ += size;
  return size;
}

void pull_window::take_back(std::uint64_t messages) noexcept {
  const auto n = std::min(messages, asked_);
  asked_ -= n;
  credit_ += n;
}

bool pull_window::received(std::uint64_t messages) noexcept {
  const bool asked_for = messages <= asked_;
  asked_ -= std::min(messages, asked_);
  return asked_for;
}

}  // namespace beckon::adapters

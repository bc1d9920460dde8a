#include "adapters/nats/pull_window.hpp"

#include <algorithm>

namespace beckon::adapters {

std::uint64_t pull_window::most() const noexcept {
  return std::clamp<std::uint64_t>(budget_ / usual_bytes_, 1, 4 * batch_);
}

std::uint64_t pull_window::step() const noexcept {
  return std::max<std::uint64_t>(1, most() / 4);
}

std::uint64_t pull_window::next_request() noexcept {
  const auto limit = most();
  const auto room = asked_ >= limit ? 0 : limit - asked_;
  const auto size = std::min(credit_, room);
  if (size == 0) return 0;
  // Small requests only while little is under way, so that credit that trickles in does not become
  // a request each.
  const auto few = step();
  const bool worth_it = size >= few || asked_ == 0 || (asked_ <= 2 * few && size >= (few + 3) / 4);
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

bool pull_window::received(std::uint64_t messages, std::uint64_t bytes) noexcept {
  if (messages > 0) {
    const auto mean = std::max<std::uint64_t>(1, bytes / messages);
    usual_bytes_ = mean > usual_bytes_ ? mean : (3 * usual_bytes_ + mean) / 4;
  }
  const bool asked_for = messages <= asked_;
  asked_ -= std::min(messages, asked_);
  return asked_for;
}

}  // namespace beckon::adapters

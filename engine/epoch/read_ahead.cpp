#include "engine/epoch/read_ahead.hpp"

#include <algorithm>

namespace beckon::epoch {

std::uint32_t read_ahead::grant() noexcept {
  const auto fits = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(most_bytes_ / usual_bytes_, 1, most_messages_));
  const std::uint32_t more = fits > ahead_ ? fits - ahead_ : 0;
  ahead_ += more;
  return more;
}

void read_ahead::arrived(std::uint64_t bytes) noexcept {
  usual_bytes_ = std::max({bytes, usual_bytes_ - usual_bytes_ / 16, std::uint64_t{1}});
}

}  // namespace beckon::epoch

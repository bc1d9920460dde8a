#include "engine/base/decimal.hpp"

#include <cmath>
#include <limits>

namespace beckon {
namespace {

constexpr double scale = 1e6;
constexpr double too_large = 1e18;

}  // namespace

std::optional<decimal> decimal::of(const value& v) noexcept {
  decimal made;
  if (const std::int64_t* whole = v.as_integer()) {
    constexpr auto most = static_cast<std::int64_t>(too_large);
    if (*whole <= -most || *whole >= most) return std::nullopt;
    made.millionths_ = static_cast<wide>(*whole) * static_cast<wide>(scale);
    return made;
  }
  const double* real = v.as_real();
  if (real == nullptr || !(std::abs(*real) < too_large)) return std::nullopt;
  made.millionths_ = static_cast<wide>(std::round(*real * scale));
  return made;
}

double decimal::to_real() const noexcept {
  return static_cast<double>(millionths_) / scale;
}

double decimal::average(std::uint64_t count) const noexcept {
  return static_cast<double>(millionths_) / (scale * static_cast<double>(count));
}

std::optional<std::int64_t> decimal::to_integer() const noexcept {
  const wide whole = millionths_ / static_cast<wide>(scale);
  if (whole < std::numeric_limits<std::int64_t>::min() ||
      whole > std::numeric_limits<std::int64_t>::max())
    return std::nullopt;
  return static_cast<std::int64_t>(whole);
}

decimal decimal::from_halves(std::int64_t high, std::uint64_t low) noexcept {
  decimal made;
  made.millionths_ = static_cast<wide>(high) << 64 | static_cast<wide>(low);
  return made;
}

// The sum wraps instead of overflowing: it takes 10^14 of the largest amounts to get there.
decimal& decimal::operator+=(decimal other) noexcept {
  __extension__ using bits = unsigned __int128;
  millionths_ = static_cast<wide>(static_cast<bits>(millionths_) + static_cast<bits>(other.millionths_));
  return *this;
}

decimal& decimal::operator-=(decimal other) noexcept {
  __extension__ using bits = unsigned __int128;
  millionths_ = static_cast<wide>(static_cast<bits>(millionths_) - static_cast<bits>(other.millionths_));
  return *this;
}

}  // namespace beckon

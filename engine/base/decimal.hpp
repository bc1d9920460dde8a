// Numbers of six decimals, added exactly: what SUM, sum() and avg() of the rule language count in.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "engine/base/value.hpp"

namespace beckon {

/// Millionths in 128 bits: a million million million of the largest amounts fit.
class decimal {
 public:
  __extension__ using wide = __int128;

  decimal() = default;

  /// An int64 or double rounded to six decimals, half away from zero. None: another type, NaN, or
  /// 10^18 and more.
  static std::optional<decimal> of(const value& v) noexcept;

  double to_real() const noexcept;
  /// This divided by `count`, rounded once.
  double average(std::uint64_t count) const noexcept;
  /// The whole part; none beyond int64.
  std::optional<std::int64_t> to_integer() const noexcept;

  /// The two halves of the millionths, for storing.
  std::uint64_t low() const noexcept { return static_cast<std::uint64_t>(millionths_); }
  std::int64_t high() const noexcept { return static_cast<std::int64_t>(millionths_ >> 64); }
  static decimal from_halves(std::int64_t high, std::uint64_t low) noexcept;

  decimal& operator+=(decimal other) noexcept;
  decimal& operator-=(decimal other) noexcept;
  friend auto operator<=>(const decimal&, const decimal&) = default;

 private:
  wide millionths_ = 0;
};

}  // namespace beckon

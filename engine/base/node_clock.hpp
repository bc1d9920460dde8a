// Node time: what the process decides by. It begins at the wall clock and goes on by the monotonic
// clock; where the wall clock is elsewhere (it was set, or runs at another pace) node time follows
// it slowly. Pure: both clocks are arguments; not thread-safe (a `time_line` is a value).
//
// It never steps and never goes back. It is quicker or slower than the monotonic clock by the
// distance to the wall clock over a minute, at most by a tenth: five seconds are made up for in
// some minutes, an hour in ten hours. So a retry, an expiry or a wait is off by a tenth of its
// length at most, and no more than a tenth more of them end in any second (decision 0020).
#pragma once

#include <chrono>
#include <cstdint>

#include "engine/base/time.hpp"

namespace beckon {

/// Node time from one look at the wall clock until the next.
struct time_line {
  std::chrono::nanoseconds from{};  ///< monotonic
  std::chrono::nanoseconds at{};    ///< node time then, since 1970
  std::chrono::nanoseconds most{};  ///< it is made to gain or lose, until the next look
  std::int64_t quicker = 0;         ///< than the monotonic clock, in millionths; negative: slower

  /// `monotonic`: not before `from`.
  std::chrono::nanoseconds exactly(std::chrono::nanoseconds monotonic) const noexcept;
  timestamp now(std::chrono::nanoseconds monotonic) const noexcept;
};

class node_clock {
 public:
  static constexpr std::int64_t quickest = 100'000;      ///< millionths, of `time_line::quicker`
  static constexpr std::chrono::seconds made_up_in{60};  ///< a distance, at first
  static constexpr std::chrono::seconds tolerated{5};    ///< farther apart is said
  static constexpr std::chrono::seconds agreed{1};       ///< until it is no farther than this

  enum class news : std::uint8_t {
    none,
    was_set,      ///< the wall clock; said once each time
    agrees_again  ///< after that
  };
  struct sight {
    duration ahead{};  ///< how far the wall clock is ahead of node time
    news what = news::none;
  };

  node_clock(std::chrono::nanoseconds monotonic, timestamp wall) noexcept;

  /// Every 100 ms or so. `monotonic` never goes back. Wall clocks are within the years 1678 to
  /// 2262, as a computer's are.
  sight look(std::chrono::nanoseconds monotonic, timestamp wall) noexcept;

  const time_line& line() const noexcept { return line_; }

 private:
  news judge(std::chrono::nanoseconds ahead, std::chrono::nanoseconds wall_start) noexcept;

  time_line line_;
  std::chrono::nanoseconds wall_start_;  // wall clock less monotonic clock, at the last look
  bool apart_ = false;                   // was said
};

}  // namespace beckon

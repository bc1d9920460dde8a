// How long envelopes that are not full wait for more. They leave in rounds, those of all queues at
// once: what is sent together is written, read and committed together, and wakes few threads. The
// first after a rest leaves at once. Pure; owned by one door's owner; on the machine's steady time.
#pragma once

#include <algorithm>
#include <chrono>

namespace beckon {

class linger {
 public:
  using instant = std::chrono::steady_clock::time_point;
  using span = std::chrono::microseconds;

  static constexpr span spacing{2500};  ///< a round begins so long after the one before, at least …
  static constexpr span longest{15000};  ///< … and when that is answered, or after this

  /// A round may begin. `in_flight`: some envelope of the door is not answered.
  bool is_over(instant now, bool in_flight) const noexcept {
    return now - began_ >= (in_flight ? longest : spacing);
  }
  void begin_round(instant now) noexcept { began_ = now; }
  /// Begins a round where one may begin. `unsent`: something waits for it.
  bool try_round(instant now, bool unsent, bool in_flight) noexcept {
    if (!unsent || !is_over(now, in_flight)) return false;
    begin_round(now);
    return true;
  }
  /// When to look again, at the latest.
  span left(instant now) const noexcept {
    const auto rest = spacing - std::chrono::floor<span>(now - began_);
    return std::clamp(rest, span{1000}, spacing);
  }

 private:
  instant began_{};
};

}  // namespace beckon

// How often a child may be restarted, and how long to wait before the next time. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "engine/base/time.hpp"

namespace beckon::actors {

/// At most `restarts` within `within`; the first restart comes at once, the next after `first`,
/// then doubling.
struct restart_limits {
  std::uint32_t restarts = 5;
  duration within{60'000};
  duration first{100};
  duration longest{10'000};
};

/// A child's failures. Forgets those older than `within`.
class restart_budget {
 public:
  explicit restart_budget(restart_limits limits) : limits_(limits) {}

  /// The child failed at `now`: how long to wait before it is started again; nullopt: over budget.
  std::optional<duration> failed(timestamp now);

  std::uint64_t failures() const noexcept { return failures_; }

 private:
  restart_limits limits_;
  std::deque<timestamp> recent_;
  std::uint64_t failures_ = 0;
};

}  // namespace beckon::actors

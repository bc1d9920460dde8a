// Node time: the wall clock at start, carried on by the monotonic clock, so that it never steps.
#pragma once

#include <chrono>

#include "messages/port/clock.hpp"

namespace beckon::topology {

class system_clock final : public port::clock {
 public:
  timestamp now() const noexcept override {
    const auto passed = std::chrono::steady_clock::now() - anchor_;
    return start_ + std::chrono::duration_cast<duration>(passed);
  }

 private:
  timestamp start_ = std::chrono::floor<duration>(std::chrono::system_clock::now());
  std::chrono::steady_clock::time_point anchor_ = std::chrono::steady_clock::now();
};

}  // namespace beckon::topology

// The plan in force. Partitions read it when an epoch begins; whoever changes the configuration
// publishes a new one.
#pragma once

#include <mutex>
#include <utility>

#include "engine/plan/plan.hpp"

namespace beckon::actors {

/// Thread-safe.
class plan_board {
 public:
  explicit plan_board(plan_ptr first) : current_(std::move(first)) {}

  plan_ptr current() const {
    const std::lock_guard hold(guard_);
    return current_;
  }
  void publish(plan_ptr next) {
    const std::lock_guard hold(guard_);
    current_ = std::move(next);
  }

 private:
  mutable std::mutex guard_;
  plan_ptr current_;
};

}  // namespace beckon::actors

// Whether a draining node has come to rest, and why it cannot go on.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "messages/actor/life.hpp"

namespace beckon::topology {

/// Thread-safe.
class life_board {
 public:
  void rest() {
    const std::lock_guard hold(guard_);
    at_rest_ = true;
    changed_.notify_all();
  }
  /// False: not in time.
  bool wait_for_rest(std::chrono::steady_clock::time_point until) {
    std::unique_lock hold(guard_);
    return changed_.wait_until(hold, until, [&] { return at_rest_; });
  }
  /// The first reason stays.
  void give_up(const actors::give_up& g) {
    const std::lock_guard hold(guard_);
    if (!failed_) failed_ = g.station + ": " + g.reason;
  }
  std::optional<std::string> failed() const {
    const std::lock_guard hold(guard_);
    return failed_;
  }

 private:
  mutable std::mutex guard_;
  std::condition_variable changed_;
  bool at_rest_ = false;
  std::optional<std::string> failed_;
};

}  // namespace beckon::topology

// Who has come to rest while a node drains, and why it cannot go on.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "messages/actor/messages.hpp"

namespace beckon::topology {

/// Who has come to rest while draining, and whether the node can go on at all. Thread-safe.
class life_board {
 public:
  void drained(const std::string& station) {
    const std::lock_guard hold(guard_);
    drained_.insert(station);
    changed_.notify_all();
  }
  bool wait_for(std::size_t stations, std::chrono::steady_clock::time_point until) {
    std::unique_lock hold(guard_);
    return changed_.wait_until(hold, until, [&] { return drained_.size() >= stations; });
  }
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
  std::set<std::string> drained_;
  std::optional<std::string> failed_;
};

}  // namespace beckon::topology

// The board of named readiness checks: stations write their own, the HTTP listener and the root read all.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "messages/port/ingest.hpp"
#include "messages/port/metrics.hpp"

namespace beckon::port {

/// Thread-safe. A check exists from its first `set`: whoever starts a station sets its check to false
/// first, or the node would be ready before the station is.
class health_board final : public health {
 public:
  /// `unready` counts how often the board stops being ready, however short that is; it outlives the board.
  explicit health_board(counter* unready = nullptr) : unready_(unready) {}

  void set(const std::string& name, bool ok, std::string detail = {}) {
    const std::lock_guard hold(guard_);
    const bool was_ready = all_ok();
    checks_[name] = {ok, std::move(detail)};
    if (was_ready && !ok && unready_ != nullptr) unready_->add();
  }

  std::vector<health_check> checks() const override {
    const std::lock_guard hold(guard_);
    std::vector<health_check> all;
    for (const auto& [name, state] : checks_) all.push_back({name, state.first, state.second});
    return all;
  }

  bool ready() const {
    const std::lock_guard hold(guard_);
    return all_ok();
  }

 private:
  bool all_ok() const {
    for (const auto& [name, state] : checks_) {
      if (!state.first) return false;
    }
    return !checks_.empty();
  }

  counter* const unready_;
  mutable std::mutex guard_;
  std::map<std::string, std::pair<bool, std::string>> checks_;
};

}  // namespace beckon::port

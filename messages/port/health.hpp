// The board of named readiness checks: stations write their own, the HTTP listener and the root read all.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "messages/port/ingest.hpp"

namespace beckon::port {

/// Thread-safe. A check exists from its first `set`: whoever starts a station sets its check to false
/// first, or the node would be ready before the station is.
class health_board final : public health {
 public:
  void set(const std::string& name, bool ok, std::string detail = {}) {
    const std::lock_guard hold(guard_);
    checks_[name] = {ok, std::move(detail)};
  }

  std::vector<health_check> checks() const override {
    const std::lock_guard hold(guard_);
    std::vector<health_check> all;
    for (const auto& [name, state] : checks_) all.push_back({name, state.first, state.second});
    return all;
  }

  bool ready() const {
    const std::lock_guard hold(guard_);
    for (const auto& [name, state] : checks_) {
      if (!state.first) return false;
    }
    return !checks_.empty();
  }

 private:
  mutable std::mutex guard_;
  std::map<std::string, std::pair<bool, std::string>> checks_;
};

}  // namespace beckon::port

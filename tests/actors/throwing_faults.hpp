// Fail points that throw where a test says so. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "messages/port/faults.hpp"

namespace beckon::tests {

/// Where to throw, and how often; an empty text means any.
struct fault_place {
  std::string station;
  std::string id;
  std::string what;
  std::size_t times = SIZE_MAX;
};

class throwing_faults final : public port::fault_points {
 public:
  static constexpr const char* reason = "thrown by a test";

  /// From now on whoever comes to this place throws.
  void throw_at(fault_place place) {
    const std::lock_guard hold(guard_);
    places_.push_back(std::move(place));
  }
  void calm() {
    const std::lock_guard hold(guard_);
    places_.clear();
  }
  std::size_t thrown() const {
    const std::lock_guard hold(guard_);
    return thrown_;
  }

  void reach(std::string_view station, std::string_view id, std::string_view what) override {
    const std::lock_guard hold(guard_);
    for (auto& p : places_) {
      if (p.times == 0 || p.station != station || (!p.id.empty() && p.id != id) ||
          (!p.what.empty() && p.what != what)) {
        continue;
      }
      --p.times;
      ++thrown_;
      throw std::runtime_error(reason);
    }
  }

 private:
  mutable std::mutex guard_;
  std::vector<fault_place> places_;
  std::size_t thrown_ = 0;
};

}  // namespace beckon::tests

// Node time: the only way anything outside adapters and main learns what time it is.
#pragma once

#include "engine/base/time.hpp"

namespace beckon::port {

class clock {
 public:
  virtual ~clock() = default;
  /// Wall time, monotonic within a process: where the wall clock is set, it follows slowly. Any thread.
  virtual timestamp now() const noexcept = 0;
};

}  // namespace beckon::port

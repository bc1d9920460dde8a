// Fail points: where tests make an actor throw, as a bug would. In production nothing is installed.
#pragma once

#include <string_view>

namespace beckon::port {

class fault_points {
 public:
  virtual ~fault_points() = default;
  /// Called by a station before it handles something named; may throw. `station`: session, rule, filter, channel, …
  virtual void reach(std::string_view station, std::string_view id, std::string_view what) = 0;
};

}  // namespace beckon::port

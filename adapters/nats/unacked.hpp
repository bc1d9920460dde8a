// Publishes that wait for the broker's answer, by number. Pure bookkeeping: no lock, no clock of
// its own.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "adapters/nats/connection.hpp"
#include "messages/port/bus.hpp"

namespace beckon::adapters {

struct unacked_publish {
  port::bus::ack_handler done;  ///< empty: answered
  std::string subject;
  std::uint64_t bytes = 0;
  steady_time deadline{};
};

/// Numbers must be added in rising order without gaps and with rising deadlines.
class unacked {
 public:
  void add(std::uint64_t number, unacked_publish what);
  /// The publish of that number, once; one without handler when it is not (or no longer) there.
  unacked_publish take(std::uint64_t number);
  /// All whose deadline has come, in order.
  std::vector<unacked_publish> take_due(steady_time now);
  std::vector<unacked_publish> take_all();

 private:
  void drop_answered();

  std::uint64_t first_ = 0;  // number of waiting_.front()
  std::deque<unacked_publish> waiting_;
};

}  // namespace beckon::adapters

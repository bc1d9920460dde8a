// Says when the wall clock was set while a node runs. Node time does not follow: it goes on by the
// monotonic clock until the next start.
#pragma once

#include <chrono>
#include <string>

#include "engine/base/time.hpp"
#include "messages/port/log.hpp"
#include "messages/port/metrics.hpp"

namespace beckon::topology {

class wall_watch {
 public:
  wall_watch(port::metrics& metrics, port::log& log)
      : off_(metrics.make_gauge("beckon_wall_clock_off_seconds",
                                "How far the wall clock is ahead of node time")),
        log_(log) {}

  /// From time to time. One thread.
  void look(timestamp node_time, timestamp wall) {
    const auto off = std::chrono::duration_cast<std::chrono::seconds>(wall - node_time);
    off_.set(off.count());
    if (off - said_ <= tolerated && said_ - off <= tolerated) return;
    said_ = off;
    log_.write(port::log_level::warning, "node",
               "the wall clock was set: node time goes on as it was until the next start",
               {{"ahead_seconds", std::to_string(off.count())}});
  }

 private:
  static constexpr std::chrono::seconds tolerated{5};

  port::gauge& off_;
  port::log& log_;
  std::chrono::seconds said_{0};
};

}  // namespace beckon::topology

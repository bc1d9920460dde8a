// Says when the wall clock was set while a node runs, how far node time still is from it, and when
// it is there.
#pragma once

#include <chrono>
#include <string>

#include "engine/base/node_clock.hpp"
#include "messages/port/log.hpp"
#include "messages/port/metrics.hpp"

namespace beckon::topology {

class wall_watch {
 public:
  wall_watch(port::metrics& metrics, port::log& log)
      : off_(metrics.make_gauge("beckon_wall_clock_off_seconds",
                                "How far the wall clock is ahead of node time")),
        log_(log) {}

  /// What a look at the wall clock has seen. One thread.
  void note(const node_clock::sight& seen) {
    const auto off = std::chrono::duration_cast<std::chrono::seconds>(seen.ahead);
    off_.set(off.count());
    if (seen.what == node_clock::news::was_set) {
      log_.write(port::log_level::warning, "node",
                 "the wall clock was set: node time follows it, a tenth quicker or slower",
                 {{"ahead_seconds", std::to_string(off.count())}});
    }
    if (seen.what == node_clock::news::agrees_again)
      log_.write(port::log_level::info, "node", "node time agrees with the wall clock again", {});
  }

 private:
  port::gauge& off_;
  port::log& log_;
};

}  // namespace beckon::topology

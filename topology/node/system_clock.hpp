// Node time: the wall clock at start, carried on by the monotonic clock, led slowly to where the
// wall clock is (engine/base/node_clock.hpp).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "engine/base/node_clock.hpp"
#include "messages/port/clock.hpp"

namespace beckon::topology {

class system_clock final : public port::clock {
 public:
  system_clock() : inside_(monotonic(), wall()) { publish(); }

  timestamp now() const noexcept override {
    for (;;) {
      const auto turn = turn_.load(std::memory_order_acquire);
      time_line line;
      line.from = std::chrono::nanoseconds(from_.load(std::memory_order_acquire));
      line.at = std::chrono::nanoseconds(at_.load(std::memory_order_acquire));
      line.most = std::chrono::nanoseconds(most_.load(std::memory_order_acquire));
      line.quicker = quicker_.load(std::memory_order_acquire);
      const auto passed = monotonic();
      // By a line only at times before the next one begins: so nobody sees time go back.
      if (turn % 2 == 0 && turn_.load() == turn) return line.now(passed);
      std::this_thread::yield();
    }
  }

  /// Looks at the wall clock, from time to time. One thread.
  node_clock::sight look() {
    const timestamp there = wall();
    turn_.fetch_add(1);  // odd: the next line begins
    const auto seen = inside_.look(monotonic(), there);
    publish();
    turn_.fetch_add(1);
    return seen;
  }

 private:
  static std::chrono::nanoseconds monotonic() {
    return std::chrono::steady_clock::now().time_since_epoch();
  }
  static timestamp wall() { return std::chrono::floor<duration>(std::chrono::system_clock::now()); }

  void publish() {
    const time_line& l = inside_.line();
    from_.store(l.from.count(), std::memory_order_release);
    at_.store(l.at.count(), std::memory_order_release);
    most_.store(l.most.count(), std::memory_order_release);
    quicker_.store(l.quicker, std::memory_order_release);
  }

  node_clock inside_;
  // Its line, for all threads.
  std::atomic<std::uint64_t> turn_{0};  // odd: being written
  std::atomic<std::int64_t> from_{0}, at_{0}, most_{0}, quicker_{0};
};

}  // namespace beckon::topology

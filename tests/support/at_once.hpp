// How many of a server's handlers run at the same moment, at most. Any thread.
#pragma once

#include <atomic>
#include <thread>

namespace beckon::tests {

class at_once {
 public:
  /// In and out again; whoever else is there meanwhile is counted with it.
  void pass() {
    const int now = ++here_;
    int seen = most_;
    while (seen < now && !most_.compare_exchange_weak(seen, now)) {
    }
    std::this_thread::yield();
    --here_;
  }
  int most() const { return most_; }

 private:
  std::atomic<int> here_ = 0;
  std::atomic<int> most_ = 0;
};

}  // namespace beckon::tests

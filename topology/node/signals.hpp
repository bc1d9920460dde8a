// SIGTERM and SIGINT as something to wait for. Make it before any thread starts: threads inherit
// the blocked mask.
#pragma once

namespace beckon::topology {

class stop_signals {
 public:
  stop_signals();
  ~stop_signals();
  stop_signals(const stop_signals&) = delete;
  stop_signals& operator=(const stop_signals&) = delete;

  /// Returns when a signal came or `wake` was called; at most after `milliseconds` (−1: no bound).
  /// True: to stop.
  bool wait(int milliseconds = -1);
  /// Any thread.
  void wake();

 private:
  int signal_fd_;
  int wake_fd_;
};

}  // namespace beckon::topology

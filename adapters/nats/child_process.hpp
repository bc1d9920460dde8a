// A program run as a child that cannot outlive this process.
// The child is forked from a thread that lives as long as the object, with PR_SET_PDEATHSIG: the
// kernel sends the signal when that *thread* ends, so a short-lived one would kill the child. The
// signal is SIGKILL, not SIGTERM: a child that hangs while it shuts down must not stay, and
// nats-server writes a message to its file before it acks it, so the page cache keeps what was
// acked. The child is in a session of its own: Ctrl-C on the terminal is for us to handle.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace beckon::adapters {

struct child_options {
  std::string program;                 ///< a path, or a name looked up in PATH and the sbin folders
  std::vector<std::string> arguments;  ///< without the program's name
  std::vector<std::string> environment = {};  ///< "NAME=value", beside ours; one of ours wins
  int inherited_fd = -1;                      ///< stays open in the child, as descriptor 3
  /// On a busy machine it gets the processor sooner, for so long at a time; 0: as this process. A
  /// wish: Linux before 6.12 does not know of it.
  std::chrono::microseconds turn{0};
  std::string output_file;  ///< gets stdout and stderr, emptied first; empty: /dev/null
  /// The child ended although nobody asked; `how` for people ("killed by signal 9"). On the child's
  /// thread.
  std::function<void(std::string how)> on_death = {};
};

class child_process {
 public:
  /// Blocking until the program runs. Errors: not_found (no such program), unavailable (cannot be
  /// started).
  static result<std::unique_ptr<child_process>> start(child_options options);
  /// As `stop` with 10 s. Not from `on_death`.
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  pid_t pid() const noexcept { return pid_; }
  bool running() const;
  /// Nothing happens when the child has ended.
  void signal(int number);
  /// SIGTERM, then after `patience` SIGKILL; returns when the child has ended. `on_death` is not
  /// called.
  void stop(duration patience);
  /// Blocking; whether the child has ended within `patience`.
  bool wait(duration patience);

 private:
  child_process() = default;
  void run(const child_options& options, const std::string& path);
  void watch();

  pid_t pid_ = -1;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  result<void> start_;
  bool ended_ = false;
  bool stopping_ = false;
  std::function<void(std::string)> on_death_;
  std::thread thread_;
};

}  // namespace beckon::adapters

// Another process of this same program, with its standard output to read; ended with its owner at
// the latest.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "engine/base/result.hpp"

namespace beckon::topology {

class child {
 public:
  /// `words`: the command line without the program.
  static result<child> start(const std::vector<std::string>& words);
  child(child&& other) noexcept;
  child(const child&) = delete;
  ~child();  ///< SIGTERM, then waits

  /// The next line of its output; empty at its end. Blocks.
  std::string line();
  /// Asks it to end (SIGTERM).
  void ask_to_end() const;
  /// Waits for its end; its exit code, 128 + signal.
  int wait();
  bool running();

 private:
  child(pid_t pid, int out) : pid_(pid), out_(out) {}
  pid_t pid_ = -1;
  int out_ = -1;
  int code_ = -1;
  std::string read_;
};

}  // namespace beckon::topology

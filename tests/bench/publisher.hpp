// A process of its own that fills a shop's queues, as a door of another node would: what it costs
// is not the node's.
#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

#include "tests/bench/workload.hpp"

namespace beckon::bench {

struct published {
  double envelopes = 0;
  double bytes = 0;
  double seconds = 0;    ///< from the first event to the last one's being stored
  double processor = 0;  ///< seconds of it
};

class publisher {
 public:
  /// Forks: no thread may run yet. It waits for `begin`. `live`: events arrive when they are made.
  publisher(const shop& of, const shop_size& size, std::uint64_t events, envelope_size envelopes,
            bool live);
  publisher(const publisher&) = delete;
  publisher& operator=(const publisher&) = delete;
  /// One that has not ended is killed.
  ~publisher();

  pid_t pid() const noexcept { return child_; }
  void begin(const std::string& url, const std::string& token);
  /// Waits until everything is stored and the process has ended.
  published wait();

 private:
  pid_t child_ = -1;
  int to_ = -1, from_ = -1;  // pipes
};

}  // namespace beckon::bench

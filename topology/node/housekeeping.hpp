// Slow work that nobody waits for: purging what is committed, once it has been kept for as long as
// a restored backup may need it, and giving memory back. One thread; the newest request per stream
// wins.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "messages/port/bus.hpp"
#include "messages/port/clock.hpp"
#include "messages/port/log.hpp"

namespace beckon::topology {

/// How long what is committed stays.
struct queue_retention {
  duration keep{};                              ///< 0: it goes at once
  std::map<std::string, std::uint64_t> enough;  ///< bytes of a stream beyond which it goes at once
};

/// What may go of a stream, as commits go on. A value; `keep` as above.
class kept_queue {
 public:
  /// Everything below `below` is committed at `now`. What may go: everything below the answer.
  std::uint64_t committed(std::uint64_t below, timestamp now, duration keep);

 private:
  std::deque<std::pair<timestamp, std::uint64_t>> commits_;
  std::uint64_t may_go_ = 0;
};

class housekeeper {
 public:
  /// All must outlive it.
  housekeeper(port::bus& bus, port::log& log, const port::clock& clock, queue_retention keeps);

  /// Removes the stream's messages below a sequence, soon or when they have been kept long enough.
  /// Any thread; never blocks.
  void purge(const std::string& stream, std::uint64_t below);
  /// Gives the memory that was freed back to the system, soon. Any thread; never blocks.
  void trim();

 private:
  void work(const std::stop_token& stop);
  std::uint64_t may_go(const std::string& stream, std::uint64_t below);

  port::bus& bus_;
  port::log& log_;
  const port::clock& clock_;
  const queue_retention keeps_;
  std::map<std::string, kept_queue> kept_;  // the thread's
  std::mutex guard_;
  std::condition_variable_any wanted_;
  std::map<std::string, std::uint64_t> purges_;
  bool trims_ = false;
  std::jthread thread_;
};

}  // namespace beckon::topology

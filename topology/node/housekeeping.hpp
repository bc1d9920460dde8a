// Slow broker work that nobody waits for: purging what is committed. One thread; the newest request
// per stream wins.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "messages/port/bus.hpp"
#include "messages/port/log.hpp"

namespace beckon::topology {

class housekeeper {
 public:
  housekeeper(port::bus& bus, port::log& log);

  /// Removes the stream's messages below a sequence, soon. Any thread; never blocks.
  void purge(const std::string& stream, std::uint64_t below);

 private:
  void work(const std::stop_token& stop);

  port::bus& bus_;
  port::log& log_;
  std::mutex guard_;
  std::condition_variable_any wanted_;
  std::map<std::string, std::uint64_t> purges_;
  std::jthread thread_;
};

}  // namespace beckon::topology

// Makes the streams of a deployment again when the broker lost them: looks after a reconnect, and
// while something is not ready. One thread of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include "messages/port/bus.hpp"
#include "messages/port/log.hpp"
#include "topology/deployment.hpp"

namespace beckon::topology {

class stream_keeper {
 public:
  /// `well`: nothing of the node is unready. `changed`: a stream is not the one it was. Both on the
  /// keeper's thread; all outlive it.
  stream_keeper(port::bus& bus, deployment d, port::log& log, std::function<bool()> well,
                std::function<void()> changed);

 private:
  void work(const std::stop_token& stop);
  bool mend();

  port::bus& bus_;
  const deployment deployment_;
  port::log& log_;
  std::function<bool()> well_;
  std::function<void()> changed_;
  std::uint64_t reconnects_;
  std::map<std::string, std::int64_t> created_;  // by stream
  std::jthread thread_;
};

}  // namespace beckon::topology

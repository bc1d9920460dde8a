// A request whose events a door's log does not have yet.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/access/event.hpp"
#include "engine/base/result.hpp"

namespace beckon::actors {

struct waiting_request {
  std::uint64_t serial = 0;
  std::uint64_t first = 0, last = 0;  ///< positions
  std::uint64_t bytes = 0;            ///< in the log …
  std::vector<std::uint64_t> sizes;   ///< … of each event
  timestamp arrival{};
  /// With their bytes; none: they are read from the log when their turn comes.
  std::vector<std::pair<event, std::string>> events;
  std::function<void(result<void>)> done;

  void answer(result<void> how) {
    if (const auto tell = std::exchange(done, nullptr)) tell(std::move(how));
  }
};

}  // namespace beckon::actors

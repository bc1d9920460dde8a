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

  /// An event of the last positions.
  void count(std::uint64_t size) {
    sizes.push_back(size);
    bytes += size;
  }
  void answer(result<void> how) {
    if (const auto tell = std::exchange(done, nullptr)) tell(std::move(how));
  }
};

/// Of an event of `bytes` that no envelope holds together with what may be attached to it.
inline error too_large(std::size_t bytes, const std::string& source) {
  return {errc::invalid, "an event of " + std::to_string(bytes) + " bytes is too large", source};
}

}  // namespace beckon::actors

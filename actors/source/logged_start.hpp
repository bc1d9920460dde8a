// What a door with a log of its own finds in its queues when it begins, or begins anew because the
// broker may have lost something. Blocking: asks the broker.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "messages/port/bus.hpp"

namespace beckon::actors {

/// A queue as the door knew it before.
struct known_queue {
  std::int64_t created_ns = 0;  ///< 0: not known
  std::uint64_t position = 0;   ///< every entry up to it was acked …
  std::uint64_t sequence = 0;   ///< … the last of them here; 0: none yet
};

struct logged_start {
  std::vector<std::uint64_t> stored;     ///< by queue: every entry up to this is there
  std::uint64_t from = 0;                ///< everything up to it is in every queue
  std::uint64_t last = 0;                ///< the highest position seen
  std::vector<std::int64_t> created_ns;  ///< by queue
  std::vector<std::string> lost;         ///< queues that do not hold what had been acked
};

/// `streams`: by queue, the log of items last. `known`: likewise; empty: a door that begins.
/// `begun_before`: then every queue but the items' must hold something of it; a door that is new,
/// as far as it knows, only looks at the last few messages. Errors: not_found (a stream is gone),
/// and what the bus says.
result<logged_start> find_start(port::bus& bus, const std::vector<std::string>& streams,
                                const std::string& door, const std::vector<known_queue>& known,
                                bool begun_before);

}  // namespace beckon::actors

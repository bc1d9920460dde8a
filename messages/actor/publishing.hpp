// What doors hear of the envelopes they publish.
// Plain values; nothing here crosses a process.
#pragma once

#include <cstdint>
#include <string>

#include <caf/allowed_unsafe_message_type.hpp>

namespace beckon::actors {

/// One envelope's fate.
struct publish_answer {
  std::uint32_t queue = 0;
  std::uint64_t id = 0;
  std::uint64_t sequence = 0;  ///< 0: it failed
  std::string failed;
  std::uint32_t life = 0;  ///< of the door that published it
};

/// A door's own: queues that failed may send again.
struct retry_queues {};

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::publish_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::retry_queues)

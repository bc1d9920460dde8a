// What a partition hears of its queues, their doors and the time.
// Plain values; nothing here crosses a process.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "engine/base/time.hpp"
#include "messages/port/bus.hpp"

namespace beckon::actors {

struct queue_messages {
  std::uint64_t incarnation = 0;
  std::uint32_t source = 0;  ///< index into the partition's sources
  std::vector<port::stored_message> messages;
  std::uint64_t pending = 0;
};
struct queue_empty {
  std::uint64_t incarnation = 0;
  std::uint32_t source = 0;
  timestamp sent{};
};
struct queue_trouble {
  std::uint64_t incarnation = 0;
  std::uint32_t source = 0;
  bool healthy = false;
  std::string mismatch;         ///< not empty: the offset does not fit the stream
  std::int64_t created_ns = 0;  ///< not 0: what comes now is of the stream made then
};
/// An idle door's clock (Tick of envelope.proto).
struct door_tick {
  std::string source;
  std::string door;
  timestamp clock{};
  std::vector<std::uint64_t> acked;  ///< by partition
};

/// Node time, every 100 ms.
struct node_tick {
  timestamp now{};
};

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::queue_messages)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::queue_empty)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::queue_trouble)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::door_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::node_tick)

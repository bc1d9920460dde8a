// The broker's answer to a stored publish. Read without a JSON document where it says "stored",
// which is the hot path.
#pragma once

#include <string_view>

#include "engine/base/result.hpp"
#include "messages/port/bus.hpp"

namespace beckon::adapters {

/// Errors: exhausted (the stream or the broker is full, the message too large), conflict (a wrong
/// expectation), unavailable (the broker cannot now), corrupt (no such answer). `where` is the
/// subject published to.
result<port::publish_ack> parse_publish_reply(std::string_view body, std::string_view where);

}  // namespace beckon::adapters

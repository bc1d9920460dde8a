// What an attempt's end means for the delivery. Pure functions; any thread.
#pragma once

#include "adapters/curl/post.hpp"
#include "messages/port/sender.hpp"

namespace beckon::adapters {

/// A response's head decides, whatever became of its body: 2xx delivered; 408, 425, 429, 5xx busy;
/// the rest refused. Without one: busy when nothing can have been sent, else unknown; refused when
/// it could never be sent.
port::receipt judge(const attempt_end& end);

}  // namespace beckon::adapters

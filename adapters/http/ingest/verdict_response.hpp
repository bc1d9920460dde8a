// What the client hears about its items.
#pragma once

#include <cstddef>
#include <vector>

#include "adapters/http/listener/message.hpp"
#include "engine/base/result.hpp"
#include "messages/port/ingest.hpp"

namespace beckon::adapters {

/// {"accepted":n,"rejected":n,"items":[{"status":"accepted"},{"status":"rejected","pointer":…,"message":…}]}:
/// 202 when any item was accepted or there was none, else 400 with the first refusal as `error`
/// too.
http_response verdict_response(const std::vector<port::ingest_verdict>& verdicts);

/// A request that failed as a whole.
http_response failure_response(const error& failure, int retry_after);

}  // namespace beckon::adapters

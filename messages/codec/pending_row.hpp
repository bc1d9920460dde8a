// Pending decisions between the engine and commit.proto. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/epoch/pending.hpp"

namespace beckon::codec {

/// The row's key: the subject's (16 bytes), then its number (8 bytes, big-endian).
std::string pending_key(const epoch::pending_decision& d);

std::string encode_pending(const epoch::pending_decision& d);
/// Errors: corrupt, also for rows that a newer Beckon wrote.
result<epoch::pending_decision> decode_pending(std::string_view key, std::string_view bytes);

}  // namespace beckon::codec

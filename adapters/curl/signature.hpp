// The signature of Standard Webhooks 1.0 (standardwebhooks.com): HMAC-SHA256 over
// "id.timestamp.body". Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace beckon::adapters {

/// The key in a secret: base64 of 24 to 64 bytes, with or without "whsec_" before it. Error:
/// invalid.
result<std::string> signing_key(std::string_view secret);

/// The header `webhook-signature`: "v1," and the base64 of the HMAC. `sent`: seconds since 1970.
std::string signature(std::string_view key, std::string_view id, std::int64_t sent,
                      std::string_view body);

}  // namespace beckon::adapters

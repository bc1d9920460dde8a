// Times as the broker's JSON writes them, to the nanosecond: identities of streams and messages are
// compared by them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace beckon::adapters {

/// RFC 3339 with up to nine digits of fraction ("2024-01-01T00:00:00.123456789Z") as nanoseconds
/// since 1970.
std::optional<std::int64_t> parse_broker_time(std::string_view text) noexcept;

}  // namespace beckon::adapters

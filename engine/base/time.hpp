// Time as Beckon's engine knows it: milliseconds, always an argument, never asked of a clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace beckon {

/// A span of time; whole milliseconds.
using duration = std::chrono::milliseconds;

/// A point in time; whole milliseconds since 1970-01-01T00:00Z.
using timestamp = std::chrono::sys_time<duration>;

inline constexpr timestamp never = timestamp::max();      ///< later than everything
inline constexpr timestamp beginning = timestamp::min();  ///< earlier than everything

constexpr timestamp from_ms(std::int64_t ms) noexcept { return timestamp{duration{ms}}; }
constexpr std::int64_t to_ms(timestamp t) noexcept { return t.time_since_epoch().count(); }

/// t + d, held at `never` and `beginning` instead of overflowing.
timestamp saturating_add(timestamp t, duration d) noexcept;

/// "2024-01-01T00:00:00.000Z".
std::string to_rfc3339(timestamp t);

/// RFC 3339, or a date with time and offset as people write it ("2024-11-11 00:00 +08:00"). Without an
/// offset the time is in `zone` (an IANA name; "UTC" by default).
result<timestamp> parse_time(std::string_view text, std::string_view zone = "UTC");

/// "1 h 30 min", the shortest exact form in the rule language's units.
std::string to_string(duration d);

/// A duration of the rule language and of configuration files: "30 min", "2s", "1 h", "500 ms". "m" alone is refused.
result<duration> parse_duration(std::string_view text);

}  // namespace beckon

// Time zones by IANA name. Pure functions; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "absl/time/time.h"

namespace beckon {

/// None: there is no such zone. What strangers wrote may be asked for: only what looks like an IANA
/// name reaches the zone database.
std::optional<absl::TimeZone> find_zone(std::string_view name) noexcept;

}  // namespace beckon

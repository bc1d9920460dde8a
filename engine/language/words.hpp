// The words of the language that more than one part must know: keywords, units, functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.hpp"

namespace beckon::language {

/// ASCII letters compared without case.
bool same_word(std::string_view a, std::string_view b) noexcept;

/// ASCII letters lowered, the rest untouched.
std::string lowered(std::string_view text);

/// Words that structure a clause or an expression: as a name they need back-quotes wherever they
/// could be taken for the keyword.
bool is_structural(std::string_view word) noexcept;

/// `name` as a rule writes it: bare, or in back-quotes where it must be.
std::string written_name(std::string_view name);

/// Milliseconds of a unit of the language ("min", "hours", …, any case); nullopt: no unit.
std::optional<std::int64_t> unit_length(std::string_view word) noexcept;

/// "30 min": a whole number of the largest unit that fits, as canonical rules print it.
std::string written_duration(duration d);

/// One of count, first, last, sum, avg, min, max, distinct: functions over an alias's counted
/// entries.
bool is_aggregate(std::string_view lowered_name) noexcept;

}  // namespace beckon::language

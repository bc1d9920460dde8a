// days_since and the parts of a day and date, in the user's zone or the deployment's.
#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include "engine/base/zone.hpp"
#include "engine/language/functions.hpp"

namespace beckon::language {
namespace {

/// A time, or int64 as ms since 1970.
std::optional<timestamp> time_of(const value& v) noexcept {
  if (const timestamp* time = v.as_time()) return *time;
  if (const std::int64_t* ms = v.as_integer()) return from_ms(*ms);
  return std::nullopt;
}

absl::TimeZone zone_of(const scope& s) noexcept {
  const value* own = s.profile == nullptr ? nullptr : find_field(*s.profile, "tz");
  const std::string* name = own == nullptr ? nullptr : own->as_text();
  if (const auto zone = name == nullptr ? std::nullopt : find_zone(*name)) return *zone;
  return find_zone(s.zone).value_or(absl::UTCTimeZone());
}

/// The civil time of `a` goes through `part`.
template <class function>
value civil(const value& a, const scope& s, function&& part) noexcept {
  const std::optional<timestamp> time = time_of(a);
  if (!time) return {};
  return part(absl::ToCivilSecond(absl::FromUnixMillis(to_ms(*time)), zone_of(s)));
}

value number(int n) {
  return value(static_cast<std::int64_t>(n));
}

}  // namespace

value days_since(const value& a, const scope& s) noexcept {
  const std::optional<timestamp> time = time_of(a);
  std::int64_t between = 0;
  if (!time || __builtin_sub_overflow(to_ms(s.now), to_ms(*time), &between)) return {};
  return value(between / (std::int64_t{24} * 3600 * 1000));
}

value hour_of_day(const value& a, const scope& s) noexcept {
  return civil(a, s, [](absl::CivilSecond c) { return number(c.hour()); });
}

value day_of_week(const value& a, const scope& s) noexcept {
  return civil(a, s, [](absl::CivilSecond c) {
    return number(static_cast<int>(absl::GetWeekday(c)) + 1);  // absl counts from Monday, 0
  });
}

value day_of_month(const value& a, const scope& s) noexcept {
  return civil(a, s, [](absl::CivilSecond c) { return number(c.day()); });
}

value month_of(const value& a, const scope& s) noexcept {
  return civil(a, s, [](absl::CivilSecond c) { return number(c.month()); });
}

value date_of(const value& a, const scope& s) noexcept {
  return civil(a, s,
               [](absl::CivilSecond c) { return value(absl::FormatCivilTime(absl::CivilDay(c))); });
}

}  // namespace beckon::language

#include "engine/base/time.hpp"

#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace beckon {
namespace {

/// Reads fixed-width numbers and single characters off the front of a text.
class scanner {
 public:
  explicit scanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  bool take(char c) {
    if (peek() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_blanks() {
    while (take(' ')) {
    }
  }

  /// Exactly `width` digits.
  std::optional<int> digits(std::size_t width) {
    if (rest_.size() < width) return std::nullopt;
    int n = 0;
    for (const char c : rest_.substr(0, width)) {
      if (c < '0' || c > '9') return std::nullopt;
      n = n * 10 + (c - '0');
    }
    rest_.remove_prefix(width);
    return n;
  }

  /// One digit or more after a decimal point, as milliseconds; finer digits are cut off.
  std::optional<int> fraction_ms() {
    if (peek() < '0' || peek() > '9') return std::nullopt;
    int ms = 0;
    for (int weight = 100; peek() >= '0' && peek() <= '9'; weight /= 10) {
      ms += weight * (peek() - '0');
      rest_.remove_prefix(1);
    }
    return ms;
  }

 private:
  std::string_view rest_;
};

struct clock_reading {
  std::chrono::sys_days day;
  int hour = 0, minute = 0, second = 0, millisecond = 0;

  timestamp as_utc() const {
    return day + std::chrono::hours{hour} + std::chrono::minutes{minute} +
           std::chrono::seconds{second} + duration{millisecond};
  }
};

bool read_date(scanner& in, clock_reading& out) {
  const auto year = in.digits(4);
  if (!year || !in.take('-')) return false;
  const auto month = in.digits(2);
  if (!month || !in.take('-')) return false;
  const auto day = in.digits(2);
  if (!day) return false;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return false;
  out.day = std::chrono::sys_days{date};
  return true;
}

/// HH:MM[:SS[.fraction]]; second 60 is RFC 3339's leap second.
bool read_clock(scanner& in, clock_reading& out) {
  const auto hour = in.digits(2);
  if (!hour || *hour > 23 || !in.take(':')) return false;
  const auto minute = in.digits(2);
  if (!minute || *minute > 59) return false;
  out.hour = *hour;
  out.minute = *minute;
  if (!in.take(':')) return true;
  const auto second = in.digits(2);
  if (!second || *second > 60) return false;
  out.second = *second;
  if (!in.take('.')) return true;
  const auto ms = in.fraction_ms();
  if (!ms) return false;
  out.millisecond = *ms;
  return true;
}

/// What follows the clock: nothing, Z, UTC, GMT or ±HH:MM. False when it is something else.
bool read_offset(scanner& in, std::optional<duration>& offset) {
  if (in.done()) return true;
  if (in.rest() == "Z" || in.rest() == "z" || in.rest() == "UTC" || in.rest() == "GMT") {
    offset = duration::zero();
    return true;
  }
  const bool west = in.take('-');
  if (!west && !in.take('+')) return false;
  const auto hours = in.digits(2);
  if (!hours || *hours > 23 || !in.take(':')) return false;
  const auto minutes = in.digits(2);
  if (!minutes || *minutes > 59 || !in.done()) return false;
  const duration east = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  offset = west ? -east : east;
  return true;
}

result<timestamp> in_zone(const clock_reading& reading, std::string_view text,
                          std::string_view zone) {
  absl::TimeZone loaded;
  if (!absl::LoadTimeZone(absl::string_view(zone.data(), zone.size()), &loaded)) {
    return error{errc::invalid, "there is no time zone '" + std::string(zone) + "'"};
  }
  const std::chrono::year_month_day date{reading.day};
  const absl::CivilSecond civil(static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                                static_cast<unsigned>(date.day()), reading.hour, reading.minute,
                                reading.second);
  const auto info = loaded.At(civil);
  if (info.kind == absl::TimeZone::TimeInfo::SKIPPED) {
    return error{errc::invalid, "'" + std::string(text) + "' does not exist in " +
                                    std::string(zone) + ": clocks were put forward over it"};
  }
  return timestamp{duration{absl::ToUnixMillis(info.pre) + reading.millisecond}};
}

}  // namespace

timestamp saturating_add(timestamp t, duration d) noexcept {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(to_ms(t), static_cast<std::int64_t>(d.count()), &sum)) {
    return from_ms(sum);
  }
  return d.count() > 0 ? never : beginning;
}

std::string to_rfc3339(timestamp t) {
  constexpr std::int64_t first = -62167219200000;  // 0000-01-01T00:00Z
  constexpr std::int64_t last = 253402300799999;   // 9999-12-31T23:59:59.999Z
  if (t == never) return "never";
  if (t == beginning) return "beginning";
  if (to_ms(t) < first || to_ms(t) > last) return std::to_string(to_ms(t));
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  std::string out = "0000-00-00T00:00:00.000Z";
  const auto put = [&out](std::size_t at, int width, std::int64_t n) {
    for (int i = width - 1; i >= 0; --i, n /= 10) {
      out[at + static_cast<std::size_t>(i)] = static_cast<char>('0' + n % 10);
    }
  };
  const std::chrono::hh_mm_ss clock{t - day};
  put(0, 4, static_cast<int>(date.year()));
  put(5, 2, static_cast<unsigned>(date.month()));
  put(8, 2, static_cast<unsigned>(date.day()));
  put(11, 2, clock.hours().count());
  put(14, 2, clock.minutes().count());
  put(17, 2, clock.seconds().count());
  put(20, 3, clock.subseconds().count());
  return out;
}

result<timestamp> parse_time(std::string_view text, std::string_view zone) {
  const error wrong{errc::invalid, "'" + std::string(text) +
                                       "' is no time: write it like '2024-11-11 00:00 +08:00' or "
                                       "'2024-11-10T16:00:00Z'"};
  scanner in(text);
  clock_reading reading;
  if (!read_date(in, reading)) return wrong;
  const char separator = in.peek();
  if (separator == 'T' || separator == 't') {
    in.take(separator);
    if (!read_clock(in, reading)) return wrong;
  } else {
    in.skip_blanks();
    if (in.peek() >= '0' && in.peek() <= '9' && !read_clock(in, reading)) return wrong;
  }
  in.skip_blanks();
  std::optional<duration> offset;
  if (!read_offset(in, offset)) return wrong;
  if (offset) return reading.as_utc() - *offset;
  if (zone == "UTC") return reading.as_utc();
  return in_zone(reading, text, zone);
}

}  // namespace beckon

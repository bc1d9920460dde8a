#include "adapters/nats/broker_time.hpp"

#include <charconv>
#include <chrono>

namespace beckon::adapters {
namespace {

constexpr std::int64_t nanoseconds = 1'000'000'000;

/// Takes `digits` digits off the front and then the character `after` (0: none).
bool take(std::string_view& text, std::size_t digits, char after, int& out) noexcept {
  if (text.size() < digits + (after != 0 ? 1 : 0)) return false;
  const auto end = text.data() + digits;
  const auto [stop, problem] = std::from_chars(text.data(), end, out);
  if (problem != std::errc{} || stop != end || out < 0) return false;
  if (after != 0 && text[digits] != after) return false;
  text.remove_prefix(digits + (after != 0 ? 1 : 0));
  return true;
}

bool take_fraction(std::string_view& text, std::int64_t& out) noexcept {
  if (text.empty() || text.front() != '.') return true;
  text.remove_prefix(1);
  std::int64_t unit = nanoseconds / 10;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    out += (text.front() - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
    ++digits;
  }
  return digits >= 1 && digits <= 9;
}

bool take_offset(std::string_view& text, std::int64_t& seconds) noexcept {
  if (text == "Z") return true;
  if (text.size() != 6 || (text.front() != '+' && text.front() != '-')) return false;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!take(text, 2, ':', hours) || !take(text, 2, 0, minutes)) return false;
  seconds = sign * (hours * 3600 + minutes * 60);
  return true;
}

}  // namespace

std::optional<std::int64_t> parse_broker_time(std::string_view text) noexcept {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const bool whole = take(text, 4, '-', year) && take(text, 2, '-', month) &&
                     take(text, 2, 'T', day) && take(text, 2, ':', hour) &&
                     take(text, 2, ':', minute) && take(text, 2, 0, second);
  if (!whole) return std::nullopt;
  std::int64_t fraction = 0;
  std::int64_t offset = 0;
  if (!take_fraction(text, fraction) || !take_offset(text, offset)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || year < 1678 || year > 2261) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t seconds = days * 86'400 + hour * 3600 + minute * 60 + second - offset;
  return seconds * nanoseconds + fraction;
}

}  // namespace beckon::adapters

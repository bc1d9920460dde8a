// The half of time.hpp that reads and prints durations.
#include <array>
#include <charconv>
#include <limits>

#include "engine/base/time.hpp"

namespace beckon {
namespace {

struct unit {
  std::string_view name;
  std::int64_t ms;
};

constexpr std::int64_t second_ms = 1000, minute_ms = 60 * second_ms, hour_ms = 60 * minute_ms,
                       day_ms = 24 * hour_ms, week_ms = 7 * day_ms;

constexpr std::array<unit, 16> units = {{{"ms", 1},
                                         {"s", second_ms},
                                         {"sec", second_ms},
                                         {"second", second_ms},
                                         {"seconds", second_ms},
                                         {"min", minute_ms},
                                         {"mins", minute_ms},
                                         {"minute", minute_ms},
                                         {"minutes", minute_ms},
                                         {"h", hour_ms},
                                         {"hour", hour_ms},
                                         {"hours", hour_ms},
                                         {"day", day_ms},
                                         {"days", day_ms},
                                         {"week", week_ms},
                                         {"weeks", week_ms}}};

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

error bad_duration(std::string_view text, std::string_view why) {
  return error{errc::invalid, "'" + std::string(text) + "' is no duration: " + std::string(why)};
}

void skip_spaces(std::string_view& rest) {
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
}

/// One "30 min" off the front of `rest`; its unit must be smaller than `below`, and becomes it.
result<std::int64_t> take_part(std::string_view text, std::string_view& rest, std::int64_t& below) {
  std::int64_t n = 0;
  const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), n);
  if (failed == std::errc::result_out_of_range) return bad_duration(text, "it is too long");
  if (failed != std::errc{} || rest.front() == '-') {
    return bad_duration(text, "write a whole number and a unit, such as '30 min'");
  }
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  skip_spaces(rest);
  std::size_t length = 0;
  while (length < rest.size() && (rest[length] | 0x20) >= 'a' && (rest[length] | 0x20) <= 'z') {
    ++length;
  }
  const std::string name = lowered(rest.substr(0, length));
  rest.remove_prefix(length);
  if (name == "m") return bad_duration(text, "'m' could be minutes or months; write 'min'");
  for (const unit& u : units) {
    if (u.name != name) continue;
    if (u.ms >= below) return bad_duration(text, "units go from large to small");
    std::int64_t ms = 0;
    if (__builtin_mul_overflow(n, u.ms, &ms)) return bad_duration(text, "it is too long");
    below = u.ms;
    return ms;
  }
  return bad_duration(text, "a unit is ms, s, min, h, days or weeks");
}

}  // namespace

std::string to_string(duration d) {
  if (d == duration::zero()) return "0 s";
  // The magnitude as unsigned, so that the most negative duration has one too.
  const bool negative = d.count() < 0;
  auto left = static_cast<std::uint64_t>(d.count());
  if (negative) left = 0 - left;
  std::string out = negative ? "-" : "";
  bool first = true;
  for (const auto& [name, ms] :
       {unit{"day", day_ms}, {"h", hour_ms}, {"min", minute_ms}, {"s", second_ms}, {"ms", 1}}) {
    const std::uint64_t n = left / static_cast<std::uint64_t>(ms);
    left %= static_cast<std::uint64_t>(ms);
    if (n == 0) continue;
    if (!first) out += ' ';
    first = false;
    out += std::to_string(n);
    out += ' ';
    out += name;
    if (name == "day" && n > 1) out += 's';
  }
  return out;
}

result<duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  skip_spaces(rest);
  if (rest.empty()) return bad_duration(text, "it is empty");
  std::int64_t total = 0;
  for (std::int64_t below = std::numeric_limits<std::int64_t>::max(); !rest.empty();
       skip_spaces(rest)) {
    const auto part = take_part(text, rest, below);
    if (!part) return part.error();
    if (__builtin_add_overflow(total, *part, &total)) return bad_duration(text, "it is too long");
  }
  return duration{total};
}

}  // namespace beckon

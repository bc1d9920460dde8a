#include "engine/language/words.hpp"

#include <algorithm>
#include <array>

namespace beckon::language {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

template <std::size_t n>
bool one_of(std::string_view word, const std::array<std::string_view, n>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view known) { return same_word(word, known); });
}

constexpr std::array<std::string_view, 31> structural{
    "WHEN", "THEN", "BUT", "UNLESS", "IF",      "FIRE", "RETURN", "WHERE", "WITHIN", "AS",   "OR",
    "AND",  "FOR",  "IN",  "IS",     "BETWEEN", "LIKE", "NOT",    "CASE",  "END",    "ELSE", "TRUE",
    "NULL", "AT",   "NOW", "UNTIL",  "MATCHES", "LIST", "FALSE",  "NEXT",  "EXPECT"};

struct unit {
  std::string_view name;
  std::int64_t length;
};
constexpr std::int64_t second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
constexpr std::array<unit, 16> units{{{"ms", 1},
                                      {"s", second},
                                      {"sec", second},
                                      {"second", second},
                                      {"seconds", second},
                                      {"min", minute},
                                      {"mins", minute},
                                      {"minute", minute},
                                      {"minutes", minute},
                                      {"h", hour},
                                      {"hour", hour},
                                      {"hours", hour},
                                      {"day", day},
                                      {"days", day},
                                      {"week", 7 * day},
                                      {"weeks", 7 * day}}};

}  // namespace

bool same_word(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool is_structural(std::string_view word) noexcept {
  return one_of(word, structural);
}

std::string written_name(std::string_view name) {
  const auto fits = [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool bare = !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
                    std::all_of(name.begin(), name.end(), fits);
  static constexpr std::array<std::string_view, 3> ambiguous{"ANY", "AUDIENCE", "EVERY"};
  if (bare && !is_structural(name) && !one_of(name, ambiguous)) return std::string(name);
  return "`" + std::string(name) + "`";
}

std::optional<std::int64_t> unit_length(std::string_view word) noexcept {
  const auto at = std::find_if(units.begin(), units.end(),
                               [&](const unit& u) { return same_word(word, u.name); });
  return at == units.end() ? std::nullopt : std::optional(at->length);
}

std::string written_duration(duration d) {
  const std::int64_t ms = d.count();
  if (ms != 0 && ms % day == 0) {
    return std::to_string(ms / day) + (ms == day || ms == -day ? " day" : " days");
  }
  if (ms != 0 && ms % hour == 0) return std::to_string(ms / hour) + " h";
  if (ms != 0 && ms % minute == 0) return std::to_string(ms / minute) + " min";
  if (ms % second == 0) return std::to_string(ms / second) + " s";
  return std::to_string(ms) + " ms";
}

bool is_aggregate(std::string_view lowered_name) noexcept {
  static constexpr std::array<std::string_view, 8> names{"count", "first", "last", "sum",
                                                         "avg",   "min",   "max",  "distinct"};
  return one_of(lowered_name, names);
}

}  // namespace beckon::language

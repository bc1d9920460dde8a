#include "engine/language/rule_size.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace beckon::language {
namespace {

constexpr std::size_t live_keys = 256;           ///< per (rule, subject), language.md point 9
constexpr std::size_t kept_runs = 8;             ///< where several must be kept (point 6)
constexpr std::size_t remembered_values = 1000;  ///< of ONCE PER attribute
constexpr std::size_t summed_entries = 1000;     ///< of a SUM window
constexpr std::size_t total_values = 4;  ///< first, last, least and greatest of a running total

// Bytes in memory, typical texts of up to 24 characters included.
constexpr std::size_t rule_bytes = 128, key_bytes = 96, run_bytes = 64, value_bytes = 64,
                      time_bytes = 16, sum_bytes = 32;

bool is_own_value(taken what) {
  return what != taken::count && what != taken::until;
}

/// Of one entry: its time, its amount or distinct value, and each attribute that a slot takes.
std::size_t kept_of_entry(const checked_rule& rule, const step& s, std::size_t at) {
  std::set<attribute_id> attributes;
  for (const capture& c : rule.captures) {
    if (c.clause == at && is_own_value(c.what)) attributes.insert(c.attribute);
  }
  if (s.also) attributes.insert(s.also->attribute);
  const std::size_t counted = s.how == quantity::different ? value_bytes
                              : s.how == quantity::sum     ? sum_bytes
                                                           : 0;
  return time_bytes + counted + attributes.size() * value_bytes;
}

/// Of all a step has counted.
std::size_t kept_of_step(const checked_rule& rule, const step& s, std::size_t at) {
  if (s.how == quantity::one) return 0;
  if (s.how != quantity::sum) return s.count * kept_of_entry(rule, s, at);
  const bool entries =
      (at == 0 && s.within) ||
      std::any_of(rule.captures.begin(), rule.captures.end(),
                  [at](const capture& c) { return c.clause == at && c.what == taken::distinct; });
  return (entries ? summed_entries : total_values) * kept_of_entry(rule, s, at);
}

bool compares(const event_pattern& p) {
  return p.where_uses_captures;
}

/// Whether an older run may match what a newer one cannot.
bool keeps_several(const checked_rule& rule) {
  bool several = std::any_of(rule.unless.begin(), rule.unless.end(), compares);
  for (std::size_t i = 1; i < rule.clauses.size(); ++i) {
    if (const auto* s = std::get_if<step>(&rule.clauses[i])) {
      several = several || s->how != quantity::one || s->also || compares(s->pattern) ||
                std::any_of(s->interruptions.begin(), s->interruptions.end(),
                            [](const interruption& b) { return compares(b.pattern); });
    } else {
      several = several || compares(std::get<wait>(rule.clauses[i]).cancelled_by);
    }
  }
  return several;
}

}  // namespace

std::vector<size_part> worst_case(const checked_rule& rule) {
  const bool keyed = !rule.same.empty();
  const std::size_t keys = keyed ? live_keys : 1;
  const std::size_t runs = keeps_several(rule) ? kept_runs : 1;
  const bool remembers = rule.fire.policy == fire_policy::once_per_attributes;
  std::vector<size_part> parts{{"the rule", rule_bytes, 1}};
  if (remembers) {
    parts.push_back({"values ONCE PER remembers", value_bytes + time_bytes, remembered_values});
  } else {
    parts.push_back({"the last firing", time_bytes, 1});
  }
  parts.push_back({keyed ? "keys" : "the matcher's record", key_bytes, keys});
  std::size_t look_backs = 0;
  for (std::size_t i = 0; i < rule.clauses.size(); ++i) {
    const auto* s = std::get_if<step>(&rule.clauses[i]);
    const std::size_t counted = s == nullptr ? 0 : kept_of_step(rule, *s, i);
    if (s != nullptr) look_backs += s->look_backs.size();
    if (i > 0) {
      parts.push_back({"runs at position " + std::to_string(i),
                       run_bytes + rule.captures.size() * value_bytes + counted, runs * keys});
    } else if (counted > 0) {
      parts.push_back({"the window of position 0", counted, keys});
    }
  }
  if (look_backs > 0) {
    parts.push_back({"look-backs", look_backs * time_bytes, keys + (keyed ? 1 : 0)});
  }
  return parts;
}

std::size_t total_bytes(const std::vector<size_part>& parts) noexcept {
  return std::accumulate(
      parts.begin(), parts.end(), std::size_t{0},
      [](std::size_t sum, const size_part& p) { return sum + p.bytes * p.times; });
}

}  // namespace beckon::language

// How much one user can make the matcher remember for a rule, at worst.
#include "engine/language/checker.hpp"

namespace beckon::language {
namespace {

constexpr std::size_t live_keys = 256;           ///< per (rule, subject), language.md point 9
constexpr std::size_t kept_runs = 8;             ///< where several must be kept (point 6)
constexpr std::size_t remembered_values = 1000;  ///< of ONCE PER attribute

// Bytes in memory, typical texts of up to 24 characters included.
constexpr std::size_t rule_bytes = 128, key_bytes = 96, run_bytes = 64, value_bytes = 64,
                      time_bytes = 16;

}  // namespace

std::size_t checker::worst_case_bytes() const {
  bool several = false;
  for (std::size_t i = 1; i < made_->clauses.size(); ++i) {
    const auto* s = std::get_if<step>(&made_->clauses[i]);
    several =
        several || (s != nullptr && (s->how != quantity::one || s->pattern.where_uses_captures));
  }
  std::size_t per_key = key_bytes;
  for (std::size_t i = 0; i < made_->clauses.size(); ++i) {
    const auto* s = std::get_if<step>(&made_->clauses[i]);
    std::size_t own_captures = 0;
    for (const capture& c : made_->captures) own_captures += c.clause == i ? 1 : 0;
    std::size_t window = 0;
    if (s != nullptr && s->how != quantity::one) {
      const std::size_t entry =
          s->how == quantity::different ? time_bytes + value_bytes : time_bytes;
      window = s->count * (entry + own_captures * value_bytes);
    }
    const std::size_t runs = i == 0 ? 0 : several ? kept_runs : 1;
    per_key += i == 0 ? window : runs * (run_bytes + made_->captures.size() * value_bytes + window);
  }
  const bool remembers = made_->fire.policy == fire_policy::once_per_attributes;
  const std::size_t memory =
      remembers ? remembered_values * (value_bytes + time_bytes) : time_bytes;
  return rule_bytes + memory + per_key * (made_->same.empty() ? 1 : live_keys);
}

}  // namespace beckon::language

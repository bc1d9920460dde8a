#include "engine/cep/run_life.hpp"

#include <algorithm>
#include <variant>

namespace beckon::cep {
namespace {

timestamp later(timestamp t, const std::optional<duration>& length) noexcept {
  return length ? saturating_add(t, *length) : never;
}

}  // namespace

// A run may stand at each clause for its whole time before it goes on.
timestamp end_of_runs(const language::checked_rule& rule, timestamp replaced) noexcept {
  const timestamp over = rule.active ? std::max(rule.active->to, replaced) : never;
  const timestamp all = std::min(later(replaced, rule.all_within), over);
  const auto& first = std::get<language::step>(rule.clauses.front());
  const bool counts = first.how != language::quantity::one;
  const timestamp window = counts ? std::min(later(replaced, first.within), all) : replaced;
  timestamp end = replaced;
  for (std::size_t at = 1; at < rule.clauses.size(); ++at) {
    if (const auto* w = std::get_if<language::wait>(&rule.clauses[at])) {
      end = saturating_add(end, w->length);
    } else {
      const auto& s = std::get<language::step>(rule.clauses[at]);
      end = std::max(end, std::min(later(end, s.within), all));
    }
  }
  return std::max(end, window);
}

}  // namespace beckon::cep

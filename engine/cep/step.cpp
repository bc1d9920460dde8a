#include "engine/cep/step.hpp"

#include <algorithm>

#include "engine/cep/matcher.hpp"
#include "engine/cep/rule_index.hpp"
#include "engine/cep/state.hpp"

namespace beckon::cep {
namespace {

using inside = subject_state::implementation;

bool comes_before(const rule_state& s, std::uint32_t rule) noexcept {
  return s.rule < rule;
}

void note_current(const judging& j, const prepared_rule& rule) noexcept {
  if (j.current != nullptr) *j.current = &rule.rule();
}

void handle_earliest(const judging& j, inside& state) {
  const timestamp now = state.next;
  if (std::erase_if(state.absent, [now](const absent_rule& r) { return r.ends <= now; }) > 0)
    return refresh(state);
  const rule_set::implementation& rules = *state.bound;
  const auto s = std::find_if(state.rules.begin(), state.rules.end(),
                              [now](const rule_state& each) { return each.next == now; });
  const prepared_rule& rule = rules.prepared[s->rule];
  note_current(j, rule);
  matcher(j, rules, rule, *s).handle_next_deadline();
  if (s->empty()) state.rules.erase(s);
  refresh(state);
}

void judge_rule(const judging& j, inside& state, std::uint32_t index, const event& e,
                bool may_begin) {
  const rule_set::implementation& rules = *state.bound;
  const prepared_rule& rule = rules.prepared[index];
  note_current(j, rule);
  const auto s = std::lower_bound(state.rules.begin(), state.rules.end(), index, comes_before);
  if (s != state.rules.end() && s->rule == index) {
    matcher(j, rules, rule, *s).judge(e, may_begin);
    if (s->empty()) state.rules.erase(s);
    return;
  }
  rule_state fresh;
  fresh.rule = index;
  matcher(j, rules, rule, fresh).judge(e, may_begin);
  if (!fresh.empty()) state.rules.insert(s, std::move(fresh));
}

/// A rule an event may concern; `begins`: found by the index of first steps.
struct candidate {
  std::uint32_t rule;
  bool begins;
};

// Rules that can begin here, and rules with live state whose later clauses may mean the type or
// whose row it may break.
std::vector<candidate> candidates_for(const inside& state, const event& e) {
  const rule_set::implementation& rules = *state.bound;
  std::vector<std::uint32_t> starts;
  rules.starts[static_cast<std::size_t>(e.type)].collect(e, starts);
  std::sort(starts.begin(), starts.end());
  std::vector<candidate> found;
  found.reserve(starts.size() + state.rules.size());
  const interest_bits bits = rules.bits[static_cast<std::size_t>(e.type)];
  auto live = state.rules.begin();
  const auto add_live_below = [&](std::uint64_t end) {
    for (; live != state.rules.end() && live->rule < end; ++live) {
      const prepared_rule& rule = rules.prepared[live->rule];
      const bool may_break = rule.has_row() && rules.is_ordinary(e.type);
      const bool concerned = (rule.later_types() & bits) != 0 || may_break;
      if (concerned && !live->keys.empty()) found.push_back({live->rule, false});
    }
  };
  for (const std::uint32_t rule : starts) {
    add_live_below(rule);
    if (live != state.rules.end() && live->rule == rule) ++live;
    found.push_back({rule, true});
  }
  add_live_below(~std::uint64_t{0});
  return found;
}

}  // namespace

void settle(const judging& j, subject_state& state, timestamp upto) {
  bind(state, j.rules);
  inside& s = state.inside();
  while (s.next <= upto && s.next != never) handle_earliest(j, s);
}

void judge(const judging& j, subject_state& state, const event& e,
           const std::vector<std::string>& roles, timestamp clock_before) {
  settle(j, state, clock_before);
  if (e.type == type_profile_row) return;
  inside& s = state.inside();
  const event_declaration& type = j.rules.events().declaration(e.type);
  for (const candidate& c : candidates_for(s, e)) {
    const prepared_rule& rule = s.bound->prepared[c.rule];
    if (rule.rule().subject_kind != j.who.kind || !rule.watches(type, roles)) continue;
    judge_rule(j, s, c.rule, e, c.begins);
  }
  refresh(s);
}

}  // namespace beckon::cep

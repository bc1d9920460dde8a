#include "engine/cep/state.hpp"

#include <algorithm>

#include "engine/cep/rule_index.hpp"

namespace beckon::cep {

timestamp deadline_of(const prepared_rule& rule, const run& r) noexcept {
  const position& p = rule.positions()[r.at];
  if (p.wait != nullptr) return saturating_add(r.anchor, p.wait->length);
  timestamp end = never;
  if (p.step->within) end = saturating_add(r.anchor, *p.step->within);
  if (rule.rule().all_within) end = std::min(end, saturating_add(r.start, *rule.rule().all_within));
  return end;
}

timestamp deadline_of(const prepared_rule& rule, const window& w) noexcept {
  if (w.times.empty() || !rule.window()) return never;
  return saturating_add(w.times.front(), *rule.window());
}

timestamp deadline_of(const prepared_rule& rule, const fire_limits& l) noexcept {
  const language::fire_clause& fire = rule.rule().fire;
  timestamp end = never;
  if (l.last && fire.policy != language::fire_policy::once) end = saturating_add(*l.last, fire.per);
  if (!l.values.empty()) end = std::min(end, saturating_add(l.values.front().fired, fire.per));
  return end;
}

timestamp end_of(const prepared_rule& rule, const fire_limits& l) noexcept {
  const language::fire_clause& fire = rule.rule().fire;
  if (l.last && fire.policy == language::fire_policy::once) return never;
  timestamp end = l.last ? saturating_add(*l.last, fire.per) : beginning;
  if (!l.values.empty()) end = std::max(end, saturating_add(l.values.back().fired, fire.per));
  return end;
}

void refresh(const prepared_rule& rule, key_state& k) noexcept {
  k.next = k.entries == nullptr ? never : deadline_of(rule, *k.entries);
  for (const run& r : k.runs) k.next = std::min(k.next, deadline_of(rule, r));
}

void refresh(const prepared_rule& rule, rule_state& s) noexcept {
  s.next = s.limits == nullptr ? never : deadline_of(rule, *s.limits);
  for (const key_state& k : s.keys) s.next = std::min(s.next, k.next);
}

void refresh(subject_state::implementation& s) noexcept {
  s.next = never;
  for (const rule_state& r : s.rules) s.next = std::min(s.next, r.next);
  for (const absent_rule& r : s.absent) s.next = std::min(s.next, r.ends);
}

subject_state::subject_state() : inside_(std::make_unique<implementation>()) {}
subject_state::~subject_state() = default;
subject_state::subject_state(subject_state&&) noexcept = default;
subject_state& subject_state::operator=(subject_state&&) noexcept = default;

bool subject_state::empty() const noexcept {
  return inside_ == nullptr || inside_->empty();
}

timestamp subject_state::next_deadline() const noexcept {
  return inside_ == nullptr ? never : inside_->next;
}

namespace {

bool has_open_row(const prepared_rule& rule, const rule_state& s) noexcept {
  if (!rule.has_row()) return false;
  for (const key_state& k : s.keys) {
    if (k.entries != nullptr && rule.positions()[0].step->in_a_row) return true;
    for (const run& r : k.runs) {
      const position& p = rule.positions()[r.at];
      if (p.step != nullptr && p.step->in_a_row && r.count > 0) return true;
    }
  }
  return false;
}

interest_bits interest_in(const rule_set::implementation& rules,
                          const subject_state::implementation& state) noexcept {
  interest_bits bits = 0;
  for (const rule_state& s : state.rules) {
    if (s.keys.empty()) continue;
    bits |= rules.prepared[s.rule].later_types();
    if (has_open_row(rules.prepared[s.rule], s)) bits |= any_bit;
  }
  return bits;
}

}  // namespace

interest_bits subject_state::interest(const rule_set& rules) const noexcept {
  if (empty()) return 0;
  if (inside_->bound.get() == &rules.inside()) return interest_in(rules.inside(), *inside_);
  const result<subject_state> moved = decode(encode(), rules);
  return moved.ok() ? interest_in(rules.inside(), *moved->inside_) : ~interest_bits{0};
}

void bind(subject_state& state, const rule_set& rules) {
  subject_state::implementation& inside = state.inside();
  if (inside.bound.get() == &rules.inside()) return;
  if (!inside.empty()) {
    result<subject_state> moved = subject_state::decode(state.encode(), rules);
    // Our own bytes are always readable; were they not, an empty state is what decode's caller
    // would have, too.
    state = moved.ok() ? std::move(*moved) : subject_state();
  }
  state.inside().bound = rules.shared_inside();
}

}  // namespace beckon::cep

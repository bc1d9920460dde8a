#include "engine/cep/state.hpp"

#include <algorithm>

#include "engine/cep/rule_index.hpp"

namespace beckon::cep {
namespace {

timestamp end_of_active(const prepared_rule& rule) noexcept {
  return rule.usual().active_to;
}

}  // namespace

timestamp deadline_of(const prepared_rule& rule, const run& r) noexcept {
  const position& p = rule.positions()[r.at];
  if (p.wait != nullptr) return r.anchor;
  timestamp end = end_of_active(rule);
  if (p.within) end = std::min(end, saturating_add(r.anchor, *p.within));
  const auto& all_within = rule.usual().all_within;
  if (all_within) end = std::min(end, saturating_add(r.start, *all_within));
  return end;
}

timestamp deadline_of(const prepared_rule& rule, const tally& t) noexcept {
  const timestamp end = end_of_active(rule);
  if (!rule.window() || t.times.empty()) return end;
  return std::min(end, saturating_add(t.times.back(), *rule.window()));
}

timestamp deadline_of(const prepared_rule& rule, const look_back_times& seen) noexcept {
  timestamp next = never;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i] != beginning)
      next = std::min(next, saturating_add(seen[i], rule.look_backs()[i].what->length));
  }
  return next;
}

namespace {

timestamp end_under(const language::checked_rule& rule, const fire_limits& l) noexcept {
  const language::fire_clause& fire = rule.fire;
  if (l.last && fire.policy == language::fire_policy::once)
    return rule.active ? rule.active->to : never;
  timestamp end = l.last ? saturating_add(*l.last, fire.per) : beginning;
  if (!l.values.empty()) end = std::max(end, saturating_add(l.values.back().fired, fire.per));
  return end;
}

}  // namespace

timestamp deadline_of(const prepared_rule& rule, const fire_limits& l) noexcept {
  timestamp end = end_under(rule.rule(), l);
  for (const language::checked_rule* other : rule.limited_too())
    end = std::max(end, end_under(*other, l));
  return end;
}

void refresh(const prepared_rule& rule, key_state& k) noexcept {
  k.next = k.entries == nullptr ? never : deadline_of(rule, *k.entries);
  if (k.seen != nullptr) k.next = std::min(k.next, deadline_of(rule, *k.seen));
  for (const run& r : k.runs) k.next = std::min(k.next, deadline_of(rule, r));
}

timestamp deadline_beside_keys(const prepared_rule& rule, const rule_state& s) noexcept {
  timestamp next = s.limits == nullptr ? never : deadline_of(rule, *s.limits);
  if (s.seen != nullptr) next = std::min(next, deadline_of(rule, *s.seen));
  return next;
}

void refresh(const prepared_rule& rule, rule_state& s) noexcept {
  s.next = deadline_beside_keys(rule, s);
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

/// Any ordinary event may break the run: where it stands, or where its waits lead it, before
/// anybody asks again.
bool may_break(const prepared_rule& rule, const run& r) noexcept {
  const auto positions = rule.positions();
  std::size_t at = r.at;
  while (at < positions.size() && positions[at].wait != nullptr) ++at;
  if (at == positions.size()) return false;
  return r.has_counted() ? positions[at].step->in_a_row : positions[at].step->next;
}

/// Any ordinary event may break what is under way.
bool has_open_row(const prepared_rule& rule, const rule_state& s) noexcept {
  if (!rule.has_row()) return false;
  return std::any_of(s.keys.begin(), s.keys.end(), [&](const key_state& k) {
    const bool first_row = k.entries != nullptr && rule.positions()[0].step->in_a_row;
    return first_row || std::any_of(k.runs.begin(), k.runs.end(),
                                    [&](const run& r) { return may_break(rule, r); });
  });
}

interest_bits interest_in(const rule_set::implementation& rules,
                          const subject_state::implementation& state) noexcept {
  interest_bits bits = 0;
  for (const rule_state& s : state.rules) {
    if (s.keys.empty() && s.seen == nullptr) continue;
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

#include <algorithm>

#include "engine/cep/captured.hpp"
#include "engine/cep/matcher.hpp"

namespace beckon::cep {

bool matcher::read_key(std::string& key) const {
  for (const attribute_id a : rule_.rule().same) {
    const value v = attribute_of(*e_, a, *rules_.events);
    if (v.is_null()) return false;
    append_canonical(key, v);
  }
  return true;
}

bool matcher::holds(const language::event_pattern& p, std::span<const value> slots) const {
  if (p.where == nullptr) return true;
  language::scope s;
  s.current = e_;
  s.current_type = rules_.events->name(e_->type);
  s.captured = slots;
  s.profile = j_.profile;
  s.now = now_;
  s.zone = j_.zone;
  return p.where->holds(s);
}

matcher::verdict matcher::weigh(const language::event_pattern& p) const {
  if (!prepared_rule::names(p, e_->type, ordinary_)) return verdict::no;
  if (p.where_uses_captures) return verdict::ask;
  return holds(p, {}) ? verdict::yes : verdict::no;
}

// Each WHERE is evaluated once for all runs, but those that compare with captured values. An event
// without the SAME attribute satisfies no step.
void matcher::weigh(bool may_begin) {
  const auto positions = rule_.positions();
  first_ = may_begin && !keyless_ ? weigh(positions[0].step->pattern) : verdict::no;
  if (s_.keys.empty()) return;
  clauses_.assign(positions.size(), verdict::no);
  for (std::size_t at = 1; at < positions.size(); ++at) {
    const position& p = positions[at];
    if (p.wait != nullptr) clauses_[at] = weigh(p.wait->cancelled_by);
    if (p.step != nullptr && !keyless_) clauses_[at] = weigh(p.step->pattern);
  }
  const std::vector<value> no_alias(rule_.rule().captures.size());
  for (const language::event_pattern& p : rule_.rule().unless) {
    unless_.push_back(weigh(p));
    unless_without_alias_.push_back(unless_.back() == verdict::yes ||
                                    (unless_.back() == verdict::ask && holds(p, no_alias)));
  }
}

bool matcher::holds_for(const language::event_pattern& p, verdict v, const run& r) {
  if (v != verdict::ask) return v == verdict::yes;
  slots_.assign(rule_.rule().captures.size(), value());
  read_slots(r.captured, slots_);
  return holds(p, slots_);
}

// A clause that compares with captured values is satisfied where a run stands before it with only
// waits between.
bool matcher::satisfies_for(const run& r) {
  const auto positions = rule_.positions();
  for (std::size_t at = r.at; at < positions.size(); ++at) {
    const position& p = positions[at];
    const auto& pattern = p.step != nullptr ? p.step->pattern : p.wait->cancelled_by;
    if (clauses_[at] == verdict::ask && holds_for(pattern, verdict::ask, r)) return true;
    if (p.step != nullptr) break;
  }
  for (std::size_t i = 0; i < unless_.size(); ++i) {
    if (unless_[i] == verdict::ask && holds_for(rule_.rule().unless[i], verdict::ask, r))
      return true;
  }
  return false;
}

bool matcher::is_satisfied_by_any() const noexcept {
  const auto yes = [](verdict v) { return v == verdict::yes; };
  return yes(first_) || std::any_of(clauses_.begin(), clauses_.end(), yes) ||
         std::find(unless_without_alias_.begin(), unless_without_alias_.end(), true) !=
             unless_without_alias_.end();
}

bool matcher::satisfies_in(const key_state& k) {
  return std::any_of(k.runs.begin(), k.runs.end(),
                     [this](const run& r) { return satisfies_for(r); });
}

}  // namespace beckon::cep

#include <algorithm>

#include "engine/cep/captured.hpp"
#include "engine/cep/matcher.hpp"

namespace beckon::cep {

bool matcher::read_key(std::string& key) const {
  for (const attribute_id a : rule_.rule().same) {
    value scratch;
    const value& v = look_at(*e_, a, *rules_.events, scratch);
    if (v.is_null()) return false;
    append_canonical(key, v);
  }
  return true;
}

language::scope matcher::scope_with(std::span<const value> slots) const {
  language::scope s;
  s.current = e_;
  s.current_type = rules_.events->name(e_->type);
  s.captured = slots;
  s.profile = j_.profile;
  s.now = now_;
  s.zone = j_.zone;
  s.user = j_.who.id;
  return s;
}

bool matcher::holds(const language::event_pattern& p, std::span<const value> slots) const {
  return p.where == nullptr || p.where->holds(scope_with(slots));
}

verdict matcher::weigh(const language::event_pattern& p) const {
  if (!prepared_rule::names(p, e_->type, ordinary_)) return verdict::no;
  if (p.where_uses_captures) return verdict::ask;
  return holds(p, {}) ? verdict::yes : verdict::no;
}

// Each WHERE is evaluated once for all runs, but those that compare with captured values. An event
// without the SAME attribute, or outside ACTIVE, satisfies no step.
void matcher::weigh(std::span<const hit> begins) {
  const bool positive = !keyless_ && rule_.usual().is_active(now_);
  if (!begins.empty()) weigh_creating(begins, positive);
  if (rule_.drains()) weigh_past();
  if (s_.keys.empty() && s_.seen == nullptr) return;
  const auto positions = rule_.positions();
  weighed_.clauses.assign(positions.size(), verdict::no);
  if ((rule_.usual().later_types & rules_.bits[static_cast<std::size_t>(e_->type)]) == 0) return;
  for (std::size_t at = 1; at < positions.size(); ++at) {
    const position& p = positions[at];
    if (p.wait != nullptr) weighed_.clauses[at] = weigh(p.wait->cancelled_by);
    if (p.step != nullptr && positive) weighed_.clauses[at] = weigh(p.step->pattern);
  }
  weigh_later();
}

// What the index found out is not asked again; what it could not know without the subject is.
void matcher::weigh_creating(std::span<const hit> begins, bool positive) {
  const entry_id first = rules_.first_entry[s_.rule];
  const auto look_backs = rule_.look_backs();
  weighed_.past.resize(look_backs.size());
  for (const hit& h : begins) {
    const std::size_t which = h.entry - first;
    if (which == 0) {
      const language::event_pattern& p = rule_.positions()[0].step->pattern;
      if (positive) first_ = h.sure ? verdict::yes : weigh(p);
    } else if (h.sure || weigh(look_backs[which - 1].what->pattern) == verdict::yes) {
      weighed_.past[which - 1] = sees_past_ = true;
    }
  }
}

/// What a version that drains still notes: no index asks for it.
void matcher::weigh_past() {
  const auto look_backs = rule_.look_backs();
  weighed_.past.resize(look_backs.size());
  for (std::size_t i = 0; i < look_backs.size(); ++i) {
    weighed_.past[i] = weigh(look_backs[i].what->pattern) == verdict::yes;
    sees_past_ |= weighed_.past[i];
  }
}

/// What ends runs wherever they stand.
void matcher::weigh_later() {
  const auto holds_without_alias = [this](const language::event_pattern& p) {
    slots_.assign(rule_.rule().captures.size(), value());
    return holds(p, slots_);
  };
  for (const language::event_pattern& p : rule_.rule().unless) {
    const verdict v = weigh(p);
    weighed_.unless.push_back(v);
    weighed_.unless_without_alias.push_back(v == verdict::yes ||
                                            (v == verdict::ask && holds_without_alias(p)));
  }
  for (const interruption_span& i : rule_.interruptions())
    weighed_.interruptions.push_back(weigh(*i.pattern));
}

void matcher::read_captured(const run& r) {
  slots_.assign(rule_.rule().captures.size(), value());
  read_slots(r.captured, slots_);
}

bool matcher::holds_for(const language::event_pattern& p, verdict v, const run& r) {
  if (v != verdict::ask) return v == verdict::yes;
  read_captured(r);
  return holds(p, slots_);
}

/// The event is an entry for the run's step.
bool matcher::counts(std::size_t at, const run& r) {
  const position& p = rule_.positions()[at];
  return weighed_.clauses[at] != verdict::no && is_countable(p.counts, *e_, *rules_.events) &&
         holds_for(p.step->pattern, weighed_.clauses[at], r);
}

// A clause that compares with captured values is satisfied where a run stands before it with only
// waits between.
bool matcher::satisfies_for(const run& r) {
  const auto positions = rule_.positions();
  for (std::size_t at = r.at; at < positions.size(); ++at) {
    const position& p = positions[at];
    const auto& pattern = p.step != nullptr ? p.step->pattern : p.wait->cancelled_by;
    if (weighed_.clauses[at] == verdict::ask && holds_for(pattern, verdict::ask, r)) return true;
    if (p.step != nullptr) break;
  }
  for (std::size_t i = 0; i < weighed_.interruptions.size(); ++i) {
    const interruption_span& span = rule_.interruptions()[i];
    if (weighed_.interruptions[i] == verdict::ask && span.from <= r.at && r.at <= span.to &&
        holds_for(*span.pattern, verdict::ask, r))
      return true;
  }
  for (std::size_t i = 0; i < weighed_.unless.size(); ++i) {
    if (weighed_.unless[i] == verdict::ask && holds_for(rule_.rule().unless[i], verdict::ask, r))
      return true;
  }
  return false;
}

bool matcher::is_satisfied_by_any() const noexcept {
  const auto yes = [](verdict v) { return v == verdict::yes; };
  return yes(first_) || sees_past_ ||
         std::any_of(weighed_.clauses.begin(), weighed_.clauses.end(), yes) ||
         std::any_of(weighed_.interruptions.begin(), weighed_.interruptions.end(), yes) ||
         std::find(weighed_.unless_without_alias.begin(), weighed_.unless_without_alias.end(),
                   true) != weighed_.unless_without_alias.end();
}

bool matcher::satisfies_in(const key_state& k) {
  return std::any_of(k.runs.begin(), k.runs.end(),
                     [this](const run& r) { return satisfies_for(r); });
}

}  // namespace beckon::cep

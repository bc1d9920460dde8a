#include "engine/cep/firing.hpp"

#include <algorithm>

#include "engine/base/hash.hpp"

namespace beckon::cep {
namespace {

using language::fire_policy;

constexpr std::uint64_t completed_by_event = 1;
constexpr std::uint64_t completed_by_deadline = 2;

language::scope scope_of(const judging& j, const completion& c) {
  language::scope s;
  s.captured = c.slots;
  s.profile = j.profile;
  s.now = c.time;
  s.zone = j.zone;
  s.user = j.who.id;
  return s;
}

hash128 occurrence_of(const judging& j, const prepared_rule& rule, const completion& c) {
  hash_builder parts;
  parts.text(rule.rule().name).text(j.who.kind).text(j.who.id).text(c.key);
  if (c.by != nullptr) {
    return parts.number(completed_by_event).text(c.by->source).text(c.by->id).finish();
  }
  return parts.number(completed_by_deadline)
      .number(static_cast<std::uint64_t>(to_ms(c.time)))
      .number(c.last_event)
      .finish();
}

bool is_inside(const language::active_period& p, timestamp t) noexcept {
  return p.from <= t && t < p.to;
}

std::uint64_t limit_value(const language::fire_clause& fire, const language::scope& s) {
  std::string bytes;
  for (const language::expression& e : fire.attributes) append_canonical(bytes, e.evaluate(s));
  return hash_bytes(bytes).low;
}

std::vector<fire_limits::remembered>::iterator find_value(fire_limits& l, std::uint64_t value) {
  return std::find_if(l.values.begin(), l.values.end(),
                      [value](const auto& r) { return r.value == value; });
}

bool is_limited(const prepared_rule& rule, const rule_state& s, timestamp at, std::uint64_t value) {
  if (s.limits == nullptr) return false;
  const language::fire_clause& fire = rule.rule().fire;
  const auto& active = rule.rule().active;
  fire_limits& l = *s.limits;
  switch (fire.policy) {
    case fire_policy::every_time:
      return false;
    case fire_policy::once:
      return l.last && (!active || is_inside(*active, *l.last));
    case fire_policy::once_per_duration:
      return l.last && at < saturating_add(*l.last, fire.per);
    case fire_policy::once_per_attributes:
      break;
  }
  const auto found = find_value(l, value);
  return found != l.values.end() && at < saturating_add(found->fired, fire.per);
}

// Values are forgotten together, by the clock: firings of several keys come out of order, so that
// one of them says nothing about how late it is for the others.
void remember_value(const judging& j, fire_limits& l, std::uint64_t value, timestamp at) {
  if (const auto found = find_value(l, value); found != l.values.end()) l.values.erase(found);
  if (l.values.size() >= most_remembered) {
    l.values.erase(l.values.begin());
    if (j.overflow != nullptr) ++j.overflow->remembered;
  }
  // A deadline of another key may fire before what fired last: oldest first all the same.
  const auto place = std::upper_bound(l.values.begin(), l.values.end(), at,
                                      [](timestamp t, const auto& r) { return t < r.fired; });
  l.values.insert(place, {value, at});
}

bool note_firing(const judging& j, const prepared_rule& rule, rule_state& s, timestamp at,
                 std::uint64_t value) {
  const fire_policy policy = rule.rule().fire.policy;
  if (policy == fire_policy::every_time) return false;
  if (s.limits == nullptr) s.limits = std::make_unique<fire_limits>();
  if (policy == fire_policy::once_per_attributes) {
    remember_value(j, *s.limits, value, at);
  } else {
    s.limits->last = at;
  }
  return true;
}

}  // namespace

std::string_view to_string(withheld why) noexcept {
  switch (why) {
    case withheld::no:
      break;
    case withheld::condition:
      return "condition";
    case withheld::fire_limit:
      return "fire_limit";
    case withheld::inactive:
      return "inactive";
  }
  return "";
}

std::uint64_t identity_of(const event& e) {
  return hash_builder().text(e.source).text(e.id).finish().low;
}

bool fire(const judging& j, const prepared_rule& rule, rule_state& s, const completion& c) {
  const language::checked_rule& r = rule.rule();
  const language::scope scope = scope_of(j, c);
  match& m = j.out.emplace_back();
  m.rule = rule.shared();
  m.key = c.key;
  m.time = c.time;
  m.by_deadline = c.by == nullptr;
  m.history_short = c.history_short;
  if (c.by != nullptr) {
    m.last_source = c.by->source;
    m.last_id = c.by->id;
  }
  m.occurrence = occurrence_of(j, rule, c);
  if (r.active && !is_inside(*r.active, c.time)) {
    m.why = withheld::inactive;
    return false;
  }
  if (r.condition != nullptr && !r.condition->holds(scope)) {
    m.why = withheld::condition;
    return false;
  }
  const bool per_value = r.fire.policy == fire_policy::once_per_attributes;
  const std::uint64_t value = per_value ? limit_value(r.fire, scope) : 0;
  if (is_limited(rule, s, c.time, value)) {
    m.why = withheld::fire_limit;
    return false;
  }
  for (const language::return_item& item : r.returns) {
    m.returns.push_back({item.name, item.content.evaluate(scope)});
  }
  return note_firing(j, rule, s, c.time, value);
}

}  // namespace beckon::cep

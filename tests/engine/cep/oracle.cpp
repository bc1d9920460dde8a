// What the rule's words say of one event.
#include "tests/engine/cep/oracle.hpp"

#include <algorithm>
#include <set>

namespace beckon::cep {

oracle::oracle(const language::checked_rule& rule, const catalogue& events)
    : rule_(rule), events_(events) {
  for (std::size_t at = 0; at < rule.clauses.size(); ++at) {
    if (step_at(at) == nullptr) continue;
    for (const language::look_back& l : step_at(at)->look_backs) looks_.push_back({at, &l});
  }
}

const language::step* oracle::step_at(std::size_t at) const {
  return std::get_if<language::step>(&rule_.clauses[at]);
}
const language::wait* oracle::wait_at(std::size_t at) const {
  return std::get_if<language::wait>(&rule_.clauses[at]);
}

std::size_t oracle::needs(std::size_t at) const {
  return step_at(at)->how == language::quantity::one ? 1
                                                     : std::max<std::size_t>(1, step_at(at)->count);
}

// Whether what has been counted matters before the step is complete.
bool oracle::keeps(std::size_t at) const {
  return step_at(at)->how == language::quantity::sum || needs(at) > 1;
}

bool oracle::many_at(std::size_t at) const {
  if (step_at(at) == nullptr) return false;
  bool compares = false;
  for (std::size_t i = 0; i < rule_.clauses.size(); ++i) {
    compares |= step_at(i) ? step_at(i)->pattern.where_uses_captures
                           : wait_at(i)->cancelled_by.where_uses_captures;
    if (step_at(i) == nullptr) continue;
    for (const auto& n : step_at(i)->interruptions) compares |= n.pattern.where_uses_captures;
  }
  for (const auto& u : rule_.unless) compares |= u.where_uses_captures;
  for (std::size_t i = 1; i <= at; ++i) {
    // One event that AND refuses has begun what NEXT asks for: a newer run has not.
    const language::step* s = step_at(i);
    compares |= s != nullptr && (keeps(i) || (s->next && s->also));
  }
  return compares;
}

bool oracle::is_active(timestamp at) const {
  return !rule_.active || (rule_.active->from <= at && at < rule_.active->to);
}

bool oracle::is_ordinary(const event& e) const {
  const event_declaration& d = events_.declaration(e.type);
  static const std::set<std::string> tracking = {"outreach_sent",      "outreach_delivered",
                                                 "outreach_opened",    "outreach_clicked",
                                                 "outreach_converted", "outreach_failed"};
  return !d.background && !d.derived && d.name[0] != '$' && !tracking.contains(d.name);
}

bool oracle::is_keyless(const event& e) const {
  return std::any_of(rule_.same.begin(), rule_.same.end(), [&](attribute_id a) {
    return a != attribute_type && a != attribute_source && !events_.attribute_type_in(e.type, a);
  });
}

value read_attribute(const catalogue& events, const event& e, attribute_id a) {
  if (a == attribute_time) return e.time;
  if (a == attribute_type) return events.name(e.type);
  if (a == attribute_source) return e.source;
  if (a == attribute_event_id) return e.id;
  const value* v = e.find(a);
  return v == nullptr ? value() : *v;
}

std::optional<std::string> oracle::key_of_event(const event& e) const {
  std::string key;
  for (const attribute_id a : rule_.same) {
    const value v = read_attribute(events_, e, a);
    if (v.is_null()) return std::nullopt;
    append_canonical(key, v);
  }
  return key;
}

bool oracle::matches(const language::event_pattern& p, const entry& x, const chain* c) const {
  const event& e = *x.what;
  const bool named =
      p.any ? is_ordinary(e) : std::count(p.types.begin(), p.types.end(), e.type) > 0;
  if (!named || p.where == nullptr) return named;
  const std::vector<value> nothing(c == nullptr ? rule_.captures.size() : 0);
  language::scope s;
  s.current = &e;
  s.current_type = events_.name(e.type);
  s.captured = c == nullptr ? nothing : c->slots;
  s.profile = x.profile.get();
  s.now = x.at;
  return p.where->holds(s);
}

bool oracle::matches_step(std::size_t at, const entry& x, const chain* c) const {
  return is_active(x.at) && matches(step_at(at)->pattern, x, c);
}

bool oracle::counts(std::size_t at, const entry& x, const chain* c) const {
  if (!matches_step(at, x, c)) return false;
  const language::step& s = *step_at(at);
  if (s.how == language::quantity::different)
    return !read_attribute(events_, *x.what, s.different).is_null();
  if (s.how == language::quantity::sum)
    return amount_of(read_attribute(events_, *x.what, s.summed)).has_value();
  return true;
}

// Types and WHERE of any clause; a WHERE with an alias is asked of the runs it can concern.
bool oracle::satisfies(const entry& x, bool keyless) const {
  const auto plain = [&](const language::event_pattern& p) {
    return !p.where_uses_captures && matches(p, x, nullptr);
  };
  for (std::size_t at = drains_ ? 1 : 0; at < rule_.clauses.size(); ++at) {
    if (wait_at(at) != nullptr) {
      if (plain(wait_at(at)->cancelled_by)) return true;
      continue;
    }
    if (!keyless && is_active(x.at) && plain(step_at(at)->pattern)) return true;
    for (const auto& n : step_at(at)->interruptions) {
      if (plain(n.pattern)) return true;
    }
  }
  const auto ends_any = [&](const auto& u) { return matches(u, x, nullptr); };
  return note(x) || std::any_of(rule_.unless.begin(), rule_.unless.end(), ends_any);
}

bool oracle::satisfies(const chain& c, const entry& x, bool keyless) const {
  if (!c.standing || c.dead) return false;
  for (const auto& u : rule_.unless) {
    if (matches(u, x, &c)) return true;
  }
  for (std::size_t at = c.done; at < rule_.clauses.size(); ++at) {
    if (wait_at(at) != nullptr && matches(wait_at(at)->cancelled_by, x, &c)) return true;
    if (step_at(at) == nullptr) continue;
    for (const auto& n : step_at(at)->interruptions) {
      if (n.from <= c.done && matches(n.pattern, x, &c)) return true;
    }
    return !keyless && matches_step(at, x, &c);
  }
  return false;
}

}  // namespace beckon::cep

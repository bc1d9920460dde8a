// What the rule's words say of one event.
#include "tests/engine/cep/oracle.hpp"

#include <algorithm>

namespace beckon::cep {
oracle::oracle(const language::checked_rule& rule, const catalogue& events)
    : rule_(rule), events_(events) {}

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

bool oracle::many_at(std::size_t at) const {
  if (step_at(at) == nullptr) return false;
  bool compares = false;
  for (std::size_t i = 0; i < rule_.clauses.size(); ++i) {
    compares |= step_at(i) ? step_at(i)->pattern.where_uses_captures
                           : wait_at(i)->cancelled_by.where_uses_captures;
  }
  for (const auto& u : rule_.unless) compares |= u.where_uses_captures;
  for (std::size_t i = 1; i <= at; ++i) compares |= step_at(i) != nullptr && needs(i) > 1;
  return compares;
}

bool oracle::is_ordinary(const event& e) const {
  const event_declaration& d = events_.declaration(e.type);
  return !d.background && d.name[0] != '$' && !d.name.starts_with("outreach_");
}

bool oracle::is_keyless(const event& e) const {
  for (const attribute_id a : rule_.same) {
    if (!events_.attribute_type_in(e.type, a)) return true;
  }
  return false;
}

value oracle::read(const event& e, attribute_id a) const {
  if (a == attribute_time) return e.time;
  if (a == attribute_type) return events_.name(e.type);
  if (a == attribute_source) return e.source;
  if (a == attribute_event_id) return e.id;
  const value* v = e.find(a);
  return v == nullptr ? value() : *v;
}

std::optional<std::string> oracle::key_of_event(const event& e) const {
  std::string key;
  for (const attribute_id a : rule_.same) {
    if (read(e, a).is_null()) return std::nullopt;
    append_canonical(key, read(e, a));
  }
  return key;
}

std::vector<value> oracle::captures(const chain& c) const {
  std::vector<value> slots(rule_.captures.size());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const auto& want = rule_.captures[i];
    if (want.clause < c.by.size() && c.by[want.clause])
      slots[i] = read(*c.by[want.clause], want.attribute);
  }
  return slots;
}

bool oracle::matches(const language::event_pattern& p, const event& e, timestamp now,
                     const chain* c) const {
  const bool named =
      p.any ? is_ordinary(e) : std::count(p.types.begin(), p.types.end(), e.type) > 0;
  if (!named || p.where == nullptr) return named;
  const std::vector<value> slots =
      c == nullptr ? std::vector<value>(rule_.captures.size()) : captures(*c);
  language::scope s;
  s.current = &e;
  s.current_type = events_.name(e.type);
  s.captured = slots;
  s.profile = profile;
  s.now = now;
  return p.where->holds(s);
}

bool oracle::counts(std::size_t at, const event& e, timestamp now, const chain* c) const {
  if (!matches(step_at(at)->pattern, e, now, c)) return false;
  return step_at(at)->how != language::quantity::different ||
         !read(e, step_at(at)->different).is_null();
}

bool oracle::satisfies(const history& h, const event& e, timestamp now, bool keyless) const {
  const auto plain = [&](const language::event_pattern& p) {
    return !p.where_uses_captures && matches(p, e, now, nullptr);
  };
  for (std::size_t at = 0; at < rule_.clauses.size(); ++at) {
    if (step_at(at) != nullptr && keyless) continue;
    if (plain(step_at(at) ? step_at(at)->pattern : wait_at(at)->cancelled_by)) return true;
  }
  for (const auto& u : rule_.unless) {
    if (matches(u, e, now, nullptr)) return true;
  }
  for (const chain& c : h.chains) {
    if (!c.standing || c.dead) continue;
    for (const auto& u : rule_.unless) {
      if (matches(u, e, now, &c)) return true;
    }
    for (std::size_t at = c.done; at < rule_.clauses.size(); ++at) {
      if (wait_at(at) != nullptr && matches(wait_at(at)->cancelled_by, e, now, &c)) return true;
      if (step_at(at) == nullptr) continue;
      if (!keyless && matches(step_at(at)->pattern, e, now, &c)) return true;
      break;
    }
  }
  return false;
}

}  // namespace beckon::cep

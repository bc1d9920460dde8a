#include "tests/engine/cep/oracle.hpp"

#include <algorithm>
#include <set>

namespace beckon::cep {
namespace {

constexpr std::size_t most_kept = 8;

}  // namespace

oracle::oracle(const language::checked_rule& rule, const catalogue& events)
    : rule_(rule), events_(events) {}

// ---- the rule's words
// -------------------------------------------------------------------------------------------

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

// ---- deadlines
// --------------------------------------------------------------------------------------------------

timestamp oracle::limit(const chain& c) const {
  if (wait_at(c.done) != nullptr) return c.time + wait_at(c.done)->length;
  timestamp end = never;
  if (step_at(c.done)->within) end = c.time + *step_at(c.done)->within;
  if (rule_.all_within) end = std::min(end, c.start + *rule_.all_within);
  return end;
}

timestamp oracle::next_of(const history& h) const {
  timestamp next = never;
  for (const chain& c : h.chains) {
    if (c.standing && !c.dead) next = std::min(next, limit(c));
  }
  duration window = duration::max();
  if (step_at(0)->within) window = *step_at(0)->within;
  if (rule_.all_within) window = std::min(window, *rule_.all_within);
  if (window == duration::max()) return next;
  for (const entry& x : h.window) next = std::min(next, x.at + window);
  return next;
}

timestamp oracle::limits_end() const {
  timestamp end = never;
  if (last_fired_ && rule_.fire.policy != language::fire_policy::once)
    end = *last_fired_ + rule_.fire.per;
  for (const auto& [v, t] : fired_values_) end = std::min(end, t + rule_.fire.per);
  return end;
}

timestamp oracle::next_deadline() const {
  timestamp next = limits_end();
  for (const auto& [key, h] : keys_) next = std::min(next, next_of(h));
  return next;
}

void oracle::settle(timestamp upto) {
  run_deadlines(nullptr, upto, true);
}

void oracle::run_deadlines(const std::string* key, timestamp upto, bool limits) {
  for (;;) {
    timestamp at = limits ? limits_end() : never;
    bool limit_first = limits;
    std::string whose;
    for (const auto& [name, h] : keys_) {
      if ((key != nullptr && *key != name) || next_of(h) >= at) continue;
      at = next_of(h);
      whose = name;
      limit_first = false;
    }
    if (at > upto || at == never) break;
    clock_ = std::max(clock_, at);
    if (!limit_first) {
      handle(whose, keys_[whose], at);
    } else {
      if (last_fired_ && rule_.fire.policy != language::fire_policy::once &&
          *last_fired_ + rule_.fire.per <= at)
        last_fired_.reset();
      std::erase_if(fired_values_, [&](const auto& v) { return v.second + rule_.fire.per <= at; });
    }
    if (empty()) clock_ = beginning;
  }
  for (auto& [name, h] : keys_) {
    if (key != nullptr && *key != name) continue;
    for (chain& c : h.chains) c.dead = c.dead || limit(c) <= upto;  // those on record, too
  }
}

// Everything of this key that ends at this moment, the last step first.
void oracle::handle(const std::string& key, history& h, timestamp at) {
  ++order_;
  for (std::size_t p = rule_.clauses.size() - 1; p >= 1; --p) {
    for (std::size_t i = 0; i < h.chains.size(); ++i) {
      if (h.chains[i].done != p || !h.chains[i].standing || h.chains[i].dead ||
          limit(h.chains[i]) != at)
        continue;
      h.chains[i].standing = false;
      h.chains[i].dead = true;
      if (wait_at(p) == nullptr) continue;
      chain c = h.chains[i];
      if (p + 1 == rule_.clauses.size()) {
        complete(key, h, c, at, true);
        continue;
      }
      c.done = p + 1;
      c.by.push_back(nullptr);
      c.order = order_;
      c.time = at;
      c.dead = false;
      c.standing = true;
      if (step_at(c.done) == nullptr || limit(c) > at) put(h, {c});
    }
  }
  duration window = duration::max();
  if (step_at(0)->within) window = *step_at(0)->within;
  if (rule_.all_within) window = std::min(window, *rule_.all_within);
  if (window != duration::max())
    std::erase_if(h.window, [&](const entry& x) { return x.at + window <= at; });
}

// ---- one event
// --------------------------------------------------------------------------------------------------

void oracle::judge(const event& e) {
  const bool keyless = is_keyless(e);
  const auto key = keyless ? std::optional<std::string>("") : key_of_event(e);
  if (!key) return;
  const timestamp now = std::max(e.time, clock_);
  if (!keyless) keys_[*key];
  std::vector<std::string> concerned;
  bool satisfied = false;
  for (auto& [name, h] : keys_) {
    if (!keyless && name != *key) continue;
    concerned.push_back(name);
    satisfied = satisfied || satisfies(h, e, now, keyless);
  }
  if (satisfied) run_deadlines(keyless ? nullptr : &*key, now, false);
  ++order_;
  bool changed = false;
  for (const std::string& name : concerned) {
    history& h = keys_[name];
    if (!keyless && breaks_first(e, now)) h.window.clear();
    const std::string before = signature(h);
    if (!keyless) h.log.push_back({&e, now, order_});
    end(h, e, now);
    const std::size_t firings = fired.size();
    if (!keyless && !advance(name, h, e, now)) begin(name, h, e, now);
    changed = changed || signature(h) != before;
    changed = changed || (fired.size() > firings && fired.back().why == withheld::no &&
                          rule_.fire.policy != language::fire_policy::every_time);
  }
  if (changed) clock_ = std::max(clock_, now);
  if (empty()) clock_ = beginning;
}

bool oracle::breaks_first(const event& e, timestamp now) const {
  return step_at(0)->in_a_row && is_ordinary(e) && !matches(step_at(0)->pattern, e, now, nullptr);
}

void oracle::end(history& h, const event& e, timestamp now) {
  for (const auto& u : rule_.unless) {
    for (chain& c : h.chains) {
      if (matches(u, e, now, &c)) c.dead = true;
    }
    if (matches(u, e, now, nullptr)) h.window.clear();
  }
  for (chain& c : h.chains) {
    if (wait_at(c.done) != nullptr && matches(wait_at(c.done)->cancelled_by, e, now, &c))
      c.dead = true;
  }
}

// The counted events of a step after THEN, from the whole log.
bool oracle::reaches(const history& h, const chain& c, const event& e, timestamp now) const {
  const std::size_t at = c.done;
  if (!counts(at, e, now, &c)) return false;
  std::size_t n = 0;
  std::set<std::string> distinct;
  for (const entry& x : h.log) {
    if (x.order <= c.order) continue;
    const bool taken = std::any_of(h.consumed.begin(), h.consumed.end(), [&](const consumption& q) {
      return at <= q.step && (x.order < q.order || (x.order == q.order && at == q.step));
    });
    if (counts(at, *x.what, x.at, &c)) {
      if (taken) continue;
      ++n;
      std::string v;
      if (step_at(at)->how == language::quantity::different)
        append_canonical(v, read(*x.what, step_at(at)->different));
      distinct.insert(v);
    } else if (step_at(at)->in_a_row && is_ordinary(*x.what)) {
      n = 0;
    }
  }
  return step_at(at)->how == language::quantity::different ? distinct.size() >= needs(at)
                                                           : n >= needs(at);
}

bool oracle::advance(const std::string& key, history& h, const event& e, timestamp now) {
  for (std::size_t p = rule_.clauses.size() - 1; p >= 1; --p) {
    if (step_at(p) == nullptr) continue;
    std::vector<chain> made;
    for (const chain& c : h.chains) {
      if (c.done != p || c.dead || c.order >= order_ || now >= limit(c) || !reaches(h, c, e, now))
        continue;
      chain longer = c;
      longer.done = p + 1;
      longer.by.push_back(&e);
      longer.order = longer.last = order_;
      longer.time = now;
      made.push_back(longer);
    }
    if (made.empty()) continue;
    if (p + 1 == rule_.clauses.size()) {
      const auto best =
          std::max_element(made.rbegin(), made.rend(),
                           [](const chain& a, const chain& b) { return a.began < b.began; });
      if (!best->standing) ++missed;
      complete(key, h, *best, now, false);
      return true;
    }
    if (wait_at(p + 1) != nullptr) consume(h, p);
    put(h, made);
  }
  return false;
}

void oracle::begin(const std::string& key, history& h, const event& e, timestamp now) {
  if (!counts(0, e, now, nullptr)) return;
  chain c;
  c.done = 1;
  c.order = c.began = c.last = order_;
  c.time = c.start = now;
  c.by = {&e};
  c.standing = true;
  if (needs(0) > 1) {
    const bool different = step_at(0)->how == language::quantity::different;
    const auto content = [&](const event& x) {
      std::string v;
      append_canonical(v, read(x, step_at(0)->different));
      return v;
    };
    if (different)
      std::erase_if(h.window, [&](const entry& x) { return content(*x.what) == content(e); });
    h.window.push_back({&e, now, order_});
    while (h.window.size() > needs(0)) h.window.erase(h.window.begin());
    if (h.window.size() < needs(0)) return;
    c.start = h.window.front().at;
  }
  if (rule_.clauses.size() == 1) return complete(key, h, c, now, false);
  if (wait_at(1) != nullptr) consume(h, 0);
  put(h, {c});
}

void oracle::consume(history& h, std::size_t step) {
  h.window.clear();
  h.consumed.push_back({order_, step});
}

// Chains that are not the newest stay on record, not standing: they must never be needed. A wait
// keeps but one.
void oracle::put(history& h, std::vector<chain> made) {
  const std::size_t at = made.front().done;
  if (!many_at(at)) {
    const auto best =
        std::max_element(made.rbegin(), made.rend(),
                         [](const chain& a, const chain& b) { return a.began < b.began; });
    if (!best->standing) ++missed;
    for (chain& c : made) {
      c.standing = c.standing && &c == &*best;
      if (wait_at(at) != nullptr && &c != &*best) c.dead = true;
    }
    for (chain& c : h.chains) {
      if (c.done != at || !c.standing) continue;
      c.standing = false;
      if (wait_at(at) != nullptr) c.dead = true;
    }
  }
  for (chain& c : made) h.chains.push_back(c);
  std::vector<chain*> standing;
  for (chain& c : h.chains) {
    if (c.done == at && c.standing && !c.dead) standing.push_back(&c);
  }
  for (std::size_t i = 0; i + most_kept < standing.size(); ++i) {
    standing[i]->dead = true;
    overflowed = true;
  }
}

void oracle::complete(const std::string& key, history& h, const chain& c, timestamp at,
                      bool by_deadline) {
  const event* last = nullptr;
  for (const event* e : c.by) last = e == nullptr ? last : e;
  const std::vector<value> slots = captures(c);
  const int last_positive = c.last;
  for (chain& other : h.chains) {
    if (other.began <= last_positive) other.dead = true;
  }
  if (!by_deadline) h.window.clear();
  language::scope s;
  s.captured = slots;
  s.profile = profile;
  s.now = at;
  oracle_firing f{key, at, by_deadline, last->id, withheld::no, {}};
  std::string value_key;
  for (const auto& a : rule_.fire.attributes) append_canonical(value_key, a.evaluate(s));
  const auto limited = [&]() -> bool {
    switch (rule_.fire.policy) {
      case language::fire_policy::every_time:
        return false;
      case language::fire_policy::once:
        return last_fired_.has_value();
      case language::fire_policy::once_per_duration:
        return last_fired_ && at < *last_fired_ + rule_.fire.per;
      case language::fire_policy::once_per_attributes:
        break;
    }
    return fired_values_.contains(value_key) && at < fired_values_[value_key] + rule_.fire.per;
  };
  if (rule_.condition != nullptr && !rule_.condition->holds(s)) {
    f.why = withheld::condition;
  } else if (limited()) {
    f.why = withheld::fire_limit;
  } else {
    for (const auto& r : rule_.returns) f.returns.push_back({r.name, r.content.evaluate(s)});
    if (rule_.fire.policy == language::fire_policy::once_per_attributes)
      fired_values_[value_key] = at;
    else if (rule_.fire.policy != language::fire_policy::every_time)
      last_fired_ = at;
  }
  fired.push_back(f);
}

// ---- state
// ------------------------------------------------------------------------------------------------------

bool oracle::is_empty(const history& h) const {
  return h.window.empty() && std::none_of(h.chains.begin(), h.chains.end(),
                                          [](const chain& c) { return c.standing && !c.dead; });
}

bool oracle::empty() const {
  if (last_fired_ || !fired_values_.empty()) return false;
  return std::all_of(keys_.begin(), keys_.end(),
                     [this](const auto& k) { return is_empty(k.second); });
}

// What a person would call the state: entries, runs, and what each run has counted.
std::string oracle::signature(const history& h) const {
  std::string s;
  for (const entry& x : h.window) s += "w" + std::to_string(x.order);
  for (const chain& c : h.chains) {
    if (!c.standing || c.dead) continue;
    s += "r" + std::to_string(c.done) + "," + std::to_string(c.order) + "," +
         std::to_string(c.began);
    if (step_at(c.done) == nullptr || needs(c.done) == 1) continue;
    for (const entry& x : h.log) {
      if (x.order > c.order && counts(c.done, *x.what, x.at, &c))
        s += "c" + std::to_string(x.order);
    }
  }
  return s;
}

}  // namespace beckon::cep

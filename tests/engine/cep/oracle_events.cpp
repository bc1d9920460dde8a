// What an event does to the oracle's chains.
#include <algorithm>
#include <set>

#include "tests/engine/cep/oracle.hpp"

namespace beckon::cep {
namespace {

constexpr std::size_t most_kept = 8;

}  // namespace

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
    const std::string before = signature(h);
    end(h, e, now);
    changed = changed || signature(h) != before;
    // A broken row is no change, but what ends is, even where it would have broken the row, too.
    if (!keyless && breaks_first(e, now)) h.window.clear();
    const std::string ended = signature(h);
    if (!keyless) h.log.push_back({&e, now, order_});
    const std::size_t firings = fired.size();
    if (!keyless && !advance(name, h, e, now)) begin(name, h, e, now);
    changed = changed || signature(h) != ended;
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

bool oracle::is_limited(const std::string& values, timestamp at) const {
  const auto over = [&](timestamp fired_at) { return at >= fired_at + rule_.fire.per; };
  switch (rule_.fire.policy) {
    case language::fire_policy::every_time:
      return false;
    case language::fire_policy::once:
      return last_fired_.has_value();
    case language::fire_policy::once_per_duration:
      return last_fired_ && !over(*last_fired_);
    case language::fire_policy::once_per_attributes:
      break;
  }
  const auto remembered = fired_values_.find(values);
  return remembered != fired_values_.end() && !over(remembered->second);
}

void oracle::decide(oracle_firing& f, const chain& c) {
  const std::vector<value> slots = captures(c);
  language::scope s;
  s.captured = slots;
  s.profile = profile;
  s.now = f.time;
  std::string values;
  for (const auto& a : rule_.fire.attributes) append_canonical(values, a.evaluate(s));
  if (rule_.condition != nullptr && !rule_.condition->holds(s)) {
    f.why = withheld::condition;
    return;
  }
  if (is_limited(values, f.time)) {
    f.why = withheld::fire_limit;
    return;
  }
  for (const auto& r : rule_.returns) f.returns.push_back({r.name, r.content.evaluate(s)});
  if (rule_.fire.policy == language::fire_policy::once_per_attributes) {
    fired_values_[values] = f.time;
  } else if (rule_.fire.policy != language::fire_policy::every_time) {
    last_fired_ = f.time;
  }
}

void oracle::complete(const std::string& key, history& h, const chain& completed, timestamp at,
                      bool by_deadline) {
  const chain c = completed;  // it may be one of those that end
  const event* last = nullptr;
  for (const event* e : c.by) last = e == nullptr ? last : e;
  for (chain& other : h.chains) {
    if (other.began <= c.last) other.dead = true;
  }
  if (!by_deadline) h.window.clear();
  oracle_firing f{key, at, by_deadline, last->id, withheld::no, {}};
  decide(f, c);
  fired.push_back(std::move(f));
}

}  // namespace beckon::cep

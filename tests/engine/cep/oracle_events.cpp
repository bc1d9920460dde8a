// What an event does to the oracle's chains.
#include <algorithm>

#include "tests/engine/cep/oracle.hpp"

namespace beckon::cep {

void oracle::judge(const event& e) {
  const bool keyless = is_keyless(e);
  const auto key = keyless ? std::optional<std::string>("") : key_of_event(e);
  if (!key) return;
  const auto known = std::make_shared<const field_list>(profile ? *profile : field_list());
  if (drains_ && (keys_.empty() || (!keyless && !keys_.contains(*key)))) return;
  const timestamp now = std::max(e.time, clock_);
  if (!keyless) keys_[*key];
  std::vector<std::string> concerned;
  bool satisfied = satisfies({&e, now, order_, known}, keyless);
  for (auto& [name, h] : keys_) {
    if (!keyless && name != *key) continue;
    concerned.push_back(name);
    for (const chain& c : h.chains)
      satisfied = satisfied || satisfies(c, {&e, now, order_, known}, keyless);
  }
  if (satisfied) run_deadlines(keyless ? nullptr : &*key, now, false);
  const entry x{&e, now, ++order_, known};
  bool changed = false;
  for (const std::string& name : concerned)
    changed = judge_in(name, keys_[name], x, keyless) || changed;
  if (keyless) everywhere_.log.push_back(x);
  if (changed || note(x)) clock_ = std::max(clock_, now);
  drop_idle();
  if (empty()) clock_ = beginning;
}

// Whether it changed the rule's state; what it only breaks is no change.
bool oracle::judge_in(const std::string& key, history& h, const entry& x, bool keyless) {
  const std::string before = signature(h);
  end(h, x);
  bool changed = signature(h) != before;
  if (keyless) return changed;
  changed = break_next(h, x) || changed;
  const std::size_t firings = fired.size();
  if (step_at(0)->in_a_row && is_ordinary(*x.what) && !counts(0, x, nullptr))
    h.window_after = x.order;
  const std::string ended = signature(h);
  h.log.push_back(x);
  if (!advance(key, h, x)) begin(key, h, x);
  changed = changed || signature(h) != ended;
  return changed || (fired.size() > firings && fired.back().why == withheld::no &&
                     rule_.fire.policy != language::fire_policy::every_time);
}

// UNLESS, the BUT NOT of the wait it stands in, the BUT NOT in between.
void oracle::end(history& h, const entry& x) {
  for (const auto& u : rule_.unless) {
    for (chain& c : h.chains) c.dead = c.dead || matches(u, x, &c);
    if (matches(u, x, nullptr)) h.window_after = order_ - 1;
  }
  for (chain& c : h.chains) {
    if (wait_at(c.done) != nullptr && matches(wait_at(c.done)->cancelled_by, x, &c)) c.dead = true;
    for (std::size_t at = c.done; at < rule_.clauses.size(); ++at) {
      if (step_at(at) == nullptr) continue;
      for (const auto& n : step_at(at)->interruptions) {
        if (n.from <= c.done && matches(n.pattern, x, &c)) c.dead = true;
      }
    }
  }
}

// The very next event must count; a row that began there must not break; a step that is stopped
// there is over. Whether it counted all the same: that is more than breaking.
bool oracle::break_next(history& h, const entry& x) {
  bool has_counted = false;
  if (!is_ordinary(*x.what)) return has_counted;
  for (chain& c : h.chains) {
    if (c.dead || step_at(c.done) == nullptr || !step_at(c.done)->next) continue;
    const language::step& s = *step_at(c.done);
    const bool begun = (keeps(c.done) || s.also) && !counted(h, c, true).empty();
    if (!counts(c.done, x, &c)) {
      c.dead = !begun || s.in_a_row;
      continue;
    }
    h.log.push_back(x);
    const entries found = keeps(c.done) ? counted(h, c, false) : entries{x};
    const bool complete = enough(c.done, found).has_value();
    c.dead = complete && !advanced(h, c, x);
    h.log.pop_back();
    has_counted = has_counted || (c.dead && c.standing && keeps(c.done));
  }
  return has_counted;
}

std::optional<oracle::chain> oracle::advanced(const history& h, const chain& c,
                                              const entry& x) const {
  const std::size_t at = c.done;
  if (!counts(at, x, &c)) return std::nullopt;
  const auto found = enough(at, keeps(at) ? counted(h, c, false) : entries{x});
  if (!found || is_stopped(h, at, x.at)) return std::nullopt;
  chain longer = c;
  if (!take(longer, at, *found, x)) return std::nullopt;
  longer.done = at + 1;
  longer.order = longer.last = x.order;
  longer.last_id = x.what->id;
  longer.time = x.at;
  return longer;
}

bool oracle::advance(const std::string& key, history& h, const entry& x) {
  for (std::size_t p = rule_.clauses.size() - 1; p >= 1; --p) {
    if (step_at(p) == nullptr) continue;
    std::vector<chain> made;
    for (chain& c : h.chains) {
      if (c.done != p || c.dead || c.order >= order_ || x.at >= limit(c)) continue;
      auto longer = advanced(h, c, x);
      if (!longer) continue;
      made.push_back(std::move(*longer));
      if (step_at(p)->next) c.dead = true;
    }
    if (is_held(h, p + 1)) continue;
    const chain* best = latest_start(made);
    if (best == nullptr) continue;
    if (p + 1 == rule_.clauses.size()) {
      complete(key, h, *best, x.at, false);
      return true;
    }
    if (wait_at(p + 1) != nullptr) consume(h, p);
    put(h, made);
  }
  return false;
}

void oracle::begin(const std::string& key, history& h, const entry& x) {
  if (drains_ || !counts(0, x, nullptr)) return;
  const auto found = enough(0, keeps(0) ? window(h, x.at) : entries{x});
  if (!found || is_stopped(h, 0, x.at)) return;
  chain c;
  if (!take(c, 0, *found, x) || is_held(h, 1)) return;
  c.done = 1;
  c.order = c.began = c.last = order_;
  c.last_id = x.what->id;
  c.time = x.at;
  c.start = start_of(*found);
  if (rule_.clauses.size() == 1) return complete(key, h, c, x.at, false);
  if (wait_at(1) != nullptr) consume(h, 0);
  put(h, {c});
}

bool oracle::note(const entry& x) const {
  return std::any_of(looks_.begin(), looks_.end(),
                     [&](const look& l) {
                       return (l.step > 0 || !drains_) && matches(l.what->pattern, x, nullptr);
                     });
}

// What a person would call the state: entries, runs, and what each run has counted.
std::string oracle::signature(const history& h) const {
  std::string s;
  for (const entry& x : window(h)) s += "w" + std::to_string(x.order);
  for (const chain& c : h.chains) {
    if (!c.standing || c.dead) continue;
    s += "r" + std::to_string(c.done) + "," + std::to_string(c.order) + "," +
         std::to_string(c.began);
    const language::step* step = step_at(c.done);
    if (step == nullptr || !(keeps(c.done) || (step->next && step->also))) continue;
    for (const entry& x : h.log) {
      if (x.order > c.order && counts(c.done, x, &c)) s += "c" + std::to_string(x.order);
    }
  }
  return s;
}

}  // namespace beckon::cep

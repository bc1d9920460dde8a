// Deadlines of the oracle, and what is left.
#include <algorithm>

#include "tests/engine/cep/oracle.hpp"

namespace beckon::cep {

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
      put(h, {c});
    }
  }
  duration window = duration::max();
  if (step_at(0)->within) window = *step_at(0)->within;
  if (rule_.all_within) window = std::min(window, *rule_.all_within);
  if (window != duration::max())
    std::erase_if(h.window, [&](const entry& x) { return x.at + window <= at; });
}

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

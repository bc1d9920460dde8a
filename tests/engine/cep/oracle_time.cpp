// Deadlines of the oracle, and what is left.
#include <algorithm>

#include "tests/engine/cep/oracle.hpp"

namespace beckon::cep {

// When its wait ends, or its time at a step is over.
timestamp oracle::limit(const chain& c) const {
  if (const language::wait* w = wait_at(c.done)) {
    if (!w->until) return c.time + w->length;
    return std::clamp(*c.slots[*w->until].as_time(), c.time, c.time + w->length);
  }
  timestamp end = never;
  if (step_at(c.done)->within) end = c.time + *step_at(c.done)->within;
  if (rule_.all_within) end = std::min(end, c.start + *rule_.all_within);
  if (rule_.active) end = std::min(end, rule_.active->to);
  return end;
}

duration oracle::window_length() const {
  duration length = duration::max();
  if (step_at(0)->within) length = *step_at(0)->within;
  if (rule_.all_within) length = std::min(length, *rule_.all_within);
  return length;
}

// When the last entry leaves.
timestamp oracle::window_end(const history& h) const {
  const entries found = window(h);
  if (found.empty()) return never;
  timestamp end = never;
  if (window_length() != duration::max()) end = found.back().at + window_length();
  return rule_.active ? std::min(end, rule_.active->to) : end;
}

timestamp oracle::next_look_back(const history& h) const {
  timestamp next = never;
  for (std::size_t i = 0; i < looks_.size(); ++i) {
    if (const entry* x = noted(h, i)) next = std::min(next, x->at + looks_[i].what->length);
  }
  return next;
}

timestamp oracle::next_of(const history& h) const {
  timestamp next = std::min(window_end(h), next_look_back(h));
  for (const chain& c : h.chains) {
    if (c.standing && !c.dead) next = std::min(next, limit(c));
  }
  return next;
}

timestamp oracle::limits_end() const {
  if (!limits_.last && limits_.values.empty()) return never;
  timestamp end = limits_end(rule_);
  for (const language::checked_rule* other : limited_too_) end = std::max(end, limits_end(*other));
  return end;
}

// Of the remembered firings the last.
timestamp oracle::limits_end(const language::checked_rule& rule) const {
  if (limits_.last && rule.fire.policy == language::fire_policy::once)
    return rule.active ? rule.active->to : never;
  timestamp last = limits_.last ? *limits_.last + rule.fire.per : beginning;
  for (const auto& [v, t] : limits_.values) last = std::max(last, t + rule.fire.per);
  return last;
}

timestamp oracle::next_deadline() const {
  timestamp next = std::min(limits_end(), next_look_back(everywhere_));
  for (const auto& [key, h] : keys_) next = std::min(next, next_of(h));
  return next;
}

void oracle::settle(timestamp upto) {
  run_deadlines(nullptr, upto, true);
}

// Of one key, or of all and what belongs to none; FIRE limits by the clock alone.
void oracle::run_deadlines(const std::string* key, timestamp upto, bool limits) {
  for (;;) {
    timestamp at = limits ? limits_end() : never;
    if (key == nullptr) at = std::min(at, next_look_back(everywhere_));
    std::string whose;
    history* of = nullptr;
    for (auto& [name, h] : keys_) {
      if ((key != nullptr && *key != name) || next_of(h) >= at) continue;
      at = next_of(h);
      whose = name;
      of = &h;
    }
    if (at > upto || at == never) break;
    clock_ = std::max(clock_, at);
    if (of != nullptr) {
      handle(whose, *of, at);
    } else {
      if (limits && limits_end() <= at) {
        limits_ = {};
      }
      forget(everywhere_, at);
    }
    if (limits) drop_idle();
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
  for (std::size_t p = rule_.clauses.size() - 1; p >= 1; --p) end_runs(key, h, at, p);
  if (window_end(h) <= at) h.window_after = order_;
  forget(h, at);
}

void oracle::end_runs(const std::string& key, history& h, timestamp at, std::size_t position) {
  for (std::size_t i = 0; i < h.chains.size(); ++i) {
    if (h.chains[i].done != position || !h.chains[i].standing || h.chains[i].dead ||
        limit(h.chains[i]) != at)
      continue;
    h.chains[i].standing = false;
    h.chains[i].dead = true;
    if (wait_at(position) == nullptr) continue;
    chain c = h.chains[i];
    if (position + 1 == rule_.clauses.size()) {
      complete(key, h, c, at, true);
      continue;
    }
    if (is_held(h, position + 1)) continue;
    c.done = position + 1;
    c.order = order_;
    c.time = at;
    c.dead = false;
    c.standing = true;
    put(h, {c});
  }
}

void oracle::forget(history& h, timestamp at) {
  h.forgotten.resize(looks_.size());
  for (std::size_t i = 0; i < looks_.size(); ++i) {
    const entry* x = noted(h, i);
    if (x != nullptr && x->at + looks_[i].what->length <= at) h.forgotten[i] = order_;
  }
}

bool oracle::is_empty(const history& h) const {
  return window(h).empty() && next_look_back(h) == never &&
         std::none_of(h.chains.begin(), h.chains.end(),
                      [](const chain& c) { return c.standing && !c.dead; });
}

bool oracle::empty() const {
  if (limits_.last || !limits_.values.empty() || next_look_back(everywhere_) != never) return false;
  return std::all_of(keys_.begin(), keys_.end(),
                     [this](const auto& k) { return is_empty(k.second); });
}

}  // namespace beckon::cep

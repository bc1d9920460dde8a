#include "engine/cep/draining.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace beckon::cep {
namespace {

using inside = subject_state::implementation;

bool is_before(const rule_state& s, std::uint32_t rule) noexcept {
  return s.rule < rule;
}

void join_times(std::unique_ptr<look_back_times>& into, std::unique_ptr<look_back_times>&& other) {
  if (other == nullptr) return;
  if (into == nullptr) return void(into = std::move(other));
  for (std::size_t i = 0; i < into->size(); ++i) (*into)[i] = std::max((*into)[i], (*other)[i]);
}

void join_keys(const prepared_rule& rule, key_state& into, key_state&& other) {
  into.used = std::max(into.used, other.used);
  join_times(into.seen, std::move(other.seen));
  for (run& r : other.runs) {
    const auto standing = std::count_if(into.runs.begin(), into.runs.end(),
                                        [&](const run& x) { return x.at == r.at; });
    if (static_cast<std::size_t>(standing) < (rule.positions()[r.at].many ? most_runs : 1))
      into.runs.push_back(std::move(r));
  }
  std::stable_sort(into.runs.begin(), into.runs.end(),
                   [](const run& a, const run& b) { return a.at < b.at; });
  refresh(rule, into);
}

}  // namespace

rule_state* limits_beside(inside& state, std::size_t at) noexcept {
  if (!state.bound->prepared[state.rules[at].rule].drains()) return nullptr;
  const std::uint32_t in_force = state.bound->in_force[state.rules[at].rule];
  while (state.rules[at].rule < in_force) ++at;
  return &state.rules[at];
}

void drop_idle(const prepared_rule& rule, rule_state& s) {
  std::erase_if(s.keys, [](const key_state& k) { return k.runs.empty(); });
  if (s.keys.empty()) s.seen.reset();
  refresh(rule, s);
}

void drop_empty(inside& state) {
  if (!state.bound->drains()) {
    std::erase_if(state.rules, [](const rule_state& s) { return s.empty(); });
    return;
  }
  std::vector<rule_state> left;
  for (rule_state& s : state.rules) {
    if (!s.empty()) left.push_back(std::move(s));
  }
  state.rules = std::move(left);
  complete(state);
}

void complete(inside& state) {
  const rule_set::implementation& rules = *state.bound;
  if (!rules.drains()) return;
  for (std::size_t at = 0; at < state.rules.size(); ++at) {
    const std::uint32_t in_force = rules.in_force[state.rules[at].rule];
    const auto place =
        std::lower_bound(state.rules.begin(), state.rules.end(), in_force, is_before);
    if (place != state.rules.end() && place->rule == in_force) continue;
    rule_state fresh;
    fresh.rule = in_force;
    state.rules.insert(place, std::move(fresh));
  }
}

void join(const prepared_rule& rule, rule_state& into, rule_state&& other) {
  into.clock = std::max(into.clock, other.clock);
  into.order = std::max(into.order, other.order);
  join_times(into.seen, std::move(other.seen));
  for (key_state& k : other.keys) {
    const auto place =
        std::lower_bound(into.keys.begin(), into.keys.end(), k.key,
                         [](const key_state& a, const std::string& key) { return a.key < key; });
    if (place != into.keys.end() && place->key == k.key) {
      join_keys(rule, *place, std::move(k));
    } else if (into.keys.size() < most_keys) {
      into.keys.insert(place, std::move(k));
    }
  }
  refresh(rule, into);
}

}  // namespace beckon::cep

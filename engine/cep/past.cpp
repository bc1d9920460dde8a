#include "engine/cep/past.hpp"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "engine/cep/rule_index.hpp"
#include "engine/cep/state.hpp"

namespace beckon::cep {
namespace {

bool looks_back(const language::checked_rule& rule) {
  return std::any_of(rule.clauses.begin(), rule.clauses.end(), [](const language::clause& c) {
    const auto* step = std::get_if<language::step>(&c);
    return step != nullptr && !step->look_backs.empty();
  });
}

/// Takes over what one rule's look-backs noted.
class past_taker {
 public:
  past_taker(const prepared_rule& rule, timestamp passed, taken_past& made)
      : rule_(rule), passed_(passed), made_(made) {}

  void take(rule_state& into, const rule_state& from) {
    take(into.seen, from.seen);
    for (const key_state* k : latest_first(from.keys)) take(into, *k, into.order == from.order);
    if (latest_ > into.clock) {
      into.clock = latest_;
      ++made_.clocks;
    }
    refresh(rule_, into);
  }

 private:
  /// Where not all find room, those go without that a matcher would have dropped first.
  static std::vector<const key_state*> latest_first(const std::vector<key_state>& keys) {
    std::vector<const key_state*> all;
    for (const key_state& k : keys) all.push_back(&k);
    std::stable_sort(all.begin(), all.end(),
                     [](const key_state* a, const key_state* b) { return a->used > b->used; });
    return all;
  }

  bool holds(const std::unique_ptr<look_back_times>& seen, std::size_t which) const noexcept {
    return (*seen)[which] != beginning &&
           saturating_add((*seen)[which], rule_.look_backs()[which].what->length) > passed_;
  }

  bool holds_any(const std::unique_ptr<look_back_times>& seen) const noexcept {
    for (std::size_t i = 0; seen != nullptr && i < seen->size(); ++i) {
      if (holds(seen, i)) return true;
    }
    return false;
  }

  void take(std::unique_ptr<look_back_times>& into, const std::unique_ptr<look_back_times>& from) {
    if (!holds_any(from)) return;
    if (into == nullptr) into = std::make_unique<look_back_times>(from->size(), beginning);
    for (std::size_t i = 0; i < from->size(); ++i) {
      if (!holds(from, i) || (*from)[i] <= (*into)[i]) continue;
      (*into)[i] = (*from)[i];
      latest_ = std::max(latest_, (*from)[i]);
      ++made_.times;
    }
  }

  void take(rule_state& into, const key_state& from, bool same_order) {
    if (!holds_any(from.seen)) return;
    auto place =
        std::lower_bound(into.keys.begin(), into.keys.end(), from.key,
                         [](const key_state& k, const std::string& key) { return k.key < key; });
    if (place == into.keys.end() || place->key != from.key) {
      if (into.keys.size() >= most_keys) return void(++made_.keys_dropped);
      place = into.keys.insert(place, key_state());
      place->key = from.key;
      place->used = same_order ? from.used : 0;  // else older than whatever is there
    }
    take(place->seen, from.seen);
    refresh(rule_, *place);
  }

  const prepared_rule& rule_;
  timestamp passed_;
  taken_past& made_;
  timestamp latest_ = beginning;
};

/// The rule's state, made where there is none.
std::vector<rule_state>::iterator obtain(std::vector<rule_state>& states, std::uint32_t rule,
                                         std::uint64_t order) {
  const auto place =
      std::lower_bound(states.begin(), states.end(), rule,
                       [](const rule_state& s, std::uint32_t number) { return s.rule < number; });
  if (place != states.end() && place->rule == rule) return place;
  rule_state fresh;
  fresh.rule = rule;
  fresh.order = order;
  return states.insert(place, std::move(fresh));
}

}  // namespace

std::shared_ptr<const rule_set> rules_that_look_back(const rule_set& rules) {
  std::vector<std::shared_ptr<const language::checked_rule>> wanted;
  bool any = false;
  for (const auto& rule : rules.rules()) {
    const bool looks = looks_back(*rule);
    any |= looks;
    if (looks || !rule->to_each.empty()) wanted.push_back(rule);
  }
  if (!any) return nullptr;
  return rule_set::build(rules.inside().events, std::move(wanted));
}

taken_past take_past(subject_state& into, subject_state from, const rule_set& rules,
                     timestamp passed) {
  taken_past made;
  bind(into, rules);
  bind(from, rules);
  subject_state::implementation& to = into.inside();
  for (const rule_state& s : from.inside().rules) {
    const prepared_rule& rule = to.bound->prepared[s.rule];
    if (rule.drains()) continue;
    const auto place = obtain(to.rules, s.rule, s.order);
    past_taker(rule, passed, made).take(*place, s);
    if (place->empty() && !to.bound->drains()) to.rules.erase(place);
  }
  refresh(to);
  return made;
}

}  // namespace beckon::cep

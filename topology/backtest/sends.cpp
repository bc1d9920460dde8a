#include "topology/backtest/sends.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "engine/cep/derived_event.hpp"
#include "engine/plan/decide_in_time.hpp"

namespace beckon::topology {
namespace {

using subjects = std::unordered_set<hash128>;

outreach::request request_of(const cep::firing& f) {
  outreach::request r;
  r.occurrence = f.what.occurrence;
  r.who = f.who;
  r.rule = f.what.rule->name;
  r.rule_version = f.what.rule->version;
  r.key = f.what.key;
  r.fired = f.what.time;
  r.arrival = f.what.by_deadline ? beginning : f.what.time;
  r.returns = f.what.returns;
  return r;
}

/// A firing that some action subscribes to, and the highest of their priorities: of firings at one
/// moment it goes first.
struct routed_firing {
  const cep::firing* of = nullptr;
  int priority = 0;
};

std::optional<routed_firing> routed(const plan& p, const cep::firing& f) {
  if (f.what.why != cep::withheld::no) return std::nullopt;
  const auto actions = p.actions_of_rule.find(f.what.rule->name);
  if (actions == p.actions_of_rule.end() || actions->second.empty()) return std::nullopt;
  return routed_firing{&f, p.actions[actions->second.front()].priority};
}

class tally {
 public:
  tally(const plan& p, const profile_history& profiles)
      : sent_to_(p.actions.size()),
        decisions_(
            p, [&profiles](const subject& who, timestamp t) { return profiles.at(who, t); },
            [this](const decision& d, const outreach::request& what) { count(d, what.who); }) {
    for (const auto& rule : p.rules->rules()) {
      number_of_.emplace(rule->name, figures_.rules.size());
      figures_.rules.push_back({rule->name, rule->version});
    }
    for (const outreach::action& a : p.actions) {
      action_figures f;
      f.action = a.id;
      f.rule = a.rule;
      if (const auto* chain = chain_of(p, a)) {
        for (const std::size_t i : *chain) f.after_filter.emplace_back(p.filters[i].id, 0);
      }
      figures_.actions.push_back(std::move(f));
    }
    matched_.resize(figures_.rules.size());
  }

  void count(const cep::firing& f) {
    const std::size_t number = number_of_.find(f.what.rule->name)->second;
    rule_figures& of = figures_.rules[number];
    if (f.what.why == cep::withheld::condition) ++of.withheld_by_condition;
    if (f.what.why == cep::withheld::fire_limit) ++of.withheld_by_fire_limit;
    if (f.what.why == cep::withheld::inactive) ++of.withheld_outside_active;
    if (f.what.why != cep::withheld::no) return;
    ++of.firings;
    matched_[number].insert(key_of(f.who));
  }

  void decide(const cep::firing& f) { decisions_.decide(request_of(f)); }

  /// A TO EACH rule's actions are decided for each whom it told.
  void decide_each(const cep::firing& f) {
    for (const subject& recipient : f.recipients) {
      outreach::request r = request_of(f);
      r.who = recipient;
      r.occurrence = cep::occurrence_for(f.what.occurrence, recipient.id);
      decisions_.decide(r);
    }
  }

  backtest_figures finish() {
    decisions_.finish();
    for (std::size_t i = 0; i < matched_.size(); ++i) figures_.rules[i].users = matched_[i].size();
    for (std::size_t i = 0; i < sent_to_.size(); ++i)
      figures_.actions[i].users = sent_to_[i].size();
    return std::move(figures_);
  }

 private:
  void count(const decision& d, const subject& who) {
    action_figures& a = figures_.actions[d.action];
    ++a.firings;
    const bool filtered = d.what == decision::outcome::filtered;
    const bool rendered_badly =
        d.what == decision::outcome::refused && (d.reason == "render" || d.reason == "too_late");
    if (!filtered && !rendered_badly && d.what != decision::outcome::sent)
      return;  // refused by routing
    ++a.routed;
    for (auto& [filter, left] : a.after_filter) {
      if (filtered && filter == d.filter) return;
      ++left;
    }
    if (rendered_badly) ++a.refused;
    if (d.what != decision::outcome::sent) return;
    ++a.sent;
    sent_to_[d.action].insert(key_of(who));
  }

  backtest_figures figures_;
  std::unordered_map<std::string_view, std::size_t> number_of_;  // a rule's, by its name
  std::vector<subjects> matched_;                                // per rule
  std::vector<subjects> sent_to_;                                // per action
  decisions_in_time decisions_;
};

}  // namespace

backtest_figures decide_all(const plan& p, const std::vector<cep::firing>& firings,
                            const profile_history& profiles) {
  tally all(p, profiles);
  std::vector<routed_firing> fired;
  for (const cep::firing& f : firings) {
    all.count(f);
    if (const auto found = routed(p, f)) fired.push_back(*found);
  }
  std::stable_sort(fired.begin(), fired.end(), [](const routed_firing& a, const routed_firing& b) {
    if (a.of->what.time != b.of->what.time) return a.of->what.time < b.of->what.time;
    return a.priority > b.priority;
  });
  for (const routed_firing& f : fired) {
    if (f.of->what.rule->to_each.empty()) {
      all.decide(*f.of);
    } else {
      all.decide_each(*f.of);
    }
  }
  return all.finish();
}

}  // namespace beckon::topology

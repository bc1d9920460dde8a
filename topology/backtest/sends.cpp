#include "topology/backtest/sends.hpp"

#include <algorithm>
#include <unordered_set>

#include "engine/cep/derived_event.hpp"
#include "engine/plan/decide.hpp"

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

/// Highest priority of the actions that subscribe to a rule: of firings at one moment it goes
/// first.
int priority_of(const plan& p, const cep::firing& f) {
  const auto actions = p.actions_of_rule.find(f.what.rule->name);
  return actions == p.actions_of_rule.end() || actions->second.empty()
             ? 0
             : p.actions[actions->second.front()].priority;
}

class tally {
 public:
  explicit tally(const plan& p) : plan_(p), sent_to_(p.actions.size()) {
    for (const auto& rule : p.rules->rules()) figures_.rules.push_back({rule->name, rule->version});
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
    const auto at =
        std::find_if(figures_.rules.begin(), figures_.rules.end(),
                     [&f](const rule_figures& r) { return r.rule == f.what.rule->name; });
    if (f.what.why == cep::withheld::condition) ++at->withheld_by_condition;
    if (f.what.why == cep::withheld::fire_limit) ++at->withheld_by_fire_limit;
    if (f.what.why == cep::withheld::inactive) ++at->withheld_outside_active;
    if (f.what.why != cep::withheld::no) return;
    ++at->firings;
    matched_[static_cast<std::size_t>(at - figures_.rules.begin())].insert(key_of(f.who));
  }

  void decide(const cep::firing& f, const field_list& profile) { decide(request_of(f), profile); }

  /// A TO EACH rule's actions are decided for each whom it told.
  void decide_each(const cep::firing& f, const profile_history& profiles) {
    for (const subject& recipient : f.recipients) {
      outreach::request r = request_of(f);
      r.who = recipient;
      r.occurrence = cep::occurrence_for(f.what.occurrence, recipient.id);
      decide(r, profiles.at(recipient, f.what.time));
    }
  }

  backtest_figures finish() {
    for (std::size_t i = 0; i < matched_.size(); ++i) figures_.rules[i].users = matched_[i].size();
    for (std::size_t i = 0; i < sent_to_.size(); ++i)
      figures_.actions[i].users = sent_to_[i].size();
    return std::move(figures_);
  }

 private:
  void decide(const outreach::request& r, const field_list& profile) {
    outreach::facts& known = facts_[key_of(r.who)];
    known.profile = profile;
    for (const decision& d : decide_request(plan_, r, known, r.fired)) count(d, r.who);
  }

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

  const plan& plan_;
  backtest_figures figures_;
  std::vector<subjects> matched_;  // per rule
  std::vector<subjects> sent_to_;  // per action
  std::unordered_map<hash128, outreach::facts> facts_;
};

}  // namespace

backtest_figures decide_all(const plan& p, const std::vector<cep::firing>& firings,
                            const profile_history& profiles) {
  tally all(p);
  std::vector<const cep::firing*> fired;
  for (const cep::firing& f : firings) {
    all.count(f);
    if (f.what.why == cep::withheld::no) fired.push_back(&f);
  }
  std::stable_sort(fired.begin(), fired.end(), [&p](const cep::firing* a, const cep::firing* b) {
    if (a->what.time != b->what.time) return a->what.time < b->what.time;
    return priority_of(p, *a) > priority_of(p, *b);
  });
  for (const cep::firing* f : fired) {
    if (f->what.rule->to_each.empty()) {
      all.decide(*f, profiles.at(f->who, f->what.time));
    } else {
      all.decide_each(*f, profiles);
    }
  }
  return all.finish();
}

}  // namespace beckon::topology

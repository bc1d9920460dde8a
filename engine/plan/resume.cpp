#include "engine/plan/resume.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "engine/plan/decide.hpp"

namespace beckon {
namespace {

constexpr duration least_wait{
    100};  ///< a filter that is wrong about the time is not asked in a loop

using way = resumption::way;

bool in_force(const plan& p, std::string_view rule) {
  const auto& rules = p.rules->rules();
  const auto at =
      std::lower_bound(rules.begin(), rules.end(), rule,
                       [](const auto& r, std::string_view name) { return r->name < name; });
  return at != rules.end() && (*at)->name == rule;
}

std::optional<std::size_t> subscribed(const plan& p, const epoch::pending_decision& d) {
  const auto of_rule = p.actions_of_rule.find(d.what->rule);
  if (of_rule == p.actions_of_rule.end()) return std::nullopt;
  for (const std::size_t i : of_rule->second) {
    if (p.actions[i].id == d.action) return i;
  }
  return std::nullopt;
}

resumption ended(std::string reason) {
  return {.reason = std::move(reason)};
}

/// It has not been answered about any more.
std::shared_ptr<const outreach::request> unanswered(std::shared_ptr<const outreach::request> what) {
  if (what->answered_by.empty()) return what;
  auto anew = std::make_shared<outreach::request>(*what);
  anew->answered_by.clear();
  return anew;
}

/// The filter it was put off by has been answered for, or nobody did. The chain is run again: what
/// it saw before it asked, the sends above all, may be different now.
resumption go_by(const plan& p, const epoch::woken_decision& w, std::size_t action) {
  static const epoch::answer none{epoch::answer::kind::failed, "ask_timeout"};
  const epoch::answer& said = w.said ? *w.said : none;
  bool pass = said.what == epoch::answer::kind::pass;
  if (said.what == epoch::answer::kind::failed) {
    pass = std::any_of(p.filters.begin(), p.filters.end(),
                       [&](const filter_entry& f) { return f.id == w.what.filter && f.fail_open; });
  }
  if (pass) {
    auto told = std::make_shared<outreach::request>(*w.what.what);
    told->answered_by.push_back(w.what.filter);
    return {.what = way::chain, .action = action, .request = std::move(told)};
  }
  return {.action = action, .filter = w.what.filter, .reason = said.reason, .values = said.values};
}

/// As it waits. Only a hold keeps the answers had so far: it is short, and what it keeps is to be
/// decided in the order of priority, not of answers.
std::shared_ptr<const outreach::request> waiting(std::shared_ptr<const outreach::request> what,
                                                 outreach::wait_reason why,
                                                 const std::string& filter) {
  using outreach::wait_reason;
  if (why == wait_reason::asked) return what;
  auto waits = std::make_shared<outreach::request>(*what);
  waits->arrival = beginning;  // the wait is meant: it is no latency
  if (why == wait_reason::deferred) waits->answered_by.clear();
  if (why == wait_reason::held) waits->held_by.push_back(filter);
  return waits;
}

}  // namespace

epoch::pending_decision put_off(const plan& p, const put_off_place& where,
                                std::shared_ptr<const outreach::request> what,
                                const outreach::verdict& why, timestamp now, timestamp node_time) {
  const outreach::action& by = p.actions[where.action];
  const timestamp expires = expiry_of(by, what->fired);
  epoch::pending_decision d;
  d.why = why.later->why;
  timestamp until = why.later->until;
  if (d.why != outreach::wait_reason::held)  // nobody holds twice, and all end together
    until = std::max(until, saturating_add(now, least_wait));
  until = std::min(until, expires);
  d.wake = until;
  if (d.why == outreach::wait_reason::asked) d.wake = saturating_add(node_time, until - now);
  d.filter = p.filters[where.filter].id;
  d.what = waiting(std::move(what), d.why, d.filter);
  d.action = by.id;
  d.priority = by.priority;
  d.reason = why.reason;
  d.decided = now;
  d.revision = p.revision;
  return d;
}

resumption resume(const plan& p, const epoch::woken_decision& w, timestamp now) {
  const epoch::pending_decision& d = w.what;
  if (!in_force(p, d.what->rule)) return ended("rule_gone");
  const auto action = subscribed(p, d);
  if (!action) return ended("no_action");
  const outreach::action& by = p.actions[*action];
  const auto routed = outreach::route(by, d.what->fired);
  if (routed != outreach::routing::taken) return ended(std::string(to_string(routed)));
  if (now >= expiry_of(by, d.what->fired)) return ended("expired");
  if (d.revision != p.revision)
    return {.what = way::chain, .action = *action, .request = unanswered(d.what)};
  if (d.why != outreach::wait_reason::asked)
    return {.what = way::chain, .action = *action, .request = d.what};
  return go_by(p, w, *action);
}

}  // namespace beckon

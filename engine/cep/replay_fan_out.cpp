// TO EACH in a replay: whose deadlines are due, and whom a firing tells.
#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/cep/derived_event.hpp"
#include "engine/cep/replay.hpp"

namespace beckon::cep {
namespace {

constexpr std::size_t members_at_once = 1000;

bool is_concerned(std::span<const concerned_subject> subjects, const subject& who) {
  return std::any_of(subjects.begin(), subjects.end(),
                     [&](const concerned_subject& s) { return s.who == who; });
}

}  // namespace

bool replay::comes_first::operator()(const agenda_entry& a, const agenda_entry& b) const noexcept {
  return std::tie(a.moment, a.of->who) < std::tie(b.moment, b.of->who);
}

timestamp replay::moment_of(const session& of) const {
  const timestamp deadline = of.state.next_deadline();
  if (running_out_) return std::min(of.held.next(), deadline <= *running_out_ ? deadline : never);
  return saturating_add(std::min(of.held.next(), deadline), lateness_of(of.who.kind));
}

/// Puts the session where it now belongs in the agenda.
void replay::schedule(session& of) {
  if (!tellers_.contains(of.who.kind)) return;
  const timestamp moment = moment_of(of);
  if (moment == of.scheduled) return;
  if (of.scheduled != never) agenda_.erase({of.scheduled, &of});
  of.scheduled = moment;
  if (moment != never) agenda_.insert({moment, &of});
}

/// What is due by the clock, and before `before`, except of those the next input concerns: their
/// rules say themselves what it overtakes.
void replay::run_deadlines(timestamp before, std::span<const concerned_subject> concerned) {
  std::vector<session*> due;
  do {
    due.clear();
    timestamp moment = never;
    for (const agenda_entry& a : agenda_) {
      const bool passed = a.moment <= clock_;
      if ((!passed && a.moment >= before) || (!due.empty() && a.moment != moment)) break;
      // What is held back to be put in order overtakes nothing when it comes.
      const bool judged_now = lateness_of(a.of->who.kind) == duration::zero();
      if (!passed && judged_now && is_concerned(concerned, a.of->who)) continue;
      moment = a.moment;
      due.push_back(a.of);
    }
    look_at(moment, due);
  } while (!due.empty());
}

/// All that is left, in order of time, up to the deadlines at `end`.
void replay::run_out(timestamp end) {
  run_deadlines(beginning, {});
  running_out_ = end;
  const std::set<agenda_entry, comes_first> waiting = agenda_;
  for (const agenda_entry& a : waiting) schedule(*a.of);
  while (!agenda_.empty()) {
    const timestamp moment = agenda_.begin()->moment;
    std::vector<session*> due;
    for (const agenda_entry& a : agenda_) {
      if (a.moment != moment) break;
      due.push_back(a.of);
    }
    look_at(moment, due);
  }
}

void replay::look_at(timestamp moment, std::span<session* const> sessions) {
  for (session* s : sessions) {
    const duration late = running_out_ ? duration::zero() : lateness_of(s->who.kind);
    const timestamp upto = saturating_add(moment, -late);
    release(*s, upto);
    settle_session(*s, running_out_ ? std::min(upto, *running_out_) : upto);
    schedule(*s);
  }
  tell_members();
}

/// Tells everyone whom the firings of TO EACH rules since the last call reach, in the order of what
/// comes out; what follows from it comes directly behind it.
void replay::tell_members() {
  std::vector<std::size_t> told = std::exchange(telling_, {});
  const auto order = [this](std::size_t i) {
    const firing& f = firings_[i];
    return std::tie(f.what.time, f.what.rule->name, f.who, f.what.key);
  };
  std::stable_sort(told.begin(), told.end(),
                   [&](std::size_t a, std::size_t b) { return order(a) < order(b); });
  for (const std::size_t i : told) tell_members_of(i);
}

void replay::tell_members_of(std::size_t fired) {
  const firing f = firings_[fired];
  const catalogue& events = rules_->events();
  const relation_declaration* relation = events.relation(f.what.rule->to_each);
  const relation_rows* rows = relations_.rows(f.what.rule->to_each);
  if (relation == nullptr || rows == nullptr) return;
  const bool derives = events.type(f.what.rule->name).has_value();
  std::vector<std::string> members;
  do {
    const std::string after = members.empty() ? "" : members.back();
    members = rows->members_at(f.who.id, f.what.time, after, members_at_once);
    for (const std::string& member : members) {
      const concerned_subject who = member_of(*relation, member);
      firings_[fired].recipients.push_back(who.who);
      if (!derives) continue;
      ++counts_.derived;
      arrive({&who, 1}, derived_event(telling_of(f.what), *relation, member, events),
             key_of(who.who));
      tell_members();
    }
  } while (members.size() == members_at_once);
}

}  // namespace beckon::cep

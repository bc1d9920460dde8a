#include "engine/cep/step.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "engine/cep/draining.hpp"
#include "engine/cep/matcher.hpp"
#include "engine/cep/rule_index.hpp"
#include "engine/cep/state.hpp"
#include "engine/cep/workspace.hpp"

namespace beckon::cep {
namespace {

using inside = subject_state::implementation;

/// Kept by the thread: judging ends before it is used again.
workspace& room_of_thread() noexcept {
  static thread_local workspace room;
  return room;
}

void note_current(const judging& j, const prepared_rule& rule) noexcept {
  if (j.current != nullptr) *j.current = &rule.rule();
}

// A heap: the earliest first, of equal ones the first rule.
bool comes_later(const due_rule& a, const due_rule& b) noexcept {
  return a.when != b.when ? a.when > b.when : a.at > b.at;
}

/// A matcher does its part on the state at `at`. True: the state is then empty.
template <class part>
bool turn(const judging& j, inside& state, std::size_t at, workspace& room, const part& of) {
  rule_state& s = state.rules[at];
  const prepared_rule& rule = state.bound->prepared[s.rule];
  matcher m(j, *state.bound, s, room, limits_beside(state, at));
  of(m);
  if (rule.drains()) drop_idle(rule, s);
  return s.empty();
}

/// Handles what is due until `upto`, in order of (time, rule, key).
void handle_due(const judging& j, inside& state, timestamp upto, workspace& room) {
  std::erase_if(state.absent,
                [upto](const absent_rule& r) { return r.ends <= upto && r.ends != never; });
  auto& due = room.due;
  due.clear();
  bool emptied = false;
  const auto add = [&](std::size_t at) {
    const timestamp when = state.rules[at].next;
    if (when <= upto && when != never) due.push_back({when, at});
  };
  for (std::size_t at = 0; at < state.rules.size(); ++at) {
    const timestamp next = state.rules[at].next;
    if (next > upto || next == never) continue;
    emptied |= turn(j, state, at, room, [upto](matcher& m) { m.end_silently(upto); });
    add(at);
  }
  std::make_heap(due.begin(), due.end(), comes_later);
  while (!due.empty()) {
    std::pop_heap(due.begin(), due.end(), comes_later);
    const auto [when, at] = due.back();
    due.pop_back();
    rule_state& s = state.rules[at];
    note_current(j, state.bound->prepared[s.rule]);
    rule_state* const limits = limits_beside(state, at);
    const timestamp limits_before = limits == nullptr ? never : limits->next;
    // Later now: an earlier version has fired since, and the limits end later.
    if (s.next == when)
      emptied |= turn(j, state, at, room, [](matcher& m) { m.handle_next_deadline(); });
    const auto push = [&](std::size_t changed) {
      const std::size_t before = due.size();
      add(changed);
      if (due.size() > before) std::push_heap(due.begin(), due.end(), comes_later);
    };
    if (!s.empty()) push(at);
    if (limits != nullptr && limits->next < limits_before)
      push(static_cast<std::size_t>(limits - state.rules.data()));
  }
  if (emptied) drop_empty(state);
  refresh(state);
}

// Rules that can begin or note something here, and rules with live state whose later clauses may
// mean the type or whose row it may break: in the order of rules.
void find_candidates(const inside& state, const event& e, workspace& room) {
  const rule_set::implementation& rules = *state.bound;
  room.hits.clear();
  room.candidates.clear();
  rules.collect(e, room.index, room.hits);
  const interest_bits bits = rules.bits[static_cast<std::size_t>(e.type)];
  const bool ordinary = rules.is_ordinary(e.type);
  auto live = state.rules.begin();
  const auto add_live_below = [&](std::uint64_t end) {
    for (; live != state.rules.end() && live->rule < end; ++live) {
      if (live->keys.empty() && live->seen == nullptr) continue;
      const prepared_rule& rule = rules.prepared[live->rule];
      if ((rule.later_types() & bits) != 0 || (ordinary && rule.has_row()))
        room.candidates.push_back({live->rule, {}});
    }
  };
  for (std::size_t i = 0; i < room.hits.size();) {
    const std::uint32_t rule = rules.rule_of[room.hits[i].entry];
    const std::size_t first = i;
    while (i < room.hits.size() && rules.rule_of[room.hits[i].entry] == rule) ++i;
    add_live_below(rule);
    if (live != state.rules.end() && live->rule == rule) ++live;
    room.candidates.push_back({rule, std::span(room.hits).subspan(first, i - first)});
  }
  add_live_below(~std::uint64_t{0});
}

/// The rule is about such a subject, in the role in which the event concerns it.
bool watches(const judging& j, const rule_set::implementation& rules, std::uint32_t rule,
             const event_declaration& type, const std::vector<std::string>& roles,
             workspace& room) {
  verdict& known = room.watching[rules.watcher[rule]];
  if (known == verdict::ask) {
    const prepared_rule& r = rules.prepared[rule];
    known =
        r.rule().subject_kind == j.who.kind && r.watches(type, roles) ? verdict::yes : verdict::no;
  }
  return known == verdict::yes;
}

/// Takes in what has begun: both are sorted by rule.
void merge(std::vector<rule_state>& into, std::vector<rule_state>& begun) {
  std::size_t from = into.size(), next = begun.size(), to = from + next;
  if (next == 0) return;
  into.resize(to);
  while (next > 0) {
    const bool stays = from > 0 && into[from - 1].rule > begun[next - 1].rule;
    into[--to] = std::move(stays ? into[--from] : begun[--next]);
  }
  begun.clear();
}

void judge_candidates(const judging& j, inside& state, const event& e,
                      const std::vector<std::string>& roles, workspace& room) {
  const rule_set::implementation& rules = *state.bound;
  const event_declaration& type = rules.events->declaration(e.type);
  room.identity.reset();
  room.begun.clear();
  bool emptied = false;
  std::size_t live = 0;
  for (const candidate& c : room.candidates) {
    if (!watches(j, rules, c.rule, type, roles, room)) continue;
    note_current(j, rules.prepared[c.rule]);
    while (live < state.rules.size() && state.rules[live].rule < c.rule) ++live;
    if (live < state.rules.size() && state.rules[live].rule == c.rule) {
      emptied |= turn(j, state, live, room, [&](matcher& m) { m.judge(e, c.begins); });
      continue;
    }
    rule_state fresh;
    fresh.rule = c.rule;
    matcher(j, rules, fresh, room).judge(e, c.begins);
    if (!fresh.empty()) room.begun.push_back(std::move(fresh));
  }
  if (emptied) drop_empty(state);
  merge(state.rules, room.begun);
}

}  // namespace

void settle(const judging& j, subject_state& state, timestamp upto) {
  bind(state, j.rules);
  inside& s = state.inside();
  if (s.next <= upto && s.next != never) handle_due(j, s, upto, room_of_thread());
}

void judge(const judging& j, subject_state& state, const event& e,
           const std::vector<std::string>& roles, timestamp clock_before) {
  settle(j, state, clock_before);
  if (e.type == type_profile_row) return;
  inside& s = state.inside();
  workspace& room = room_of_thread();
  find_candidates(s, e, room);
  if (room.candidates.empty()) return;
  room.watching.assign(s.bound->watchers, verdict::ask);
  judge_candidates(j, s, e, roles, room);
  refresh(s);
}

}  // namespace beckon::cep

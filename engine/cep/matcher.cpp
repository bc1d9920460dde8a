#include "engine/cep/matcher.hpp"

#include <algorithm>
#include <utility>

#include "engine/cep/captured.hpp"

namespace beckon::cep {

matcher::matcher(const judging& j, const rule_set::implementation& rules, rule_state& state,
                 workspace& room, rule_state* limits)
    : j_(j),
      rules_(rules),
      rule_(rules.prepared[state.rule]),
      s_(state),
      limits_(limits),
      room_(room),
      slots_(room.slots),
      weighed_(room.event) {
  weighed_.clear();
}

void matcher::handle_next_deadline() {
  const timestamp when = s_.next;
  if (s_.limits != nullptr && deadline_of(rule_, *s_.limits) == when) {
    s_.clock = std::max(s_.clock, when);
    s_.limits.reset();
  } else if (s_.seen != nullptr && deadline_of(rule_, *s_.seen) == when) {
    end_past();
  } else {
    return handle_next_key(when);
  }
  refresh(rule_, s_);
}

// One look at all keys: which is due, and what comes next without it.
void matcher::handle_next_key(timestamp when) {
  auto due = s_.keys.end();
  timestamp next = never;
  for (auto k = s_.keys.begin(); k != s_.keys.end(); ++k) {
    if (due == s_.keys.end() && k->next == when) {
      due = k;
    } else {
      next = std::min(next, k->next);
    }
  }
  if (due != s_.keys.end()) {
    handle_deadline(*due);
    next = std::min(next, due->next);
    if (due->empty()) s_.keys.erase(due);
  }
  s_.next = std::min(next, deadline_beside_keys(rule_, s_));
}

void matcher::end_silently(timestamp upto) {
  timestamp next = never;
  std::erase_if(s_.keys, [&](key_state& k) {
    if (k.next <= upto && !is_wait_due(k, upto)) end_all(k, upto);
    next = std::min(next, k.next);
    return k.empty();
  });
  s_.next = std::min(next, deadline_beside_keys(rule_, s_));
}

bool matcher::is_wait_due(const key_state& k, timestamp upto) const noexcept {
  return std::any_of(k.runs.begin(), k.runs.end(), [&](const run& r) {
    return r.anchor <= upto && rule_.positions()[r.at].wait != nullptr;
  });
}

void matcher::end_all(key_state& k, timestamp upto) {
  if (k.runs.empty() && k.seen == nullptr) {  // a window alone: no need to look at it again
    s_.clock = std::max(s_.clock, std::exchange(k.next, never));
    return k.entries.reset();
  }
  const auto is_over = [&](timestamp deadline) {
    if (deadline > upto) return false;
    s_.clock = std::max(s_.clock, deadline);
    return true;
  };
  std::erase_if(k.runs, [&](const run& r) { return is_over(deadline_of(rule_, r)); });
  if (k.entries != nullptr && is_over(deadline_of(rule_, *k.entries))) k.entries.reset();
  while (k.seen != nullptr && is_over(deadline_of(rule_, *k.seen)))
    forget(k.seen, deadline_of(rule_, *k.seen));
  refresh(rule_, k);
}

// Among equal deadlines the last position goes first: an older run fires or ends before a younger
// takes its place.
void matcher::handle_deadline(key_state& k) {
  const timestamp when = k.next;
  s_.clock = std::max(s_.clock, when);
  const auto due = std::find_if(k.runs.rbegin(), k.runs.rend(),
                                [&](const run& r) { return deadline_of(rule_, r) == when; });
  if (due != k.runs.rend()) {
    handle_run_deadline(k, static_cast<std::size_t>(k.runs.rend() - due) - 1, when);
  } else {
    if (k.entries != nullptr && deadline_of(rule_, *k.entries) == when) k.entries.reset();
    forget(k.seen, when);
  }
  refresh(rule_, k);
}

/// The next deadline of what look-backs noted for all keys.
void matcher::end_past() {
  const timestamp when = deadline_of(rule_, *s_.seen);
  s_.clock = std::max(s_.clock, when);
  forget(s_.seen, when);
}

void matcher::forget(std::unique_ptr<look_back_times>& seen, timestamp when) const {
  if (seen == nullptr) return;
  bool any = false;
  for (std::size_t i = 0; i < seen->size(); ++i) {
    timestamp& last = (*seen)[i];
    if (last == beginning) continue;
    if (saturating_add(last, rule_.look_backs()[i].what->length) <= when) last = beginning;
    any |= last != beginning;
  }
  if (!any) seen.reset();
}

void matcher::handle_run_deadline(key_state& k, std::size_t index, timestamp when) {
  run r = std::move(k.runs[index]);
  k.runs.erase(k.runs.begin() + static_cast<std::ptrdiff_t>(index));
  if (rule_.positions()[r.at].wait == nullptr) return;
  if (rule_.is_last(r.at)) {
    complete_by_deadline(k, r, when);
  } else {
    const std::size_t next = r.at + 1U;
    place(k, std::move(r), next, when);
  }
}

// Ends every run that began at or before the match's last positive event; what counts after it is
// kept.
void matcher::complete_by_deadline(key_state& k, const run& r, timestamp when) {
  read_captured(r);
  fire_match({k.key, when, slots_, nullptr, r.last_event, r.history_short});
  std::erase_if(k.runs, [&](const run& other) { return other.began <= r.last; });
}

/// True: a limit changed. Its holder's clock is never behind what it remembers.
bool matcher::fire_match(const completion& c) {
  if (limits_ == nullptr) return fire(j_, rule_, s_, c);
  if (!fire(j_, rule_, *limits_, c)) return false;
  limits_->clock = std::max(limits_->clock, c.time);
  refresh(rules_.prepared[limits_->rule], *limits_);
  return true;
}

bool matcher::is_kept_first(const key_state& k, std::size_t at) const noexcept {
  return rule_.usual().keep_first && rule_.positions()[at].wait != nullptr &&
         std::any_of(k.runs.begin(), k.runs.end(), [at](const run& r) { return r.at == at; });
}

timestamp matcher::end_of_wait(const language::wait& w, const run& r, timestamp begins) {
  const timestamp latest = saturating_add(begins, w.length);
  if (!w.until) return latest;
  read_captured(r);
  const timestamp* until = slots_[*w.until].as_time();
  return until == nullptr ? latest : std::clamp(*until, begins, latest);
}

// False: a wait under way is kept, and the run dropped.
bool matcher::place(key_state& k, run&& r, std::size_t at, timestamp when) {
  if (is_kept_first(k, at)) return false;
  const position& p = rule_.positions()[at];
  r.at = static_cast<std::uint16_t>(at);
  r.anchor = p.wait != nullptr ? end_of_wait(*p.wait, r, when) : when;
  r.count = 0;
  r.counted.reset();
  const auto before = [](const run& each, std::size_t position) { return each.at < position; };
  const auto first = std::lower_bound(k.runs.begin(), k.runs.end(), at, before);
  const auto last = std::lower_bound(first, k.runs.end(), at + 1, before);
  if (!p.many) {
    k.runs.erase(first, last);
  } else if (static_cast<std::size_t>(last - first) >= most_runs) {
    k.runs.erase(first);
    if (j_.overflow != nullptr) ++j_.overflow->runs;
  }
  k.runs.insert(std::lower_bound(k.runs.begin(), k.runs.end(), at + 1, before), std::move(r));
  return true;
}

}  // namespace beckon::cep

#include "engine/cep/matcher.hpp"

#include <algorithm>

#include "engine/cep/captured.hpp"
#include "engine/cep/firing.hpp"

namespace beckon::cep {

matcher::matcher(const judging& j, const rule_set::implementation& rules, const prepared_rule& rule,
                 rule_state& state)
    : j_(j), rules_(rules), rule_(rule), s_(state) {}

void matcher::handle_next_deadline() {
  const timestamp when = s_.next;
  if (s_.limits != nullptr && deadline_of(rule_, *s_.limits) == when) {
    s_.clock = std::max(s_.clock, when);
    end_limits(rule_, s_, when);
  } else {
    const auto k = std::find_if(s_.keys.begin(), s_.keys.end(),
                                [when](const key_state& each) { return each.next == when; });
    if (k != s_.keys.end()) handle_deadline(*k);
  }
  drop_empty_keys();
  refresh(rule_, s_);
}

// Among equal deadlines the last position goes first: an older run fires or ends before a younger
// takes its place.
void matcher::handle_deadline(key_state& k) {
  const timestamp when = k.next;
  s_.clock = std::max(s_.clock, when);
  for (std::size_t i = k.runs.size(); i-- > 0;) {
    if (deadline_of(rule_, k.runs[i]) != when) continue;
    handle_run_deadline(k, i, when);
    refresh(rule_, k);
    return;
  }
  if (k.entries != nullptr) {
    window& w = *k.entries;
    const auto gone = std::count_if(w.times.begin(), w.times.end(), [&](timestamp t) {
      return saturating_add(t, *rule_.window()) <= when;
    });
    w.times.erase(w.times.begin(), w.times.begin() + gone);
    if (!w.values.empty()) w.values.erase(w.values.begin(), w.values.begin() + gone);
    if (w.times.empty()) k.entries.reset();
  }
  refresh(rule_, k);
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
  slots_.assign(rule_.rule().captures.size(), value());
  read_slots(r.captured, slots_);
  fire(j_, rule_, s_, {k.key, when, slots_, nullptr, r.last_event});
  std::erase_if(k.runs, [&](const run& other) { return other.began <= r.last; });
}

void matcher::place(key_state& k, run&& r, std::size_t at, timestamp when) {
  const position& p = rule_.positions()[at];
  r.at = static_cast<std::uint16_t>(at);
  r.anchor = when;
  r.count = 0;
  r.values.reset();
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
}

void matcher::drop_empty_keys() {
  std::erase_if(s_.keys, [](const key_state& k) { return k.empty(); });
}

}  // namespace beckon::cep

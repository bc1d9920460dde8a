#include <algorithm>
#include <utility>

#include "engine/cep/matcher.hpp"

namespace beckon::cep {
namespace {

bool comes_before(const key_state& k, const std::string& name) {
  return k.key < name;
}

}  // namespace

void matcher::judge(const event& e, std::span<const hit> begins) {
  e_ = &e;
  ordinary_ = rules_.is_ordinary(e.type);
  keyless_ = rule_.usual().keyed && rule_.is_keyless(e.type, *rules_.events);
  std::string key;
  if (rule_.usual().keyed && !keyless_ && !read_key(key)) return;
  now_ = std::max(e.time, s_.clock);
  weigh(begins);
  satisfied_ = is_satisfied_by_any();
  const bool nothing_yet = s_.keys.empty() && s_.seen == nullptr;
  if (nothing_yet && first_ == verdict::no && !sees_past_) return;
  order_ = s_.order + 1;
  if (keyless_) {
    judge_all_keys();
  } else {
    judge_one_key(std::move(key));
  }
  if (!changed_) return;
  s_.clock = std::max(s_.clock, now_);
  s_.order = order_;
}

void matcher::judge_all_keys() {
  for (const key_state& k : s_.keys) satisfied_ = satisfied_ || satisfies_in(k);
  if (!satisfied_) return;
  while (s_.seen != nullptr && deadline_of(rule_, *s_.seen) <= now_) end_past();
  const auto earlier = [](const key_state& a, const key_state& b) { return a.next < b.next; };
  for (;;) {
    const auto k = std::min_element(s_.keys.begin(), s_.keys.end(), earlier);
    if (k == s_.keys.end() || k->next > now_ || k->next == never) break;
    handle_deadline(*k);
  }
  for (key_state& k : s_.keys) apply(k);
  if (sees_past_) note_past(s_.seen);
  std::erase_if(s_.keys, [](const key_state& k) { return k.empty(); });
  refresh(rule_, s_);
}

void matcher::judge_one_key(std::string key) {
  const timestamp beside = deadline_beside_keys(rule_, s_);
  const auto place = std::lower_bound(s_.keys.begin(), s_.keys.end(), key, comes_before);
  if (place == s_.keys.end() || place->key != key) {
    if (rule_.drains() || (first_ == verdict::no && !sees_past_)) return;
    key_state fresh;
    fresh.key = std::move(key);
    apply(fresh);
    const timestamp after = fresh.next;
    if (!fresh.empty()) insert_key(place - s_.keys.begin(), std::move(fresh));
    return note_next(never, after, beside);
  }
  const timestamp before = place->next;
  satisfied_ = satisfied_ || satisfies_in(*place);
  while (satisfied_ && place->next <= now_ && place->next != never) handle_deadline(*place);
  apply(*place);
  const timestamp after = place->next;
  if (place->empty()) s_.keys.erase(place);
  note_next(before, after, beside);
}

// One key's deadline was `before`, what stands beside the keys had `beside_before`. Only where the
// earliest of all is later now must every key be looked at.
void matcher::note_next(timestamp before, timestamp after, timestamp beside_before) {
  const timestamp beside = deadline_beside_keys(rule_, s_);
  const bool later = (before == s_.next && after > before) ||
                     (beside_before == s_.next && beside > beside_before);
  if (later) return refresh(rule_, s_);
  s_.next = std::min({s_.next, after, beside});
}

/// `place`: the number of the key before which it belongs.
void matcher::insert_key(std::ptrdiff_t place, key_state&& fresh) {
  if (s_.keys.size() >= most_keys) {
    const auto oldest =
        std::min_element(s_.keys.begin(), s_.keys.end(),
                         [](const auto& a, const auto& b) { return a.used < b.used; });
    if (oldest - s_.keys.begin() < place) --place;
    s_.keys.erase(oldest);
    refresh(rule_, s_);
    if (j_.overflow != nullptr) ++j_.overflow->keys;
  }
  s_.keys.insert(s_.keys.begin() + place, std::move(fresh));
}

// Meaning 3: an event first ends what it ends, then advances waiting runs, last step first, each by
// one step, then, unless it completed the rule, may begin a new run. What a look-back watches is
// noted last, so that no event stops its own step.
void matcher::apply(key_state& k) {
  const bool before = std::exchange(changed_, false);
  end_runs(k);
  break_rows(k);
  if (!advance(k) && first_ != verdict::no) begin(k);
  if (sees_past_ && !keyless_) note_past(k.seen);
  if (changed_) k.used = order_;
  changed_ |= before;
  refresh(rule_, k);
}

void matcher::end_by_unless(key_state& k, std::size_t which) {
  const language::event_pattern& p = rule_.rule().unless[which];
  const std::size_t ended =
      std::erase_if(k.runs, [&](const run& r) { return holds_for(p, weighed_.unless[which], r); });
  const bool cleared = weighed_.unless_without_alias[which] && k.entries != nullptr;
  if (cleared) k.entries.reset();
  changed_ |= ended > 0 || cleared;
}

void matcher::end_by_interruption(key_state& k, std::size_t which) {
  const interruption_span& span = rule_.interruptions()[which];
  changed_ |= std::erase_if(k.runs, [&](const run& r) {
                return span.from <= r.at && r.at <= span.to &&
                       holds_for(*span.pattern, weighed_.interruptions[which], r);
              }) > 0;
}

void matcher::end_runs(key_state& k) {
  if (k.empty()) return;
  for (std::size_t i = 0; i < weighed_.unless.size(); ++i) {
    if (weighed_.unless[i] != verdict::no) end_by_unless(k, i);
  }
  changed_ |= std::erase_if(k.runs, [&](const run& r) {
                const language::wait* w = rule_.positions()[r.at].wait;
                return w != nullptr && weighed_.clauses[r.at] != verdict::no &&
                       holds_for(w->cancelled_by, weighed_.clauses[r.at], r);
              }) > 0;
  for (std::size_t i = 0; i < weighed_.interruptions.size(); ++i) {
    if (weighed_.interruptions[i] != verdict::no) end_by_interruption(k, i);
  }
}

/// The event is one that may not come here: before a NEXT, or within a row.
bool matcher::is_broken(const run& r) {
  const language::step* step = rule_.positions()[r.at].step;
  if (step == nullptr || !(r.has_counted() ? step->in_a_row : step->next)) return false;
  return !counts(r.at, r);
}

// A broken row restarts its count, behind NEXT it ends the run, as does a NEXT that fails; none
// moves a clock.
void matcher::break_rows(key_state& k) {
  if (!rule_.has_row() || !ordinary_ || keyless_) return;
  const position& first = rule_.positions()[0];
  const bool counted = first_ != verdict::no && is_countable(first.counts, *e_, *rules_.events);
  if (k.entries != nullptr && !counted && first.step->in_a_row) k.entries.reset();
  std::erase_if(k.runs, [&](run& r) {
    if (!is_broken(r)) return false;
    r.count = 0;
    r.counted.reset();
    return rule_.positions()[r.at].step->next;
  });
}

void matcher::note_past(std::unique_ptr<look_back_times>& seen) {
  if (seen == nullptr) seen = std::make_unique<look_back_times>(weighed_.past.size(), beginning);
  for (std::size_t i = 0; i < weighed_.past.size(); ++i) {
    if (weighed_.past[i]) (*seen)[i] = now_;
  }
  changed_ = true;
}

}  // namespace beckon::cep

#include <algorithm>
#include <utility>

#include "engine/cep/captured.hpp"
#include "engine/cep/matcher.hpp"

namespace beckon::cep {

bool matcher::advance(key_state& k) {
  if (k.runs.empty()) return false;
  for (std::size_t at = rule_.positions().size(); at-- > 1;) {
    if (rule_.positions()[at].step == nullptr || weighed_.clauses[at] == verdict::no) continue;
    if (advance_from(k, at)) return true;
  }
  return false;
}

// Every fitting run advances and stays, but before NEXT, where it also ends when a look-back or an
// UNTIL stopped it; where one run stands at the next position, the latest start is taken.
bool matcher::advance_from(key_state& k, std::size_t at) {
  const bool next = rule_.positions()[at].step->next;
  std::vector<run>& moved = room_.moved;
  moved.clear();
  std::erase_if(k.runs, [&](run& r) {
    if (r.at != at || !counts(at, r)) return false;
    const progress p = advance_run(k, r, moved);
    const bool ended = next && (p == progress::went || (p == progress::stopped && ordinary_));
    changed_ |= ended && p == progress::went;  // also where KEEP FIRST drops what went
    return ended;
  });
  if (moved.empty()) return false;
  const auto latest = std::max_element(
      moved.rbegin(), moved.rend(), [](const run& a, const run& b) { return a.start < b.start; });
  if (rule_.is_last(at)) {
    changed_ = true;
    complete_by_event(k, *latest);
    return true;
  }
  if (!rule_.positions()[at + 1].many) {
    enter(k, std::move(*latest), at + 1);
  } else {
    for (run& m : moved) enter(k, std::move(m), at + 1);
  }
  return false;
}

/// Counts the event in `r`; where that completes its step, what goes on is added to `moved`.
matcher::progress matcher::advance_run(const key_state& k, run& r, std::vector<run>& moved) {
  const position& p = rule_.positions()[r.at];
  tally single;
  const tally* counted = &single;
  if (p.counts.remembers) {
    if (!count_later(r, p)) return progress::counts;
    counted = r.counted.get();
  } else if (!count_single(p, single)) {
    return progress::counts;
  }
  if (is_stopped(k, p)) return progress::stopped;
  run m;
  m.start = r.start;
  m.began = r.began;
  m.captured = r.captured;
  m.history_short = r.history_short;
  if (!take(p, counted, m)) return progress::stopped;
  moved.push_back(std::move(m));
  return progress::went;
}

void matcher::begin(key_state& k) {
  const position& first = rule_.positions()[0];
  if (!is_countable(first.counts, *e_, *rules_.events)) return;
  tally single;
  run r;
  r.start = now_;
  r.began = order_;
  const bool counted_before = k.entries != nullptr;
  const bool changed_before = changed_;
  if (first.counts.remembers ? !count_first(k, first) : !count_single(first, single)) return;
  const tally& counted = first.counts.remembers ? *k.entries : single;
  if (first.counts.remembers) r.start = start_of(first.counts, counted, now_);
  if (is_stopped(k, first) || !take(first, &counted, r)) return;
  if (!rule_.is_last(0)) return enter(k, std::move(r), 1);
  changed_ =
      changed_before || counted_before;  // what one event counts and consumes leaves no trace
  complete_by_event(k, r);
}

// The sliding window of a first step. Entries that are too old are dropped now, not when they
// become it.
bool matcher::count_first(key_state& k, const position& first) {
  if (k.entries == nullptr) k.entries = std::make_unique<tally>();
  if (rule_.window()) drop_until(first.counts, *k.entries, saturating_add(now_, -*rule_.window()));
  note_overflow(add(first.counts, *k.entries, *e_, now_, *rules_.events));
  changed_ = true;
  return is_reached(first.counts, *k.entries) && also_holds(first.counts, *k.entries);
}

// A step after THEN counts from the previous completion: nothing leaves before the run itself does.
bool matcher::count_later(run& r, const position& p) {
  changed_ = true;
  if (p.counts_plainly()) {
    r.count = std::min(r.count + 1, p.counts.needs);
    return r.count == p.counts.needs;
  }
  if (r.counted == nullptr) r.counted = std::make_unique<tally>();
  note_overflow(add(p.counts, *r.counted, *e_, now_, *rules_.events));
  return is_reached(p.counts, *r.counted) && also_holds(p.counts, *r.counted);
}

/// One event is enough; what AND and aggregates want of it is in `single`.
bool matcher::count_single(const position& p, tally& single) {
  if (p.counts.kept.empty()) {
    single.count = 1;
    return true;
  }
  add(p.counts, single, *e_, now_, *rules_.events);
  return also_holds(p.counts, single);
}

void matcher::note_overflow(std::size_t entries) {
  if (j_.overflow != nullptr) j_.overflow->entries += entries;
}

/// A look-back of the step finds something.
bool matcher::is_stopped(const key_state& k, const position& p) const {
  const auto seen_since = [](const std::unique_ptr<look_back_times>& seen, std::size_t which,
                             timestamp since) { return seen != nullptr && (*seen)[which] > since; };
  return std::any_of(p.look_backs.begin(), p.look_backs.end(), [&](std::size_t which) {
    const timestamp since = saturating_add(now_, -rule_.look_backs()[which].what->length);
    return seen_since(k.seen, which, since) || seen_since(s_.seen, which, since);
  });
}

bool matcher::is_short(const position& p) const {
  return std::any_of(p.look_backs.begin(), p.look_backs.end(), [&](std::size_t which) {
    const watched_past& past = rule_.look_backs()[which];
    return saturating_add(now_, -past.what->length) < past.known_since;
  });
}

/// Makes `r` a run for which the step is complete. False: an UNTIL has no time.
bool matcher::take(const position& p, const tally* counted, run& r) {
  r.last = order_;
  if (rule_.ends_by_deadline()) r.last_event = identity();
  r.history_short |= is_short(p);
  for (const taken_slot& t : p.takes) {
    if (t.what == language::taken::attribute) {
      value scratch;
      add_slot(r.captured, t.slot, look_at(*e_, t.attribute, *rules_.events, scratch));
    } else if (counted == nullptr) {  // a plain number: all that is taken of it is the count
      add_slot(r.captured, t.slot, static_cast<std::int64_t>(p.counts.needs));
    } else {
      add_slot(r.captured, t.slot, aggregate(p.counts, *counted, t.what, t.kept, t.whole));
    }
  }
  return take_untils(p, r);
}

bool matcher::take_untils(const position& p, run& r) {
  for (const until_slot& u : p.untils) {
    read_captured(r);
    const value v = u.content->evaluate(scope_with(slots_));
    const std::int64_t* ms = v.as_integer();
    if (v.as_time() == nullptr && ms == nullptr) return false;
    add_slot(r.captured, u.slot, ms != nullptr ? from_ms(*ms) : *v.as_time());
  }
  return true;
}

// A wait that begins takes everything counted so far by the steps before it; behind NEXT nothing
// else can then be the very next event.
void matcher::enter(key_state& k, run&& r, std::size_t at) {
  if (is_kept_first(k, at)) return;
  changed_ = true;
  if (rule_.positions()[at].wait != nullptr) {
    k.entries.reset();
    std::erase_if(k.runs, [&](run& earlier) {
      if (earlier.at >= at || !earlier.has_counted()) return false;
      earlier.count = 0;
      earlier.counted.reset();
      return rule_.positions()[earlier.at].step->next;
    });
  }
  place(k, std::move(r), at, now_);
}

// The completing event is the match's last positive one: every run began at or before it, every
// entry is consumed.
void matcher::complete_by_event(key_state& k, const run& r) {
  read_captured(r);
  k.runs.clear();
  k.entries.reset();
  changed_ |= fire_match({k.key, now_, slots_, e_, 0, r.history_short});
}

std::uint64_t matcher::identity() {
  if (!room_.identity) room_.identity = identity_of(*e_);
  return *room_.identity;
}

}  // namespace beckon::cep

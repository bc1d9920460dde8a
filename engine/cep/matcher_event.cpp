#include <algorithm>
#include <utility>

#include "engine/base/hash.hpp"
#include "engine/cep/captured.hpp"
#include "engine/cep/firing.hpp"
#include "engine/cep/matcher.hpp"

namespace beckon::cep {

void matcher::judge(const event& e, bool may_begin) {
  e_ = &e;
  ordinary_ = rules_.is_ordinary(e.type);
  keyless_ = !rule_.rule().same.empty() && rule_.is_keyless(e.type, *rules_.events);
  std::string key;
  if (!keyless_ && !read_key(key)) return;
  now_ = std::max(e.time, s_.clock);
  weigh(may_begin);
  satisfied_ = is_satisfied_by_any();
  if (s_.keys.empty() && first_ == verdict::no) return;
  order_ = s_.order + 1;
  if (keyless_) {
    judge_all_keys();
  } else {
    judge_one_key(std::move(key));
  }
  finish();
}

void matcher::judge_all_keys() {
  for (const key_state& k : s_.keys) satisfied_ = satisfied_ || satisfies_in(k);
  if (!satisfied_) return;
  const auto earlier = [](const key_state& a, const key_state& b) { return a.next < b.next; };
  for (;;) {
    const auto k = std::min_element(s_.keys.begin(), s_.keys.end(), earlier);
    if (k == s_.keys.end() || k->next > now_ || k->next == never) break;
    handle_deadline(*k);
  }
  for (key_state& k : s_.keys) apply(k);
}

void matcher::judge_one_key(std::string key) {
  const auto place =
      std::lower_bound(s_.keys.begin(), s_.keys.end(), key,
                       [](const key_state& k, const std::string& name) { return k.key < name; });
  if (place == s_.keys.end() || place->key != key) {
    if (first_ == verdict::no) return;
    key_state fresh;
    fresh.key = std::move(key);
    apply(fresh);
    if (!fresh.empty()) insert_key(std::move(fresh));
    return;
  }
  satisfied_ = satisfied_ || satisfies_in(*place);
  while (satisfied_ && place->next <= now_ && place->next != never) handle_deadline(*place);
  apply(*place);
}

void matcher::insert_key(key_state&& fresh) {
  if (s_.keys.size() >= most_keys) {
    const auto oldest =
        std::min_element(s_.keys.begin(), s_.keys.end(),
                         [](const auto& a, const auto& b) { return a.used < b.used; });
    s_.keys.erase(oldest);
    if (j_.overflow != nullptr) ++j_.overflow->keys;
  }
  const auto place =
      std::lower_bound(s_.keys.begin(), s_.keys.end(), fresh.key,
                       [](const key_state& k, const std::string& name) { return k.key < name; });
  s_.keys.insert(place, std::move(fresh));
}

// Meaning 3: an event first ends what it ends, then advances waiting runs, last step first, each by
// one step, then, unless it completed the rule, may begin a new run.
void matcher::apply(key_state& k) {
  const bool before = std::exchange(changed_, false);
  end_runs(k);
  break_rows(k);
  if (!advance(k) && first_ != verdict::no) begin(k);
  if (changed_) k.used = order_;
  changed_ |= before;
  refresh(rule_, k);
}

void matcher::end_by_unless(key_state& k, std::size_t which) {
  const language::event_pattern& p = rule_.rule().unless[which];
  const std::size_t ended =
      std::erase_if(k.runs, [&](const run& r) { return holds_for(p, unless_[which], r); });
  const bool cleared = unless_without_alias_[which] && k.entries != nullptr;
  if (cleared) k.entries.reset();
  changed_ |= ended > 0 || cleared;
}

void matcher::end_runs(key_state& k) {
  if (k.empty()) return;
  for (std::size_t i = 0; i < unless_.size(); ++i) {
    if (unless_[i] != verdict::no) end_by_unless(k, i);
  }
  const std::size_t cancelled = std::erase_if(k.runs, [&](const run& r) {
    const language::wait* w = rule_.positions()[r.at].wait;
    return w != nullptr && clauses_[r.at] != verdict::no &&
           holds_for(w->cancelled_by, clauses_[r.at], r);
  });
  changed_ |= cancelled > 0;
}

// A broken row only restarts its count; it moves no clock.
void matcher::break_rows(key_state& k) {
  if (!rule_.has_row() || !ordinary_ || keyless_) return;
  if (k.entries != nullptr && first_ == verdict::no && rule_.positions()[0].step->in_a_row)
    k.entries.reset();
  for (run& r : k.runs) {
    const language::step* step = rule_.positions()[r.at].step;
    if (step == nullptr || !step->in_a_row || r.count == 0) continue;
    if (!holds_for(step->pattern, clauses_[r.at], r)) r.count = 0;
  }
}

bool matcher::advance(key_state& k) {
  if (k.runs.empty()) return false;
  for (std::size_t at = rule_.positions().size(); at-- > 1;) {
    if (rule_.positions()[at].step == nullptr || clauses_[at] == verdict::no) continue;
    if (advance_from(k, at)) return true;
  }
  return false;
}

// Every fitting run advances and stays; where one run stands at the next position, the latest start
// is taken.
bool matcher::advance_from(key_state& k, std::size_t at) {
  const position& p = rule_.positions()[at];
  std::vector<run> moved;
  for (run& r : k.runs) {
    if (r.at != at || !counts(p) || !holds_for(p.step->pattern, clauses_[at], r)) continue;
    changed_ = true;
    if (!count_later(r)) continue;
    run& m = moved.emplace_back();
    m.start = r.start;
    m.began = r.began;
    m.captured = r.captured;
    m.last = order_;
    m.last_event = identity();
    capture(p, m.captured);
  }
  if (moved.empty()) return false;
  const auto latest = std::max_element(
      moved.rbegin(), moved.rend(), [](const run& a, const run& b) { return a.began < b.began; });
  if (rule_.is_last(at)) {
    slots_.assign(rule_.rule().captures.size(), value());
    read_slots(latest->captured, slots_);
    complete_by_event(k);
    return true;
  }
  if (!rule_.positions()[at + 1].many) {
    enter(k, std::move(*latest), at + 1);
  } else {
    for (run& m : moved) enter(k, std::move(m), at + 1);
  }
  return false;
}

void matcher::begin(key_state& k) {
  const position& first = rule_.positions()[0];
  if (!counts(first)) return;
  timestamp start = now_;
  if (first.needs > 1) {
    if (!count_first(k)) return;
    start = k.entries->times.front();
  }
  run r;
  r.start = start;
  r.began = r.last = order_;
  r.last_event = identity();
  if (rule_.is_last(0)) {
    slots_.assign(rule_.rule().captures.size(), value());
    for (const capture_slot& c : first.captures)
      slots_[c.slot] = attribute_of(*e_, c.attribute, *rules_.events);
    return complete_by_event(k);
  }
  capture(first, r.captured);
  changed_ = true;
  enter(k, std::move(r), 1);
}

bool matcher::counts(const position& p) const {
  if (p.step->how != language::quantity::different) return true;
  return !attribute_of(*e_, p.step->different, *rules_.events).is_null();
}

namespace {

std::uint64_t distinct_hash(const value& v) {
  std::string bytes;
  append_canonical(bytes, v);
  return hash_bytes(bytes).low;
}

}  // namespace

// The sliding window of a first step: n entries are enough, because the latest n count.
bool matcher::count_first(key_state& k) {
  const position& first = rule_.positions()[0];
  if (k.entries == nullptr) k.entries = std::make_unique<window>();
  window& w = *k.entries;
  changed_ = true;
  const auto drop = [&w](std::ptrdiff_t i) {
    w.times.erase(w.times.begin() + i);
    if (!w.values.empty()) w.values.erase(w.values.begin() + i);
  };
  if (first.step->how == language::quantity::different) {
    const std::uint64_t v = distinct_hash(attribute_of(*e_, first.step->different, *rules_.events));
    const auto seen = std::find(w.values.begin(), w.values.end(), v);
    if (seen != w.values.end()) drop(seen - w.values.begin());
    w.values.push_back(v);
  }
  w.times.push_back(now_);
  if (w.times.size() > first.needs) drop(0);
  return w.times.size() == first.needs;
}

// A step after THEN counts from the previous completion: nothing leaves before the run itself does.
bool matcher::count_later(run& r) {
  const position& p = rule_.positions()[r.at];
  if (p.needs == 1) return true;
  if (p.step->how == language::quantity::times) {
    r.count = std::min(r.count + 1, p.needs);
    return r.count == p.needs;
  }
  if (r.values == nullptr) r.values = std::make_unique<std::vector<std::uint64_t>>();
  const std::uint64_t v = distinct_hash(attribute_of(*e_, p.step->different, *rules_.events));
  const bool seen = std::find(r.values->begin(), r.values->end(), v) != r.values->end();
  if (!seen && r.values->size() < p.needs) r.values->push_back(v);
  return r.values->size() == p.needs;
}

// A wait that begins takes everything counted so far by the steps before it.
void matcher::enter(key_state& k, run&& r, std::size_t at) {
  if (rule_.positions()[at].wait != nullptr) {
    k.entries.reset();
    for (run& earlier : k.runs) {
      if (earlier.at >= at) continue;
      earlier.count = 0;
      earlier.values.reset();
    }
  }
  place(k, std::move(r), at, now_);
}

// The completing event is the match's last positive one: every run began at or before it, every
// entry is consumed.
void matcher::complete_by_event(key_state& k) {
  k.runs.clear();
  k.entries.reset();
  changed_ |= fire(j_, rule_, s_, {k.key, now_, slots_, e_, 0});
}

std::uint64_t matcher::identity() {
  if (!identity_) identity_ = identity_of(*e_);
  return *identity_;
}

void matcher::capture(const position& p, std::string& packed) const {
  for (const capture_slot& c : p.captures) {
    add_slot(packed, c.slot, attribute_of(*e_, c.attribute, *rules_.events));
  }
}

void matcher::finish() {
  if (changed_) {
    s_.clock = std::max(s_.clock, now_);
    s_.order = order_;
  }
  drop_empty_keys();
  refresh(rule_, s_);
}

}  // namespace beckon::cep

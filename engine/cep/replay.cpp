#include "engine/cep/replay.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/cep/rule_index.hpp"

namespace beckon::cep {
namespace {

/// A session's firings are in its own order already; equal ones keep it. Large as they are, each is
/// moved once, and looked at where its time does not tell.
std::vector<firing> in_order(std::vector<firing> came) {
  struct place {
    timestamp time;
    firing* of;
  };
  std::vector<place> order;
  order.reserve(came.size());
  for (firing& f : came) order.push_back({f.what.time, &f});
  std::stable_sort(order.begin(), order.end(), [](const place& a, const place& b) {
    return a.time != b.time ? a.time < b.time : comes_out_before(*a.of, *b.of);
  });
  std::vector<firing> out;
  out.reserve(came.size());
  for (const place& p : order) out.push_back(std::move(*p.of));
  return out;
}

}  // namespace

bool comes_out_before(const firing& a, const firing& b) noexcept {
  const auto order = [](const firing& f) {
    return std::tie(f.what.time, f.what.rule->name, f.who, f.what.key);
  };
  return order(a) < order(b);
}

bool crosses_subjects(const rule_set& rules) noexcept {
  return std::any_of(rules.rules().begin(), rules.rules().end(),
                     [](const auto& rule) { return !rule->to_each.empty(); });
}

asked_events::asked_events(const rule_set& rules) : rules_(rules), all_(crosses_subjects(rules)) {
  for (const prepared_rule& rule : rules.inside().prepared) {
    later_ |= rule.later_types() | (rule.has_row() ? any_bit : 0);
  }
}

bool asked_events::contains(const event& e) const noexcept {
  return all_ || e.type == type_profile_row || (later_ & rules_.interest_of(e.type)) != 0 ||
         rules_.can_begin(e);
}

replay::replay(std::shared_ptr<const rule_set> rules, replay_options options)
    : rules_(std::move(rules)),
      options_(std::move(options)),
      asked_(*rules_),
      items_(rules_->inside().events),
      relations_(rules_->inside().events) {
  for (const auto& rule : rules_->rules()) {
    kinds_.insert(rule->subject_kind);
    if (!rule->to_each.empty()) tellers_.insert(rule->subject_kind);
  }
}

replay::~replay() = default;

// Each call goes one level deeper for every input that is expected.
void replay::expect(hash128 subject_key, event_type_id type) noexcept {
  soon_ = (soon_ + 1) % ahead;
  expected_[soon_] = {subject_key, type};
  sessions_.fetch(subject_key);
  expectation& before = expected_[(soon_ + ahead - 1) % ahead];
  before.of = sessions_.find(before.key);
  if (before.of != nullptr) cep::fetch(before.of, sizeof(session));
  for (std::size_t level = 0; level < state_levels; ++level) {
    const expectation& earlier = expected_[(soon_ + ahead - 2 - level) % ahead];
    if (earlier.of != nullptr) cep::fetch(earlier.of->state, level, {clock_, earlier.type});
  }
}

void replay::feed(std::span<const concerned_subject> subjects, const event& e) {
  feed(subjects, e, subjects.empty() ? hash128() : key_of(subjects.front().who));
}

void replay::feed(std::span<const concerned_subject> subjects, const event& e, hash128 first) {
  ++counts_.inputs;
  if (!tellers_.empty()) {
    run_deadlines(e.time, subjects);
    relate(e);
  }
  if (e.type != type_profile_row && rules_->events().row_of(e.type) != nullptr) items_.upsert(e);
  if (e.type == type_profile_row || rules_->names(e.type)) arrive(subjects, e, first);
  clock_ = std::max(clock_, e.time);
  tell_members();
  if (options_.states_only) firings_.clear();
}

void replay::feed_one(const concerned_subject& s, hash128 key, const event& e, timestamp clock) {
  ++counts_.inputs;
  clock_ = clock;
  input(s, key, e, !e.client_id || asked_.contains(e));
}

// Rows before every time are related from the first one on: a ttl counts from there.
void replay::relate(const event& e) {
  constexpr timestamp no_time{};
  if (e.time <= no_time && rules_->events().is_row(e.type)) {
    timeless_.push_back(e);
    return;
  }
  for (event& row : std::exchange(timeless_, {})) {
    row.time = e.time;
    relations_.apply(row);
  }
  relations_.apply(e);
}

void replay::arrive(std::span<const concerned_subject> subjects, const event& e, hash128 first) {
  if (options_.prepared || rules_->events().attachments(e.type).empty())
    return inputs(subjects, e, first);
  event carrying = e;
  items_.attach(carrying);
  inputs(subjects, carrying, first);
}

void replay::inputs(std::span<const concerned_subject> subjects, const event& e, hash128 first) {
  const bool asked_for = (options_.prepared && !e.client_id) || asked_.contains(e);
  for (const concerned_subject& s : subjects)
    input(s, &s == subjects.data() ? first : key_of(s.who), e, asked_for);
}

bool replay::is_duplicate(hash128 subject_key, const event& e) {
  if (!e.client_id) return false;  // the others are unique as they are
  const hash128 key = hash_builder().text(e.source).text(e.id).hash(subject_key).finish();
  if (seen_.insert(key)) return false;
  ++counts_.duplicates;
  return true;
}

// A subject without a session remembers nothing: only what can begin something needs one.
replay::session* replay::session_for(const concerned_subject& s, hash128 key, const event& e) {
  if (session* const found = sessions_.find(key); found != nullptr) return found;
  const bool buffered = lateness_of(s.who.kind) > duration::zero();
  if (e.type != type_profile_row && !buffered && !rules_->can_begin(e)) return nullptr;
  ++counts_.subjects;
  session& fresh = sessions_.add(key);
  fresh.who = s.who;
  return &fresh;
}

void replay::input(const concerned_subject& s, hash128 key, const event& e, bool asked_for) {
  if (!asked_for && !e.client_id) return;
  if (e.type != type_profile_row && !kinds_.contains(s.who.kind)) return;
  if (is_duplicate(key, e) || !asked_for) return;
  session* to = session_for(s, key, e);
  if (to == nullptr) return;
  const duration late = lateness_of(s.who.kind);
  if (late > duration::zero()) {
    hold(*to, {e, s.roles}, late);
  } else {
    apply(*to, s.roles, e, clock_);
  }
  schedule(*to);
}

duration replay::lateness_of(const std::string& kind) const {
  const auto found = options_.out_of_order.find(kind);
  return found == options_.out_of_order.end() ? duration::zero() : found->second;
}

// An event later than the buffer allows is judged on arrival, after everything that was due before
// it.
void replay::hold(session& to, held_event e, duration late) {
  const timestamp passed = saturating_add(clock_, -late);
  release(to, passed);
  if (!to.held.hold(e, passed)) apply(to, e.roles, e.what, passed);
}

// Each held event is judged as if the input had been in time order: its own time is then the clock.
void replay::release(session& of, timestamp upto) {
  for (const held_event& e : of.held.release(upto)) apply(of, e.roles, e.what, e.what.time);
}

void replay::apply(session& to, const std::vector<std::string>& roles, const event& e,
                   timestamp clock) {
  ++counts_.judged;
  const judging j{*rules_, to.who, &to.profile, options_.zone, matches_, nullptr, &overflow_};
  judge(j, to.state, e, roles, clock);
  collect(to);
  if (e.type != type_profile_row) return;
  for (const field& f : e.extra) set_field(to.profile, f.name, f.content);
}

void replay::settle_session(session& of, timestamp upto) {
  const judging j{*rules_, of.who, &of.profile, options_.zone, matches_, nullptr, &overflow_};
  settle(j, of.state, upto);
  collect(of);
}

void replay::collect(const session& of) {
  for (match& m : matches_) {
    if (m.why == withheld::no && !m.rule->to_each.empty()) telling_.push_back(firings_.size());
    firings_.push_back({of.who, std::move(m)});
  }
  matches_.clear();
}

std::vector<firing> replay::finish() {
  const timestamp end = options_.until ? std::max(*options_.until, clock_) : clock_;
  run_out(end);
  for (auto& [key, of] : sessions_.entries()) {
    release(of, never);
    settle_session(of, end);
  }
  if (options_.states_only) firings_.clear();
  return in_order(std::exchange(firings_, {}));
}

void replay::hand_over(const std::function<bool(const subject&, subject_state)>& to) {
  for (auto& [key, of] : sessions_.entries()) {
    if (!of.state.empty() && !to(of.who, std::move(of.state))) return;
  }
}

}  // namespace beckon::cep

#include "engine/cep/replay.hpp"

#include <algorithm>
#include <tuple>

namespace beckon::cep {

struct replay::session {
  subject who;
  subject_state state;
  field_list profile;
  reorder_buffer held;
};

replay::replay(std::shared_ptr<const rule_set> rules, replay_options options)
    : rules_(std::move(rules)), options_(std::move(options)) {}

replay::~replay() = default;

void replay::feed(std::span<const concerned_subject> subjects, const event& e) {
  ++counts_.inputs;
  if (e.type == type_profile_row || rules_->names(e.type)) {
    for (const concerned_subject& s : subjects) input(s, e);
  }
  clock_ = std::max(clock_, e.time);
}

bool replay::is_duplicate(hash128 subject_key, const event& e) {
  if (e.id.empty()) return false;
  const hash128 key = hash_builder().text(e.source).text(e.id).hash(subject_key).finish();
  if (seen_.insert(key).second) return false;
  ++counts_.duplicates;
  return true;
}

// A subject without a session remembers nothing: only what can begin something needs one.
replay::session* replay::session_for(const concerned_subject& s, hash128 key, const event& e) {
  const auto found = sessions_.find(key);
  if (found != sessions_.end()) return found->second.get();
  const bool buffered = lateness_of(s.who.kind) > duration::zero();
  if (e.type != type_profile_row && !buffered && !rules_->can_begin(e)) return nullptr;
  auto fresh = std::make_unique<session>();
  fresh->who = s.who;
  ++counts_.subjects;
  return sessions_.emplace(key, std::move(fresh)).first->second.get();
}

void replay::input(const concerned_subject& s, const event& e) {
  const hash128 key = key_of(s.who);
  if (is_duplicate(key, e)) return;
  session* to = session_for(s, key, e);
  if (to == nullptr) return;
  const duration late = lateness_of(s.who.kind);
  if (late > duration::zero()) return hold(*to, {e, s.roles}, late);
  apply(*to, s.roles, e, clock_);
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
  for (match& m : matches_) firings_.push_back({of.who, std::move(m)});
  matches_.clear();
}

std::vector<firing> replay::finish() {
  const timestamp end = options_.until ? std::max(*options_.until, clock_) : clock_;
  for (auto& [key, of] : sessions_) {
    release(*of, never);
    settle_session(*of, end);
  }
  const auto order = [](const firing& f) {
    return std::tie(f.what.time, f.what.rule->name, f.who, f.what.key);
  };
  // A session's firings are in its own order already; equal ones keep it.
  std::stable_sort(firings_.begin(), firings_.end(),
                   [&](const firing& a, const firing& b) { return order(a) < order(b); });
  return std::move(firings_);
}

}  // namespace beckon::cep

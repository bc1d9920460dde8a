#include "engine/epoch/relation_keeper.hpp"

#include <algorithm>
#include <iterator>

namespace beckon::epoch {
namespace {

/// The first `most` of `from`, which loses them.
template <class T>
std::vector<T> take_first(std::vector<T>& from, std::size_t most) {
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(std::min(most, from.size()));
  std::vector<T> out(std::make_move_iterator(from.begin()), std::make_move_iterator(end));
  from.erase(from.begin(), end);
  return out;
}

}  // namespace

timestamp relations_asked_from(timestamp clock, timestamp oldest_job, duration lateness) noexcept {
  return std::min(oldest_job, saturating_add(clock, -lateness));
}

void relation_keeper::added(const relation_declaration& relation, std::string_view member) {
  auto& fresh = under_way_.fresh;
  if (fresh.size() < most_checks) fresh.insert(side_prefix(relation, member));
}

void relation_keeper::sealed() {
  sealed_.push_back(std::exchange(under_way_, {}));
}

void relation_keeper::committed() {
  if (checks_.size() < most_checks) checks_.merge(sealed_.front().fresh);
  sealed_.pop_front();
}

bool relation_keeper::writing() const noexcept {
  return under_way_.writes_last ||
         std::any_of(sealed_.begin(), sealed_.end(), [](const auto& e) { return e.writes_last; });
}

std::optional<relation_scan> relation_keeper::next_scan(
    const std::shared_ptr<const catalogue>& events, timestamp now) {
  if (reading_ != reading::nothing || has_writes() || writing()) return std::nullopt;
  last_asked_ = now;
  if (now >= pass_due_) {
    if (!pass_) pass_.emplace(events, pass_side_, most_dropped);
    pass_due_ = saturating_add(now, pace);
    reading_ = reading::a_pass;
    return relation_scan{pass_side_, {}, pass_after_, piece};
  }
  if (!check_ && !begin_check(events)) return std::nullopt;
  reading_ = reading::a_member;
  return relation_scan{relation_side::member, checked_, check_after_, piece};
}

bool relation_keeper::begin_check(const std::shared_ptr<const catalogue>& events) {
  if (checks_.empty()) return false;
  checked_ = std::move(checks_.extract(checks_.begin()).value());
  check_after_.clear();
  check_.emplace(events, relation_side::member, most_dropped);
  return true;
}

void relation_keeper::scanned(const std::vector<relation_row>& rows, bool whole,
                              const sweep_times& t) {
  const bool passing = reading_ == reading::a_pass;
  auto& sweep = passing ? pass_ : check_;
  found_on_ = passing ? pass_side_ : relation_side::member;
  sweep->pass(rows, t, found_);
  if (!rows.empty()) (passing ? pass_after_ : check_after_) = rows.back().first;
  reading_ = reading::nothing;
  if (!whole) return;
  sweep->finish(t, found_);
  sweep.reset();
  if (passing) end_pass();
}

/// Owners, then members, then a pause.
void relation_keeper::end_pass() {
  pass_after_.clear();
  if (pass_side_ == relation_side::owner) {
    pass_side_ = relation_side::member;
    return;
  }
  pass_side_ = relation_side::owner;
  pass_due_ = saturating_add(last_asked_, pause);
}

relation_writes relation_keeper::take(std::size_t most) {
  relation_writes out{found_on_, take_first(found_.gone, most), take_first(found_.beyond, most)};
  if (!out.empty()) under_way_.writes_last = !has_writes();
  return out;
}

}  // namespace beckon::epoch

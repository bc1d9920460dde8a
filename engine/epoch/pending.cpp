#include "engine/epoch/pending.hpp"

#include <algorithm>

namespace beckon::epoch {

using outreach::wait_reason;

pending_shelf::rank pending_shelf::rank_of(const pending_decision& p) noexcept {
  return {-p.priority, p.what->fired, p.name.number};
}

void pending_shelf::note_held(const pending_decision& p) {
  held_[key_of(p.what->who)][{p.filter, p.wake}].insert(rank_of(p));
}

void pending_shelf::forget_held(const pending_decision& p) {
  const auto subject = held_.find(key_of(p.what->who));
  const auto hold = subject->second.find({p.filter, p.wake});
  hold->second.erase(rank_of(p));
  if (hold->second.empty()) subject->second.erase(hold);
  if (subject->second.empty()) held_.erase(subject);
}

void pending_shelf::keep(pending_decision p) {
  const auto number = p.name.number;
  last_number_ = std::max(last_number_, number);
  waiting(p.why).emplace(p.wake, rank_of(p));
  by_class_.emplace(p.priority, number);
  by_age_.emplace(p.decided, number);
  ++counts_[static_cast<std::size_t>(p.why)];
  if (p.why == wait_reason::held) note_held(p);
  all_.insert_or_assign(number, kept{std::move(p), {}});
}

std::optional<pending_decision> pending_shelf::add(pending_decision p) {
  keep(std::move(p));
  if (all_.size() <= most_) return std::nullopt;
  auto gone = remove(by_class_.begin()->second);
  if (gone.said) std::erase(answered_, gone.what.name.number);
  return std::move(gone.what);
}

void pending_shelf::restore(pending_decision p) {
  if (p.why == wait_reason::asked) p.wake = beginning;
  p.revision = 0;
  keep(std::move(p));
}

const pending_decision* pending_shelf::find(const pending_name& name) const noexcept {
  const auto at = all_.find(name.number);
  return at != all_.end() && at->second.what.name == name ? &at->second.what : nullptr;
}

bool pending_shelf::hear(const pending_name& name, answer said) {
  const auto* asked = find(name);
  if (asked == nullptr || asked->why != wait_reason::asked) return false;
  auto& slot = all_.at(name.number);
  if (slot.said) return false;
  asked_.erase({asked->wake, rank_of(*asked)});
  answered_.push_back(name.number);
  slot.said = std::move(said);
  return true;
}

/// Not out of `answered_`: whoever removes one that was answered sees to that.
woken_decision pending_shelf::remove(std::uint64_t number) {
  auto gone = std::move(all_.extract(number).mapped());
  const auto& p = gone.what;
  waiting(p.why).erase({p.wake, rank_of(p)});
  by_class_.erase({p.priority, number});
  by_age_.erase({p.decided, number});
  --counts_[static_cast<std::size_t>(p.why)];
  if (p.why == wait_reason::held) forget_held(p);
  return {std::move(gone.what), std::move(gone.said)};
}

void pending_shelf::take_due(by_wake& from, timestamp upto, std::size_t most,
                             std::vector<woken_decision>& out) {
  while (out.size() < most && !from.empty() && from.begin()->first <= upto)
    out.push_back(remove(from.begin()->second.number));
}

std::vector<woken_decision> pending_shelf::take(timestamp decision_clock, timestamp node_time,
                                                std::size_t most) {
  std::vector<woken_decision> out;
  for (; out.size() < most && !answered_.empty(); answered_.pop_front())
    out.push_back(remove(answered_.front()));
  take_due(asked_, node_time, most, out);
  take_due(by_decision_clock_, decision_clock, most, out);
  return out;
}

std::vector<woken_decision> pending_shelf::take_held(hash128 subject, timestamp decision_clock) {
  std::set<std::pair<timestamp, rank>> due;
  if (const auto found = held_.find(subject); found != held_.end()) {
    for (const auto& [hold, ranks] : found->second) {
      if (hold.second > decision_clock) continue;
      for (const auto& r : ranks) due.emplace(hold.second, r);
    }
  }
  std::vector<woken_decision> out;
  for (const auto& [wake, r] : due) out.push_back(remove(r.number));
  return out;
}

std::vector<outreach::open_hold> pending_shelf::holds_of(hash128 subject) const {
  std::vector<outreach::open_hold> out;
  const auto found = held_.find(subject);
  if (found == held_.end()) return out;
  for (const auto& [hold, ranks] : found->second) {
    const rank& first = *ranks.begin();
    out.push_back({hold.first, hold.second, -first.falling_priority, first.fired});
  }
  return out;
}

bool pending_shelf::any_due(timestamp decision_clock, timestamp node_time) const noexcept {
  const auto due = [](const by_wake& from, timestamp upto) {
    return !from.empty() && from.begin()->first <= upto;
  };
  return !answered_.empty() || due(asked_, node_time) || due(by_decision_clock_, decision_clock);
}

std::size_t pending_shelf::count(wait_reason why) const noexcept {
  return counts_[static_cast<std::size_t>(why)];
}

timestamp pending_shelf::oldest() const noexcept {
  return by_age_.empty() ? never : by_age_.begin()->first;
}

}  // namespace beckon::epoch

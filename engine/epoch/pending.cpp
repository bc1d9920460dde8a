#include "engine/epoch/pending.hpp"

#include <algorithm>

namespace beckon::epoch {

using outreach::wait_reason;

void pending_shelf::keep(pending_decision p) {
  const auto number = p.name.number;
  last_number_ = std::max(last_number_, number);
  waiting(p.why).emplace(p.wake, number);
  by_class_.emplace(p.priority, number);
  by_age_.emplace(p.decided, number);
  if (p.why == wait_reason::asked) ++asked_count_;
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
  if (p.why == wait_reason::asked) {
    p.wake = beginning;
    p.revision = 0;
  }
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
  asked_.erase({asked->wake, name.number});
  answered_.push_back(name.number);
  slot.said = std::move(said);
  return true;
}

/// Not out of `answered_`: whoever removes one that was answered sees to that.
woken_decision pending_shelf::remove(std::uint64_t number) {
  auto gone = std::move(all_.extract(number).mapped());
  const auto& p = gone.what;
  waiting(p.why).erase({p.wake, number});
  by_class_.erase({p.priority, number});
  by_age_.erase({p.decided, number});
  if (p.why == wait_reason::asked) --asked_count_;
  return {std::move(gone.what), std::move(gone.said)};
}

void pending_shelf::take_due(by_wake& from, timestamp upto, std::size_t most,
                             std::vector<woken_decision>& out) {
  while (out.size() < most && !from.empty() && from.begin()->first <= upto)
    out.push_back(remove(from.begin()->second));
}

std::vector<woken_decision> pending_shelf::take(timestamp decision_clock, timestamp node_time,
                                                std::size_t most) {
  std::vector<woken_decision> out;
  for (; out.size() < most && !answered_.empty(); answered_.pop_front())
    out.push_back(remove(answered_.front()));
  take_due(asked_, node_time, most, out);
  take_due(deferred_, decision_clock, most, out);
  return out;
}

bool pending_shelf::any_due(timestamp decision_clock, timestamp node_time) const noexcept {
  const auto due = [](const by_wake& from, timestamp upto) {
    return !from.empty() && from.begin()->first <= upto;
  };
  return !answered_.empty() || due(asked_, node_time) || due(deferred_, decision_clock);
}

std::size_t pending_shelf::count(wait_reason why) const noexcept {
  return why == wait_reason::asked ? asked_count_ : all_.size() - asked_count_;
}

timestamp pending_shelf::oldest() const noexcept {
  return by_age_.empty() ? never : by_age_.begin()->first;
}

}  // namespace beckon::epoch

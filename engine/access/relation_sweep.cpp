#include "engine/access/relation_sweep.hpp"

#include <algorithm>

namespace beckon {

relation_sweep::relation_sweep(std::shared_ptr<const catalogue> events, relation_side side,
                               std::size_t most_dropped)
    : events_(std::move(events)), side_(side), most_dropped_(most_dropped) {
  for (const relation_declaration& r : events_->relations()) {
    by_prefix_.emplace_back(relation_prefix(r), &r);
  }
}

void relation_sweep::pass(std::span<const relation_row> rows, const sweep_times& t,
                          swept_rows& into) {
  for (const auto& [key, content] : rows) {
    auto change = read_change(key, content);
    if (!change) continue;
    if (last_ && pair_in(last_key_) == pair_in(key)) {
      if (relation_ != nullptr && change->at <= t.asked_from) into.gone.push_back(last_key_);
    } else {
      end_pair(t, into);
      const bool same =
          relation_ != nullptr && change->id == id_ && key.starts_with(relation_prefix(*relation_));
      if (!same) {
        end_side(into);
        begin_side(key, *change);
      }
    }
    last_key_ = key;
    last_ = std::move(change);
  }
}

void relation_sweep::finish(const sweep_times& t, swept_rows& into) {
  end_pair(t, into);
  end_side(into);
}

void relation_sweep::begin_side(std::string_view key, const stored_change& first) {
  const auto at = std::find_if(by_prefix_.begin(), by_prefix_.end(),
                               [key](const auto& r) { return key.starts_with(r.first); });
  relation_ = at == by_prefix_.end() ? nullptr : at->second;
  id_ = first.id;
  related_ = 0;
  newest_ = beginning;
}

void relation_sweep::end_pair(const sweep_times& t, swept_rows& into) {
  auto last = std::exchange(last_, std::nullopt);
  if (!last || relation_ == nullptr) return;
  const timestamp ends = !last->adds      ? last->at
                         : relation_->ttl ? saturating_add(last->at, *relation_->ttl)
                                          : never;
  if (ends <= t.asked_from) into.gone.push_back(last_key_);
  if (!last->adds || ends <= t.now) return;
  ++related_;
  newest_ = std::max(newest_, last->at);
  oldest_.emplace(last->at, std::move(last->other));
  if (oldest_.size() > most_dropped_) oldest_.pop();
}

std::size_t relation_sweep::cap() const noexcept {
  return side_ == relation_side::owner ? relation_->most_per_owner : relation_->most_per_member;
}

void relation_sweep::end_side(swept_rows& into) {
  if (relation_ == nullptr) return;
  std::size_t drop = related_ > cap() ? std::min(related_ - cap(), oldest_.size()) : 0;
  while (oldest_.size() > drop) oldest_.pop();
  const std::size_t first = into.beyond.size();
  for (; !oldest_.empty(); oldest_.pop()) {
    const std::string& other = oldest_.top().second;
    const bool owners = side_ == relation_side::owner;
    into.beyond.push_back({relation_->name, owners ? other : id_, owners ? id_ : other, newest_});
  }
  std::reverse(into.beyond.begin() + static_cast<std::ptrdiff_t>(first), into.beyond.end());
  relation_ = nullptr;
}

}  // namespace beckon

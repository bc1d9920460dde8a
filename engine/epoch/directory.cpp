#include "engine/epoch/directory.hpp"

#include <algorithm>

namespace beckon::epoch {

directory::directory() : table_(1024, none), wheel_(buckets, none) {}

directory::index directory::find(hash128 key) const noexcept {
  const std::size_t mask = table_.size() - 1;
  for (std::size_t at = key.low & mask; table_[at] != none; at = (at + 1) & mask) {
    if (slab_[table_[at]].key == key) return table_[at];
  }
  return none;
}

void directory::place(index i) noexcept {
  const std::size_t mask = table_.size() - 1;
  std::size_t at = slab_[i].key.low & mask;
  while (table_[at] != none) at = (at + 1) & mask;
  table_[at] = i;
}

void directory::grow_table() {
  table_.assign(table_.size() * 2, none);
  for (index i = 0; i < slab_.size(); ++i) {
    if (slab_[i].used) place(i);
  }
}

directory::index directory::obtain(hash128 key) {
  if (const index found = find(key); found != none) return found;
  if ((size_ + 1) * 2 > table_.size()) grow_table();
  index i;
  if (free_.empty()) {
    i = static_cast<index>(slab_.size());
    slab_.emplace_back();
  } else {
    i = free_.back();
    free_.pop_back();
    slab_[i] = entry{};
  }
  slab_[i].key = key;
  slab_[i].used = true;
  place(i);
  ++size_;
  return i;
}

void directory::remove(index i) {
  set_deadline(i, never);
  const std::size_t mask = table_.size() - 1;
  std::size_t hole = slab_[i].key.low & mask;
  while (table_[hole] != i) hole = (hole + 1) & mask;
  // Close the gap: move back every entry of the run that may stand at the hole.
  for (std::size_t at = (hole + 1) & mask; table_[at] != none; at = (at + 1) & mask) {
    const std::size_t home = slab_[table_[at]].key.low & mask;
    if (((at - home) & mask) >= ((at - hole) & mask)) {
      table_[hole] = table_[at];
      hole = at;
    }
  }
  table_[hole] = none;
  slab_[i] = entry{};
  free_.push_back(i);
  --size_;
}

std::int64_t directory::tick_of(timestamp t) noexcept {
  const std::int64_t ms = to_ms(t);
  return ms >= 0 ? ms / tick_ms : -((-ms + tick_ms - 1) / tick_ms);
}

std::size_t directory::bucket_of(timestamp t) noexcept {
  return static_cast<std::uint64_t>(tick_of(t)) % buckets;
}

void directory::link(index i) {
  auto& e = slab_[i];
  index& head = wheel_[bucket_of(e.deadline)];
  e.armed = timer::wheel;
  e.previous = none;
  e.next = head;
  if (head != none) slab_[head].previous = i;
  head = i;
  ++armed_;
}

void directory::unlink(index i) noexcept {
  auto& e = slab_[i];
  if (e.armed == timer::off) return;
  if (e.armed == timer::come) {
    --waiting_;
  } else {
    if (e.previous != none)
      slab_[e.previous].next = e.next;
    else
      wheel_[bucket_of(e.deadline)] = e.next;
    if (e.next != none) slab_[e.next].previous = e.previous;
  }
  e.armed = timer::off;
  e.next = e.previous = none;
  --armed_;
}

void directory::set_deadline(index i, timestamp deadline) {
  auto& e = slab_[i];
  if (e.deadline == deadline && (e.armed != timer::off) == (deadline != never)) return;
  unlink(i);
  e.deadline = deadline;
  if (deadline == never) return;
  link(i);
  if (tick_of(deadline) < swept_) dirty_ = true;
}

bool directory::is_void(const come& c) const noexcept {
  const entry& e = slab_[c.at];
  return e.armed != timer::come || e.deadline != c.deadline || e.key != c.key;
}

// The first ones go as they are handled; where one is not, for long, those behind it.
void directory::drop_void() {
  while (first_ < come_.size() && is_void(come_[first_])) ++first_;
  if (first_ * 2 > come_.size()) {
    come_.erase(come_.begin(), come_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  if (come_.size() - first_ <= 2 * waiting_ + buckets) return;
  std::erase_if(come_, [this](const come& c) { return is_void(c); });
  first_ = 0;
}

/// Moves what has come from the wheel to `come_`.
void directory::sweep(timestamp upto) {
  const std::int64_t last = tick_of(upto);
  const bool all =
      dirty_ || swept_ == INT64_MIN || last - swept_ >= static_cast<std::int64_t>(buckets);
  const std::int64_t first = all ? last - buckets + 1 : swept_;
  const std::size_t before = come_.size();
  for (std::int64_t tick = first; tick <= last; ++tick) {
    for (index i = wheel_[static_cast<std::uint64_t>(tick) % buckets]; i != none;) {
      entry& e = slab_[i];
      const index next = e.next;
      if (e.deadline <= upto) {
        unlink(i);
        e.armed = timer::come;
        ++armed_;
        ++waiting_;
        come_.push_back({e.deadline, e.key, i});
      }
      i = next;
    }
  }
  const auto fresh = come_.begin() + static_cast<std::ptrdiff_t>(before);
  std::sort(fresh, come_.end());
  std::inplace_merge(come_.begin() + static_cast<std::ptrdiff_t>(first_), fresh, come_.end());
  dirty_ = dirty_ && last < swept_;
  swept_ = std::max(swept_, last);
}

std::vector<directory::index> directory::due(timestamp upto, std::size_t most) {
  std::vector<index> found;
  if (upto == beginning || armed_ == 0) return found;
  drop_void();
  sweep(upto);
  constexpr std::size_t ahead =
      8;  // entries lie anywhere in memory: asked for before they are read
  for (std::size_t i = first_; i < come_.size() && found.size() < most; ++i) {
    const come& c = come_[i];
    if (c.deadline > upto) break;
    __builtin_prefetch(&slab_[come_[std::min(i + ahead, come_.size() - 1)].at]);
    // Set away and back again, an entry stands here twice.
    if (!is_void(c) && (found.empty() || found.back() != c.at)) found.push_back(c.at);
  }
  return found;
}

}  // namespace beckon::epoch

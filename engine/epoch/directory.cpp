#include "engine/epoch/directory.hpp"

#include <algorithm>
#include <tuple>

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

void directory::link(index i) {
  auto& e = slab_[i];
  e.bucket = static_cast<std::uint32_t>(static_cast<std::uint64_t>(tick_of(e.deadline)) % buckets);
  e.previous = none;
  e.next = wheel_[e.bucket];
  if (e.next != none) slab_[e.next].previous = i;
  wheel_[e.bucket] = i;
  ++armed_;
}

void directory::unlink(index i) noexcept {
  auto& e = slab_[i];
  if (e.bucket == none) return;
  if (e.previous != none)
    slab_[e.previous].next = e.next;
  else
    wheel_[e.bucket] = e.next;
  if (e.next != none) slab_[e.next].previous = e.previous;
  e.bucket = e.next = e.previous = none;
  --armed_;
}

void directory::set_deadline(index i, timestamp deadline) {
  auto& e = slab_[i];
  if (e.deadline == deadline && (e.bucket != none) == (deadline != never)) return;
  unlink(i);
  e.deadline = deadline;
  if (deadline == never) return;
  link(i);
  if (tick_of(deadline) < swept_) dirty_ = true;
}

std::vector<directory::index> directory::due(timestamp upto, std::size_t most) {
  std::vector<index> found;
  if (upto == beginning || armed_ == 0) return found;
  const std::int64_t last = tick_of(upto);
  const bool all =
      dirty_ || swept_ == INT64_MIN || last - swept_ >= static_cast<std::int64_t>(buckets);
  const std::int64_t first = all ? last - buckets + 1 : swept_;
  for (std::int64_t tick = first; tick <= last; ++tick) {
    for (index i = wheel_[static_cast<std::uint64_t>(tick) % buckets]; i != none;
         i = slab_[i].next) {
      if (slab_[i].deadline <= upto) found.push_back(i);
    }
  }
  std::sort(found.begin(), found.end(), [this](index a, index b) {
    return std::tie(slab_[a].deadline, slab_[a].key) < std::tie(slab_[b].deadline, slab_[b].key);
  });
  dirty_ = found.size() > most || (dirty_ && last < swept_);
  if (found.size() > most) found.resize(most);
  swept_ = std::max(swept_, last);
  return found;
}

}  // namespace beckon::epoch

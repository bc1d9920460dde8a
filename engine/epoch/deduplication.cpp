#include "engine/epoch/deduplication.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace beckon::epoch {
namespace {

constexpr std::size_t first_slots = 1024;

}  // namespace

hash128 deduplication_key(std::string_view source, std::string_view event_id,
                          hash128 subject_key) noexcept {
  return hash_builder{}.text(source).text(event_id).hash(subject_key).finish();
}

arrival_hour hour_of(timestamp arrival) noexcept {
  return std::chrono::floor<std::chrono::hours>(arrival).time_since_epoch().count();
}

deduplication::deduplication(duration window, std::size_t bytes)
    : window_(window), bytes_(bytes), slots_(first_slots) {}

std::size_t deduplication::most_slots() const noexcept {
  return std::max(first_slots, std::bit_floor(bytes_ / sizeof(slot)));
}

bool deduplication::place(hash128 key, std::int32_t hour) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = key.high & mask;
  while (slots_[at].hour != empty) {
    if (slots_[at].key == key) return false;
    at = (at + 1) & mask;
  }
  slots_[at] = {key, hour};
  ++used_;
  return true;
}

void deduplication::grow(std::size_t slots, std::int32_t keep_from) {
  std::vector<slot> old(slots);
  old.swap(slots_);
  used_ = 0;
  for (const auto& s : old) {
    if (s.hour != empty && s.hour >= keep_from) place(s.key, s.hour);
  }
}

bool deduplication::insert(hash128 key, arrival_hour hour) {
  if ((used_ + 1) * 4 > slots_.size() * 3) {
    const bool room = slots_.size() < most_slots();
    if (!room && hours_.size() > 1) evict_oldest();
    grow(room ? slots_.size() * 2 : slots_.size(),
         hours_.empty() ? empty + 1 : hours_.front().first);
    if ((used_ + 1) * 4 > slots_.size() * 3)
      grow(slots_.size() * 2, empty + 1);  // one hour alone exceeds the bound
  }
  const auto h = static_cast<std::int32_t>(hour);
  if (!place(key, h)) return false;
  auto at = std::lower_bound(hours_.begin(), hours_.end(), h,
                             [](const auto& e, auto x) { return e.first < x; });
  if (at == hours_.end() || at->first != h) at = hours_.insert(at, {h, 0});
  ++at->second;
  return true;
}

void deduplication::drop_oldest() {
  dropped_.push_back(hours_.front().first);
  hours_.erase(hours_.begin());
}

/// Before its time: it does not fit the memory.
void deduplication::evict_oldest() {
  const auto [hour, keys] = hours_.front();
  evicted_ += keys;
  whole_since_ = std::max(whole_since_.value_or(hour + 1), arrival_hour{hour} + 1);
  drop_oldest();
}

void deduplication::restore(arrival_hour hour, std::string_view keys) {
  for (; keys.size() >= 16; keys.remove_prefix(16)) {
    if (auto key = hash_from_bytes(keys.substr(0, 16))) insert(*key, hour);
  }
}

std::vector<arrival_hour> deduplication::forget(timestamp now) {
  const auto least = static_cast<std::int32_t>(hour_of(now - window_));
  const bool expired = !hours_.empty() && hours_.front().first < least;
  while (!hours_.empty() && hours_.front().first < least) drop_oldest();
  if (expired) grow(slots_.size(), least);
  return std::exchange(dropped_, {});
}

duration deduplication::real_window(timestamp now) const noexcept {
  if (!whole_since_) return window_;
  const timestamp since{std::chrono::hours(*whole_since_)};
  return std::clamp(now - since, duration::zero(), window_);
}

}  // namespace beckon::epoch

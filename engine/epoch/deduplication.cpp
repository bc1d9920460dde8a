#include "engine/epoch/deduplication.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace beckon::epoch {
namespace {

constexpr std::size_t first_slots = 1024;
constexpr std::size_t least_slots = 16;
constexpr std::size_t parts_of_memory = 8;

timestamp last_of(arrival_hour hour) noexcept {
  return timestamp{std::chrono::hours(hour + 1)} - duration(1);
}

}  // namespace

hash128 deduplication_key(std::string_view source, std::string_view event_id,
                          hash128 subject_key) noexcept {
  return hash_builder{}.text(source).text(event_id).hash(subject_key).finish();
}

arrival_hour hour_of(timestamp arrival) noexcept {
  return std::chrono::floor<std::chrono::hours>(arrival).time_since_epoch().count();
}

deduplication::deduplication(duration window, std::size_t bytes)
    : window_(window),
      most_slots_(std::max(least_slots, std::bit_floor(bytes / sizeof(slot)))),
      segment_keys_(most_slots_ * 3 / 4 / parts_of_memory),
      slots_(std::min(first_slots, most_slots_)) {}

std::size_t deduplication::home(hash128 key) const noexcept {
  return key.high & (slots_.size() - 1);
}

deduplication::slot* deduplication::find(hash128 key) noexcept {
  for (std::size_t at = home(key);; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].segment == none) return nullptr;
    if (slots_[at].key == key) return &slots_[at];
  }
}

void deduplication::put(const slot& s) noexcept {
  std::size_t at = home(s.key);
  while (slots_[at].segment != none) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = s;
}

deduplication::segments::iterator deduplication::begin_of(arrival_hour hour) noexcept {
  return std::lower_bound(segments_.begin(), segments_.end(), hour,
                          [](const segment& s, arrival_hour h) { return s.hour < h; });
}

/// The last of its hour, or a new one when that has all it may.
deduplication::segment& deduplication::open_segment(arrival_hour hour, std::uint64_t epoch) {
  const auto behind = begin_of(hour + 1);
  if (behind != segments_.begin()) {
    segment& last = *std::prev(behind);
    if (last.hour == hour && last.keys < segment_keys_) return last;
  }
  return *segments_.insert(behind, {hour, epoch, beginning, ++last_number_, 0});
}

bool deduplication::insert(hash128 key, timestamp arrival, std::uint64_t epoch) {
  if (find(key) != nullptr) return false;
  make_room();
  segment& into = open_segment(hour_of(arrival), epoch);
  into.latest = std::max(into.latest, arrival);
  ++into.keys;
  ++used_;
  put({key, into.number});
  return true;
}

void deduplication::restore(const stored_keys& row) {
  for (auto left = row.keys; left.size() >= 16; left.remove_prefix(16)) {
    const hash128 key = *hash_from_bytes(left.substr(0, 16));
    if (find(key) == nullptr) make_room();
    segment& into = open_segment(row.hour, row.epoch);
    into.latest = std::max(into.latest, row.latest.value_or(last_of(row.hour)));
    ++into.keys;
    if (slot* const known = find(key)) {
      const auto before = std::find_if(segments_.begin(), segments_.end(), [&](const segment& s) {
        return s.number == known->segment;
      });
      --before->keys;
      known->segment = into.number;
    } else {
      ++used_;
      put({key, into.number});
    }
  }
}

void deduplication::make_room() {
  if ((used_ + 1) * 4 <= slots_.size() * 3) return;
  if (slots_.size() < most_slots_)
    grow();
  else
    evict();
}

void deduplication::grow() {
  std::vector<slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const auto& s : old) {
    if (s.segment != none) put(s);
  }
}

/// Before their time: they do not fit the memory.
void deduplication::evict() {
  std::size_t freed = 0;
  auto at = segments_.begin();
  for (; freed < segment_keys_ && at != segments_.end(); ++at) {
    freed += at->keys;
    const timestamp since = at->latest + duration(1);
    whole_since_ = std::max(whole_since_.value_or(since), since);
  }
  evicted_ += freed;
  remove(at);
}

/// All segments before `upto`, and their keys out of the table, where they are: no second table.
void deduplication::remove(segments::iterator upto) {
  std::vector<std::uint32_t> gone;
  for (auto at = segments_.begin(); at != upto; ++at) {
    gone.push_back(at->number);
    used_ -= at->keys;
    touched_.push_back(at->hour);
  }
  if (gone.empty()) return;
  segments_.erase(segments_.begin(), upto);
  std::sort(gone.begin(), gone.end());
  // From behind a free slot on: whatever a key had to step over has been put right before it.
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = 0;
  while (slots_[at].segment != none) ++at;
  for (std::size_t left = slots_.size(); left-- > 0;) {
    at = (at + 1) & mask;
    const slot s = std::exchange(slots_[at], {});
    if (s.segment != none && !std::binary_search(gone.begin(), gone.end(), s.segment)) put(s);
  }
}

std::vector<forgotten_keys> deduplication::forget(timestamp now) {
  remove(begin_of(hour_of(now - window_)));
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  std::vector<forgotten_keys> out;
  for (const arrival_hour hour : std::exchange(touched_, {})) {
    const auto left = begin_of(hour);
    const bool any = left != segments_.end() && left->hour == hour;
    if (!any) out.push_back({hour, forgotten_keys::all});
    if (any && left->first_epoch > 0) out.push_back({hour, left->first_epoch});
  }
  return out;
}

duration deduplication::real_window(timestamp now) const noexcept {
  if (!whole_since_) return window_;
  return std::clamp(now - *whole_since_, duration::zero(), window_);
}

}  // namespace beckon::epoch

// Which events were applied already: hash128(source, id, subject) by hour of arrival, exact,
// bounded in memory. Pure; owned by one partition. Source: design.md, "Deduplication".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/base/time.hpp"

namespace beckon::epoch {

/// The key of one (source, event id, subject).
hash128 deduplication_key(std::string_view source, std::string_view event_id,
                          hash128 subject_key) noexcept;

using arrival_hour = std::int64_t;  ///< hours since 1970
arrival_hour hour_of(timestamp arrival) noexcept;

/// An open-addressing table of (key, hour); 24 bytes a slot, at most 3/4 full.
class deduplication {
 public:
  /// Holds keys for `window`, at most in `bytes` of memory: then the oldest hour goes early.
  deduplication(duration window, std::size_t bytes);

  /// True when the key is new; it is remembered from then on.
  bool insert(hash128 key, arrival_hour hour);

  /// Keys of one hour from a stored chunk (16 bytes each).
  void restore(arrival_hour hour, std::string_view keys);

  /// Forgets hours that left the window at `now` or do not fit the memory. Returns them, oldest
  /// first.
  std::vector<arrival_hour> forget(timestamp now);

  std::size_t size() const noexcept { return used_; }
  /// Memory of the table.
  std::size_t bytes() const noexcept { return slots_.size() * sizeof(slot); }
  /// Keys that went before their time, because they did not fit the memory.
  std::uint64_t evicted() const noexcept { return evicted_; }

  /// How far back from `now` every key is remembered: the window's real length. The whole window,
  /// unless hours went before their time.
  duration real_window(timestamp now) const noexcept;

  /// The first hour behind those that went before their time; nullopt: none has. A new table is
  /// told by `restore_whole_since` what the one before it said.
  std::optional<arrival_hour> whole_since() const noexcept { return whole_since_; }
  void restore_whole_since(std::optional<arrival_hour> hour) noexcept { whole_since_ = hour; }

 private:
  struct slot {
    hash128 key;
    std::int32_t hour = empty;
  };
  static constexpr std::int32_t empty = INT32_MIN;

  std::size_t most_slots() const noexcept;
  void grow(std::size_t slots, std::int32_t keep_from);
  void drop_oldest();
  void evict_oldest();
  bool place(hash128 key, std::int32_t hour);

  duration window_;
  std::size_t bytes_;
  std::vector<slot> slots_;
  std::size_t used_ = 0;
  std::uint64_t evicted_ = 0;
  std::optional<arrival_hour> whole_since_;
  std::vector<arrival_hour> dropped_;                        // since the last call of forget
  std::vector<std::pair<std::int32_t, std::size_t>> hours_;  // hour -> keys, ascending
};

}  // namespace beckon::epoch

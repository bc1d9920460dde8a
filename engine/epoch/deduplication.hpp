// Which events were applied already: hash128(source, id, subject) by arrival, exact, bounded in
// memory. Pure; owned by one partition. Source: design.md, "Deduplication".
//
// Keys go by the hour once all of it has left the window. Where they do not fit the memory, the
// oldest go before: by hour of arrival, within an hour in the order they were taken, an eighth of
// the memory at a time. What is stored goes likewise, by whole hours or by the epochs that brought
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/base/time.hpp"

namespace beckon::epoch {

/// The key of one (source, event id, subject).
hash128 deduplication_key(std::string_view source, std::string_view event_id,
                          hash128 subject_key) noexcept;

using arrival_hour = std::int64_t;  ///< hours since 1970
arrival_hour hour_of(timestamp arrival) noexcept;

/// Keys of one hour of arrival as one row of the store holds them.
struct stored_keys {
  arrival_hour hour = 0;
  std::uint64_t epoch = 0;          ///< the last that brought one of them
  std::optional<timestamp> latest;  ///< no key arrived later; nullopt: not known, within the hour
  std::string_view keys;            ///< 16 bytes each, in the order they were taken
};

/// Keys of one hour that are remembered no more: those of epochs before `below`.
struct forgotten_keys {
  static constexpr std::uint64_t all = UINT64_MAX;
  arrival_hour hour = 0;
  std::uint64_t below = all;
  friend bool operator==(const forgotten_keys&, const forgotten_keys&) = default;
};

/// An open-addressing table of keys; 24 bytes a slot, at most 3/4 full.
class deduplication {
 public:
  /// Holds keys for `window`, at most in `bytes` of memory (at least 16 slots).
  deduplication(duration window, std::size_t bytes);

  /// True when the key is new; it is remembered from then on. `epoch` brings it; epochs never go
  /// back.
  bool insert(hash128 key, timestamp arrival, std::uint64_t epoch);

  /// Before the first `insert`; rows of an hour in the order of their epochs. A key that is in two
  /// rows was forgotten in between: the later one counts.
  void restore(const stored_keys& row);

  /// Forgets hours that left the window at `now`. Returns what went since the last call, for that
  /// or for memory: by hour.
  std::vector<forgotten_keys> forget(timestamp now);

  std::size_t size() const noexcept { return used_; }
  /// Memory of the table.
  std::size_t bytes() const noexcept { return slots_.size() * sizeof(slot); }
  /// Keys that went before their time, because they did not fit the memory.
  std::uint64_t evicted() const noexcept { return evicted_; }

  /// How far back from `now` every key is remembered: the window's real length. The whole window,
  /// unless keys went before their time.
  duration real_window(timestamp now) const noexcept;

  /// Every key that arrived then or later is remembered; nullopt: none went before its time. A new
  /// table is told by `restore_whole_since` what the one before it said.
  std::optional<timestamp> whole_since() const noexcept { return whole_since_; }
  void restore_whole_since(std::optional<timestamp> since) noexcept { whole_since_ = since; }

 private:
  struct slot {
    hash128 key;
    std::uint32_t segment = none;
  };
  static constexpr std::uint32_t none = 0;

  /// Keys of one hour that were taken one after the other, and go together.
  struct segment {
    arrival_hour hour = 0;
    std::uint64_t first_epoch = 0;  ///< of its first key
    timestamp latest = beginning;   ///< arrival
    std::uint32_t number = none;
    std::size_t keys = 0;
  };
  using segments = std::vector<segment>;

  std::size_t home(hash128 key) const noexcept;
  slot* find(hash128 key) noexcept;
  void put(const slot& s) noexcept;
  segments::iterator begin_of(arrival_hour hour) noexcept;
  segment& open_segment(arrival_hour hour, std::uint64_t epoch);
  void make_room();
  void grow();
  void evict();
  void remove(segments::iterator upto);

  duration window_;
  std::size_t most_slots_;
  std::size_t segment_keys_;  // at most
  std::vector<slot> slots_;
  std::size_t used_ = 0;
  std::uint64_t evicted_ = 0;
  std::optional<timestamp> whole_since_;
  segments segments_;  // by hour, then in the order their keys were taken
  std::uint32_t last_number_ = none;
  std::vector<arrival_hour> touched_;  // since the last call of forget: some of its keys went
};

}  // namespace beckon::epoch

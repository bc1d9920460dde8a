// The subjects a partition knows (those with rows), with what can be decided about them without a
// session: earliest deadline, interest, resident session. 48 bytes a subject; the timing wheel is
// threaded through the entries. Pure; owned by one partition. Source: design.md, "Partitions,
// epochs, commit", "Time".
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/base/time.hpp"
#include "engine/cep/rule_set.hpp"

namespace beckon::epoch {

class directory {
 public:
  using index = std::uint32_t;
  static constexpr index none = UINT32_MAX;

  static constexpr std::uint8_t row_state = 1, row_ledger = 2, row_profile = 4;

  /// Where an entry's timer is: nowhere, in the wheel, among what has come.
  enum class timer : std::uint8_t { off, wheel, come };

  struct entry {
    hash128 key;
    timestamp deadline = never;  ///< as stored; `never`: no timer
    cep::interest_bits interest = 0;
    std::uint32_t session = none;  ///< slot of the resident session, or none
    index next = none;             // of the wheel's bucket
    index previous = none;
    std::uint8_t rows = 0;  ///< which rows it has: `row_*` bits
    bool used = false;      ///< the slot is taken
    timer armed = timer::off;
  };
  static_assert(sizeof(entry) <= 48);

  directory();

  index find(hash128 key) const noexcept;
  /// The entry of `key`, made when new. May move entries: references end, indexes stay.
  index obtain(hash128 key);
  /// Forgets the subject (its timer too).
  void remove(index i);

  entry& at(index i) noexcept { return slab_[i]; }
  const entry& at(index i) const noexcept { return slab_[i]; }
  std::size_t size() const noexcept { return size_; }
  std::size_t armed() const noexcept { return armed_; }

  /// Sets the entry's deadline and arms, moves or disarms its timer.
  void set_deadline(index i, timestamp deadline);

  /// Entries whose deadline is <= `upto`, by (deadline, key), at most `most`; they stay armed until
  /// their deadline is set.
  std::vector<index> due(timestamp upto, std::size_t most);

 private:
  static constexpr std::uint32_t buckets = 4096;
  static constexpr std::int64_t tick_ms = 100;

  /// One that has come: taken from the wheel, still armed. It is void when the entry's deadline has
  /// been set since.
  struct come {
    timestamp deadline;
    hash128 key;
    index at = none;
    friend auto operator<=>(const come&, const come&) = default;
  };

  static std::int64_t tick_of(timestamp t) noexcept;
  static std::size_t bucket_of(timestamp t) noexcept;
  bool is_void(const come& c) const noexcept;
  void drop_void();
  void sweep(timestamp upto);
  void link(index i);
  void unlink(index i) noexcept;
  void grow_table();
  void place(index i) noexcept;

  std::vector<entry> slab_;
  std::vector<index> free_;
  std::vector<index> table_;  // open addressing, power of two
  std::size_t size_ = 0;
  std::size_t armed_ = 0;
  std::vector<index> wheel_;  // head of each bucket
  std::vector<come> come_;  // by (deadline, key); a storm is sorted once, however few are asked for
  std::size_t first_ = 0;   // of come_; what is before it is void
  std::size_t waiting_ = 0;         // entries among come_
  std::int64_t swept_ = INT64_MIN;  // the wheel holds nothing of ticks < swept_, unless dirty_
  bool dirty_ = false;
};

}  // namespace beckon::epoch

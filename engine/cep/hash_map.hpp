// From 128-bit hashes to things that stay where they are; it only grows. 16 bytes an entry and free
// space beside the things, and a place that is known before it is asked for can be fetched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "engine/base/hash.hpp"

namespace beckon::cep {

/// Not thread-safe. Pointers to its things stay valid as long as it lives.
template <class T>
class hash_map {
 public:
  struct entry {
    hash128 key;
    T content = {};
  };

  /// nullptr: it is not there.
  T* find(hash128 key) noexcept {
    if (slots_.empty()) return nullptr;
    entry* const found = slots_[place_of(key)].of;
    return found == nullptr ? nullptr : &found->content;
  }

  /// A new thing; the key is not there.
  T& add(hash128 key) {
    if ((entries_.size() + 1) * 4 > slots_.size() * 3) grow();
    slot& free = slots_[place_of(key)];
    entry& fresh = entries_.emplace_back();
    fresh.key = key;
    free = {key.high, &fresh};
    return fresh.content;
  }

  /// Brings the place nearer where `find` looks first.
  void fetch(hash128 key) const noexcept {
    if (!slots_.empty()) __builtin_prefetch(&slots_[key.low & (slots_.size() - 1)]);
  }

  /// In the order in which they were added.
  std::deque<entry>& entries() noexcept { return entries_; }

 private:
  struct slot {
    std::uint64_t high = 0;  // of the key: few others are looked at
    entry* of = nullptr;     // null: free
  };
  static constexpr std::size_t first_size = 1024;  // a power of two, like every size

  /// Where the key is, or where it belongs.
  std::size_t place_of(hash128 key) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = key.low & mask;
    while (slots_[at].of != nullptr && (slots_[at].high != key.high || slots_[at].of->key != key))
      at = (at + 1) & mask;
    return at;
  }

  void grow() {
    slots_.assign(slots_.empty() ? first_size : slots_.size() * 2, slot{});
    for (entry& e : entries_) slots_[place_of(e.key)] = {e.key.high, &e};
  }

  std::vector<slot> slots_;
  std::deque<entry> entries_;
};

}  // namespace beckon::cep

// A set of 128-bit hashes that only grows: 16 bytes an entry and free space, no memory per entry.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "engine/base/hash.hpp"

namespace beckon::cep {

/// Not thread-safe.
class hash_set {
 public:
  /// False: it was there already.
  bool insert(hash128 key) {
    if (key == hash128{}) return !std::exchange(has_zero_, true);
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    hash128& slot = slot_of(key);
    if (slot == key) return false;
    slot = key;
    ++size_;
    return true;
  }

 private:
  static constexpr std::size_t first_size = 1024;  // a power of two, like every size

  /// Where the key is, or where it belongs; a free slot is zero.
  hash128& slot_of(hash128 key) noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = key.low & mask;
    while (slots_[at] != key && slots_[at] != hash128{}) at = (at + 1) & mask;
    return slots_[at];
  }

  void grow() {
    const std::vector<hash128> before = std::exchange(
        slots_, std::vector<hash128>(slots_.empty() ? first_size : slots_.size() * 2));
    for (const hash128& key : before) {
      if (key != hash128{}) slot_of(key) = key;
    }
  }

  std::vector<hash128> slots_;
  std::size_t size_ = 0;
  bool has_zero_ = false;
};

}  // namespace beckon::cep

// Which dead letters the store holds of a partition, oldest first, and which go when there are more
// than may be kept. Pure; owned by one partition.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/base/time.hpp"

namespace beckon::epoch {

/// A dead letter that is kept.
struct stored_letter {
  timestamp time{};  ///< given up at
  hash128 id;
};

class letter_shelf {
 public:
  /// At most so many are kept; at least one.
  explicit letter_shelf(std::size_t most);

  /// What a new incarnation found, in any order. Once, before anything else.
  void restore(std::vector<stored_letter> found);

  /// A letter is written. Those that go for it, oldest first.
  std::vector<hash128> add(hash128 id);
  /// A letter goes, as it was given again; false: it is not there.
  bool remove(hash128 id);

  bool holds(hash128 id) const noexcept { return ages_.contains(id); }
  std::size_t size() const noexcept { return ages_.size(); }

 private:
  std::size_t most_;
  std::uint64_t last_age_ = 0;
  std::map<std::uint64_t, hash128> by_age_;
  std::unordered_map<hash128, std::uint64_t> ages_;
};

}  // namespace beckon::epoch

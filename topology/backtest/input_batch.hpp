// Inputs on their way from the thread that reads to one that judges, each in one piece of memory:
// one core writes them one behind the other, the other needs two or three cache lines of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/access/event.hpp"
#include "engine/base/hash.hpp"

namespace beckon::topology {

/// One event, for one lane's subjects among those it concerns.
struct lane_input {
  event what;
  std::vector<concerned_subject> subjects;
};

/// Not thread-safe. Keeps its room when cleared.
class input_batch {
 public:
  /// What is known of an input without reading it.
  struct entry {
    hash128 first;                ///< key_of the first of its subjects; of none: zeros
    timestamp clock = beginning;  ///< that stands before it
    std::size_t at = 0;           ///< where its bytes begin
    std::uint32_t subjects = 0;   ///< how many
    event_type_id type{};
  };

  void add(const event& e, std::span<const concerned_subject> subjects, hash128 first,
           timestamp clock);
  void clear() noexcept;

  std::size_t size() const noexcept { return entries_.size(); }
  /// Of all inputs together.
  std::size_t bytes() const noexcept { return bytes_.size(); }
  const entry& operator[](std::size_t i) const noexcept { return entries_[i]; }

  /// Into one whose room is used again.
  void read(std::size_t i, lane_input& into) const;

  /// Brings nearer what `read` needs.
  void fetch(std::size_t i) const noexcept;

 private:
  std::vector<entry> entries_;
  std::string bytes_;
};

}  // namespace beckon::topology

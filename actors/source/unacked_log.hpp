// How many bytes of a door's log the broker has not taken. Pure; the door's thread only.
#pragma once

#include <cstdint>
#include <deque>

namespace beckon::actors {

class unacked_log {
 public:
  /// An event that is in the log; positions grow.
  void add(std::uint64_t position, std::uint64_t bytes) {
    if (marks_.empty() || total_ - marks_.back().begins >= grain) marks_.push_back({0, total_, 0});
    total_ += bytes;
    marks_.back().position = position;
    marks_.back().ends = total_;
  }

  /// Everything up to `position` is taken.
  void acked(std::uint64_t position) {
    for (; !marks_.empty() && marks_.front().position <= position; marks_.pop_front())
      acked_ = marks_.front().ends;
  }

  std::uint64_t bytes() const noexcept { return total_ - acked_; }

 private:
  static constexpr std::uint64_t grain = 4096;
  struct mark {
    std::uint64_t position = 0;  ///< of its last event
    std::uint64_t begins = 0;    ///< bytes before it …
    std::uint64_t ends = 0;      ///< … and with it
  };

  std::deque<mark> marks_;  // one for about each `grain` bytes
  std::uint64_t total_ = 0;
  std::uint64_t acked_ = 0;
};

}  // namespace beckon::actors

// Whether an epoch that has concerned nobody so far is committed yet. What it has read is still in
// the queues and nobody waits for its commit, which would only hold up those that somebody waits
// for: so it stays open, for what comes next. Pure; owned by one partition.
#pragma once

#include <cstddef>

#include "engine/base/time.hpp"

namespace beckon::epoch {

class quiet_epoch {
 public:
  /// The epoch has read so many entries more.
  void read(std::size_t entries, timestamp now) noexcept {
    if (entries_ == 0) since_ = now;
    entries_ += entries;
  }
  bool has_read() const noexcept { return entries_ > 0; }
  /// It waits for more: it may hold `most` entries and stay open for `longest`, which a restart then
  /// reads again beside what was being committed.
  bool may_stay_open(std::size_t most, duration longest, timestamp now) const noexcept {
    return entries_ < most && now - since_ < longest;
  }
  /// It is committed.
  void over() noexcept { entries_ = 0; }

 private:
  std::size_t entries_ = 0;
  timestamp since_{};  // when the first of them was read
};

}  // namespace beckon::epoch

// Whether an epoch begins while the one before is being written. Begun at once, it would be small,
// and whatever comes behind it would wait for it; begun when the commit is half way, it is ready in
// time. Where commits are as quick as epochs there is nothing to gain. Pure; owned by one
// partition.
#pragma once

#include <algorithm>

#include "engine/base/time.hpp"

namespace beckon::epoch {

class commit_pace {
 public:
  static constexpr duration least{2};   ///< a commit that takes less is waited for
  static constexpr duration most{100};  ///< one that takes longer (a full disk) counts as this

  /// A commit has taken so long, from the record's handing over to its answer.
  void committed(duration took) noexcept { eightfold_ += std::min(took, most) - eightfold_ / 8; }

  /// One has been under way for so long.
  bool may_begin(duration under_way) const noexcept {
    return under_way >= std::max(least, eightfold_ / 16);
  }

 private:
  duration eightfold_{};  // eight times what commits have taken of late
};

}  // namespace beckon::epoch

// Events of one subject, held back until they can be put in time order (a source's `out_of_order`).
// Pure; owned by one session. Source: language.md, "Meaning", 1.
#pragma once

#include <string>
#include <vector>

#include "engine/access/event.hpp"
#include "engine/base/time.hpp"

namespace beckon::cep {

struct held_event {
  event what;
  std::vector<std::string> roles;
};

/// `passed` is everywhere the clock minus out_of_order: nothing that happened until then is waited
/// for any more. It must not go back.
class reorder_buffer {
 public:
  /// Moves `e` in when it happened after `passed`. False: it came too late to be put in order, is
  /// untouched, and is to be judged at once, after what `release(passed)` gives.
  bool hold(held_event& e, timestamp passed);

  /// Removes and returns what happened at or before `passed`: by time, equal times by arrival.
  std::vector<held_event> release(timestamp passed);

  /// When `passed` must be for something to be released; `never`: nothing is held.
  timestamp next() const noexcept { return held_.empty() ? never : held_.front().what.time; }
  bool empty() const noexcept { return held_.empty(); }

  /// By time, equal times by arrival: to be stored, and to be filled again in the same order.
  std::vector<held_event>& content() noexcept { return held_; }
  const std::vector<held_event>& content() const noexcept { return held_; }

 private:
  std::vector<held_event> held_;
};

}  // namespace beckon::cep

// What a door may take for stored in a queue, from its own last messages there. An entry counts
// only when the partition takes it: what stands behind a gap does not. Pure.
//
// A message says of itself: `after`, the position before its first entry (0: the first of a life,
// which follows everything before it); `low_water`, up to which everything was acked. Begin and end
// messages say in `after` what was stored before them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/access/door.hpp"

namespace beckon {

/// A door's message in a queue.
struct door_message {
  envelope_kind kind = envelope_kind::entries;
  std::uint64_t after = 0;
  std::uint64_t low_water = 0;
  std::uint64_t last = 0;  ///< of its entries; 0: it has none
};

class stored_trace {
 public:
  /// `whole`: nothing of the queue was purged, and all of it will be seen. A first message that
  /// builds on earlier ones is then one of a door that did not know yet that they are gone.
  explicit stored_trace(bool whole) : whole_(whole) {}

  /// Messages from the newest back; true: what is older says nothing more.
  bool add(const door_message& m) {
    messages_.push_back(m);
    if (starts_life(m)) return begun_ = true;
    return !whole_ && (m.kind == envelope_kind::end || m.after <= m.low_water);
  }

  /// The door has never been here.
  bool nothing() const { return whole_ && messages_.empty(); }

  /// Every position up to this is in the queue.
  std::uint64_t stored() const {
    std::uint64_t up_to = 0;
    for (auto m = messages_.rbegin(); m != messages_.rend(); ++m) {
      if (trusted()) up_to = std::max(up_to, m->low_water);
      if (trusted() && m->kind != envelope_kind::entries) up_to = std::max(up_to, m->after);
      if (starts_life(*m) || m->after <= up_to) up_to = std::max(up_to, m->last);
    }
    return up_to;
  }
  /// Every position up to this was in every queue.
  std::uint64_t low_water() const {
    std::uint64_t highest = 0;
    if (!trusted()) return highest;
    for (const auto& m : messages_) highest = std::max(highest, m.low_water);
    return highest;
  }
  /// The highest position seen, behind a gap or not.
  std::uint64_t last() const {
    std::uint64_t highest = 0;
    for (const auto& m : messages_) highest = std::max({highest, m.last, m.after, m.low_water});
    return highest;
  }

 private:
  static bool starts_life(const door_message& m) {
    return m.kind == envelope_kind::begin || (m.kind == envelope_kind::entries && m.after == 0);
  }
  bool trusted() const { return begun_ || !whole_; }

  std::vector<door_message> messages_;  // the newest first
  bool whole_;
  bool begun_ = false;
};

}  // namespace beckon

// What is decided about: a moment that fired, and the facts a decision may look at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/base/subject.hpp"
#include "engine/base/time.hpp"
#include "engine/base/value.hpp"

namespace beckon::outreach {

/// One firing of a rule for one subject, on its way to the actions that subscribe to the rule.
struct request {
  hash128 occurrence;  ///< identity of the moment; also the trace id
  subject who;
  std::string rule;
  std::string rule_version;
  std::string key;      ///< canonical bytes of the SAME values
  timestamp fired{};    ///< the firing's time
  timestamp arrival{};  ///< of the completing event; `beginning` for a deadline
  field_list returns;
  // What it has waited for, by filters' ids.
  std::vector<std::string> held_by = {};      ///< none of them holds it a second time
  std::vector<std::string> answered_by = {};  ///< they asked, and were told to pass
};

/// One send that was decided: it counts in fatigue from then on, until released because it failed
/// for good.
struct reservation {
  hash128 delivery;
  std::string action;
  std::string channel;
  timestamp time{};  ///< the decision's now
};

/// A subject's sends, oldest first by `time`. Plain value; owned by the session, worked on by its
/// partition.
class ledger {
 public:
  /// Inserts in time order.
  void reserve(reservation r);
  /// Removes it; false when it is not there.
  bool release(hash128 delivery);
  /// Forgets reservations with time <= `before`.
  void forget(timestamp before);
  /// Reservations with time > `after`, also those later than now (replay decides out of order); of
  /// `action` only when it is not empty.
  std::size_t count(timestamp after, std::string_view action = {}) const noexcept;

  const std::vector<reservation>& all() const noexcept { return entries_; }
  bool empty() const noexcept { return entries_.empty(); }

 private:
  std::vector<reservation>::const_iterator first_after(timestamp t) const noexcept;

  std::vector<reservation> entries_;
};

/// What filters hold of a subject until the same moment.
struct open_hold {
  std::string filter;  ///< its id
  timestamp until{};
  int priority = 0;   ///< the highest among what is held …
  timestamp fired{};  ///< … and the first firing that has it
  friend bool operator==(const open_hold&, const open_hold&) = default;
};

/// What filters may look at beside the request: all of it the subject's own, as of this round.
struct facts {
  field_list profile;
  ledger sends;
  std::vector<open_hold> holds = {};  ///< by filter, then by end
};

}  // namespace beckon::outreach

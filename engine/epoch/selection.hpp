// Which events go to a session: decided once per event and subject, without a session. Pure.
// Source: design.md, "Partitions, epochs, commit", 2.
#pragma once

#include "engine/cep/rule_set.hpp"
#include "engine/epoch/directory.hpp"

namespace beckon::epoch {

/// Some rule names the type, or it is a row of a profile: the event has to be looked at (and needs
/// a deduplication key).
inline bool named(const cep::rule_set& rules, event_type_id type) noexcept {
  return type == type_profile_row || rules.names(type);
}

/// The event concerns this subject's rules. `known`: the subject's directory entry, or null.
/// `goes_already`: an earlier event of the subject goes to its session in this epoch, so all later
/// ones do. `held_back`: the kind has a reorder buffer, whose events interest does not show: every
/// named event goes.
inline bool concerns(const cep::rule_set& rules, const event& e, const directory::entry* known,
                     bool goes_already, bool held_back) noexcept {
  if (e.type == type_profile_row || goes_already || held_back) return true;
  if (known && (known->interest & rules.interest_of(e.type)) != 0) return true;
  return rules.can_begin(e.type) && rules.can_begin(e);
}

/// Live: an event that comes later than this after it happened is counted late and not judged.
inline bool late(const event& e, duration late_limit) noexcept {
  return e.arrival - e.time > late_limit;
}

}  // namespace beckon::epoch

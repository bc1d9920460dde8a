// From when on the past of look-backs is known once recorded events were brought in. Pure; any
// thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/cep/rule_set.hpp"

namespace beckon::cep {

/// What recorded events are complete for.
struct past_cover {
  timestamp from = never;         ///< no event is missing that happened then or later …
  timestamp to = beginning;       ///< … and not after this
  std::set<event_type_id> types;  ///< of those that are in it
  bool all_types = false;         ///< a type that is not in it did not happen
};

/// One look-back of one rule.
struct covered_look_back {
  std::string rule;
  duration length{};
  bool noted = false;    ///< it was recorded already; else it will be
  timestamp recorded{};  ///< from then on
  timestamp since{};     ///< the same, or earlier by what is covered
  duration gap{};        ///< between what is covered and what is recorded; zero: none
  std::vector<std::string> missing_types;  ///< which it watches and which are not covered

  bool is_covered() const noexcept { return gap == duration::zero() && missing_types.empty(); }
};

struct covered_past {
  known_past known;  ///< what was stored, with what is known from earlier on now
  std::vector<covered_look_back> look_backs;  ///< by rule, in the order of its text
  bool changed = false;                       ///< `known` differs from what was stored
};

/// A look-back's past is known from the beginning of what is covered, if that has its types and
/// reaches to where recording began; recording of those that are not in `stored` begins at
/// `not_yet`.
covered_past cover_past(const known_past& stored, const rule_set& rules, const past_cover& covered,
                        timestamp not_yet);

}  // namespace beckon::cep

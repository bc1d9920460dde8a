// Since when a deployment has recorded what its rules' look-backs ask for (Meaning 5 of the
// language). Pure.
#pragma once

#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/cep/rule_set.hpp"

namespace beckon::cep {

/// A look-back that asks for more past than is recorded.
struct short_past {
  std::string rule;
  duration asked{};
  timestamp since{};
};

struct recorded_past {
  known_past known;               ///< of the look-backs of these rules, and of no others
  std::vector<short_past> too_short;  ///< by rule, as of `now`
  bool changed = false;           ///< differs from what was stored
};

/// What was stored, brought in line with the rules now in force: a look-back that is new is recorded
/// from `now` on; one that is gone is not recorded any more.
recorded_past note_past(const known_past& stored, const rule_set& rules, timestamp now);

}  // namespace beckon::cep

// What look-backs would remember had their rules been in force earlier: worked out from recorded
// events by a replay, taken over by the states of subjects. Pure; any thread.
#pragma once

#include <cstddef>
#include <memory>

#include "engine/cep/step.hpp"

namespace beckon::cep {

/// Those of the rules that look back, and those with TO EACH, whose derived events they may look
/// back to: what a replay needs for `take_past`. Null: none looks back.
std::shared_ptr<const rule_set> rules_that_look_back(const rule_set& rules);

struct taken_past {
  std::size_t times = 0;         ///< look-backs that are noted later now, or noted at all
  std::size_t clocks = 0;        ///< rules' clocks that had to follow
  std::size_t keys_dropped = 0;  ///< SAME keys beyond the most that are live
};

/// Of each look-back of a rule in force `into` notes the later of both times; runs, windows and
/// FIRE limits stay. `into` is read under `rules`, `from` under any set with rules of theirs. What
/// is over at `passed` is not taken.
///
/// A time that both know counts once, for look-backs keep only their last one: what the node judged
/// itself, or will judge, may stand in the recorded events too. A second time changes nothing.
///
/// A rule's clock goes on to what is noted only where that is later, as it would have when the
/// event was judged: stored state remembers nothing that is later than its clock. A rule without
/// state gets one with look-backs alone. Versions that drain look back to what they have noted
/// themselves.
taken_past take_past(subject_state& into, subject_state from, const rule_set& rules,
                     timestamp passed);

}  // namespace beckon::cep

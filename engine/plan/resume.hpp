// Decisions that cannot be had at once: how one is put off, and what becomes of it when it is taken
// up again. Pure; any thread. Source: design.md, "Pending."
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/epoch/pending.hpp"
#include "engine/plan/plan.hpp"

namespace beckon {

/// Where in a plan a decision was put off.
struct put_off_place {
  std::size_t action = 0;    ///< index into plan::actions
  std::size_t filter = 0;    ///< index into plan::filters …
  std::size_t position = 0;  ///< … and where in its chain
};

/// The pending decision that a filter's `why.later` makes. `now`: of the question; `node_time`:
/// what is asked outside is waited for by that clock. It wakes when its action expires at the
/// latest, and no sooner than one tick later. The name is the caller's to give.
epoch::pending_decision put_off(const plan& p, const put_off_place& where,
                                std::shared_ptr<const outreach::request> what,
                                const outreach::verdict& why, timestamp now, timestamp node_time);

/// How it goes on.
struct resumption {
  enum class way : std::uint8_t {
    whole_chain,  ///< as if it had just been routed
    next_filter,  ///< from `position` on
    ended,        ///< by routing or for its age; by `filter` when that is not empty
  };
  way what = way::ended;
  std::size_t action = 0;
  std::size_t position = 0;
  std::string filter = {};
  std::string reason =
      {};  ///< ended: rule_gone, no_action, a routing's word, expired, ask_timeout, …
  field_list values = {};
};

/// Under the plan in force; `now`: of the decision. What was deferred runs its whole chain; so does
/// what was asked under a plan of another revision, whatever the answer.
resumption resume(const plan& p, const epoch::woken_decision& w, timestamp now);

}  // namespace beckon

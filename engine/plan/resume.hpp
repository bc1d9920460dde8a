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
  std::size_t action = 0;  ///< index into plan::actions
  std::size_t filter = 0;  ///< index into plan::filters
};

/// The pending decision that a filter's `why.later` makes. `now`: of the question; `node_time`:
/// what is asked outside is waited for by that clock. It wakes when its action expires at the
/// latest, and, unless it is held, no sooner than one tick later. The name is the caller's to give.
epoch::pending_decision put_off(const plan& p, const put_off_place& where,
                                std::shared_ptr<const outreach::request> what,
                                const outreach::verdict& why, timestamp now, timestamp node_time);

/// How it goes on.
struct resumption {
  enum class way : std::uint8_t {
    chain,  ///< its whole chain decides, with the request as it is now
    ended,  ///< by routing or for its age; by `filter` when that is not empty
  };
  way what = way::ended;
  std::size_t action = 0;
  std::shared_ptr<const outreach::request> request = {};  ///< chain: which filters it is done with
  std::string filter = {};
  std::string reason =
      {};  ///< ended: rule_gone, no_action, a routing's word, expired, ask_timeout, …
  field_list values = {};
};

/// Under the plan in force; `now`: of the decision. Answers given under a plan of another revision
/// are not heeded: the chain asks again.
resumption resume(const plan& p, const epoch::woken_decision& w, timestamp now);

}  // namespace beckon

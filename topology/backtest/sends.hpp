// What the outreach side would have done with a replay's firings: routing, chains, fatigue and
// rendering, without channels.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/cep/replay.hpp"
#include "engine/plan/plan.hpp"
#include "topology/backtest/profile_history.hpp"

namespace beckon::topology {

struct rule_figures {
  std::string rule;
  std::string version;
  std::uint64_t firings = 0;
  std::uint64_t users = 0;  ///< different subjects among them
  std::uint64_t withheld_by_condition = 0;
  std::uint64_t withheld_by_fire_limit = 0;
  std::uint64_t withheld_outside_active = 0;
};

struct action_figures {
  std::string action;
  std::string rule;
  std::uint64_t firings = 0;
  std::uint64_t routed = 0;  ///< enabled and valid at the time
  std::vector<std::pair<std::string, std::uint64_t>>
      after_filter;           ///< left after each filter of the chain
  std::uint64_t refused = 0;  ///< passed every filter, but could not be rendered
  std::uint64_t sent = 0;
  std::uint64_t users = 0;  ///< different subjects among the sent
};

struct backtest_figures {
  std::vector<rule_figures> rules;      ///< by name, also those that never fired
  std::vector<action_figures> actions;  ///< by priority, then id
};

/// Decides every firing at its own time, or, where a filter defers or holds it, at the end of that;
/// of a TO EACH rule, once for each whom it told. `firings`
/// as replay::finish gives them.
backtest_figures decide_all(const plan& p, const std::vector<cep::firing>& firings,
                            const profile_history& profiles);

}  // namespace beckon::topology

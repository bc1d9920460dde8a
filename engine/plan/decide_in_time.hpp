// Decisions one after another, by the clock of the firings themselves: what is put off is taken up
// at its time, before whatever fires then or later. What a backtest decides by. Pure; one thread.
#pragma once

#include <functional>
#include <limits>
#include <unordered_map>

#include "engine/epoch/pending.hpp"
#include "engine/plan/decide.hpp"

namespace beckon {

class decisions_in_time {
 public:
  /// The subject's profile at a moment.
  using profile_source = std::function<field_list(const subject&, timestamp)>;
  /// Called once per (request, action), when it is decided for good. Nobody is asked outside: such
  /// a decision is given as filtered.
  using sink = std::function<void(const decision&, const outreach::request&)>;

  /// `p` outlives it.
  decisions_in_time(const plan& p, profile_source profiles, sink told)
      : plan_(p), profiles_(std::move(profiles)), told_(std::move(told)) {}

  /// Requests in the order of their firing times.
  void decide(const outreach::request& what);
  /// Takes up what still waits.
  void finish() { take_up(never); }

 private:
  void take_up(timestamp upto);
  void take_up(const epoch::woken_decision& w);
  void decide(const candidate& c, std::shared_ptr<const outreach::request> what, timestamp now);

  const plan& plan_;
  profile_source profiles_;
  sink told_;
  epoch::pending_shelf pending_{std::numeric_limits<std::size_t>::max()};
  std::unordered_map<hash128, outreach::facts> facts_;
};

}  // namespace beckon

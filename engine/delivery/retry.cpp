#include "engine/delivery/retry.hpp"

#include <algorithm>
#include <cmath>

namespace beckon::delivery {
namespace {

duration scaled(duration d, double factor) noexcept {
  return duration{std::llround(static_cast<double>(d.count()) * factor)};
}

duration back_off(const retry_policy& policy, std::uint32_t attempt) noexcept {
  duration wait = std::min(policy.first, policy.longest);
  for (std::uint32_t i = 1; i < attempt && wait < policy.longest; ++i) {
    wait = wait > policy.longest / 2 ? policy.longest : wait * 2;
  }
  return wait;
}

duration wait_before_next(const retry_policy& policy, std::uint32_t attempt,
                          std::optional<duration> retry_after, double random) noexcept {
  const duration most = back_off(policy, attempt);
  const duration wait = scaled(most, 1 - policy.jitter * random);
  if (!retry_after) return wait;
  const duration asked = std::clamp(*retry_after, duration::zero(), longest_retry_after);
  return std::max(wait, asked + scaled(std::min(most, asked), policy.jitter * random));
}

next_step dead(std::string reason, bool may_have_taken_effect) {
  return {
      next_step::kind::dead, {}, may_have_taken_effect, !may_have_taken_effect, std::move(reason)};
}

}  // namespace

next_step after_attempt(const retry_policy& policy, const attempt_state& state, answer a,
                        std::optional<duration> retry_after, timestamp now,
                        double random) noexcept {
  const bool may_have = state.may_have_taken_effect || a == answer::unknown;
  if (a == answer::delivered) return {next_step::kind::delivered, {}, true, false, {}};
  if (a == answer::refused) return dead("refused", may_have);
  if (a == answer::unknown && state.when_unknown == ambiguity::at_most_once)
    return dead("ambiguous", may_have);
  if (state.attempt >= policy.most_attempts) return dead("attempts", may_have);
  const timestamp at =
      saturating_add(now, wait_before_next(policy, state.attempt, retry_after, random));
  if (expired(state, at)) return dead("expired", may_have);
  return {next_step::kind::retry, at, may_have, false, {}};
}

bool expired(const attempt_state& state, timestamp now) noexcept {
  return now >= state.expires;
}

}  // namespace beckon::delivery

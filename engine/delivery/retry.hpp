// What becomes of a delivery after an attempt: done, again at a time, or dead. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/time.hpp"

namespace beckon::delivery {

struct retry_policy {
  std::uint32_t most_attempts = 8;
  duration first{1000};      ///< back-off before the second attempt; doubles
  duration longest{60'000};  ///< of the back-off, before jitter
  double jitter = 1;         ///< share of the back-off that is random: 1 is full jitter
};

/// What the provider answered, as port::receipt says it.
enum class answer : std::uint8_t { delivered, refused, busy, unknown };

/// What is done when nobody knows whether an attempt took effect.
enum class ambiguity : std::uint8_t {
  at_least_once,  ///< it is tried again, under the same delivery id
  at_most_once,   ///< it is dead: no second attempt could be excluded from taking effect
};

/// State of a delivery between attempts, as the outbox keeps it.
struct attempt_state {
  std::uint32_t attempt = 1;           ///< the one just made
  bool may_have_taken_effect = false;  ///< some earlier attempt ended unknown
  timestamp expires = never;
  ambiguity when_unknown = ambiguity::at_least_once;
};

struct next_step {
  enum class kind : std::uint8_t { delivered, retry, dead } what = kind::dead;
  timestamp at{};  ///< of the retry
  bool may_have_taken_effect = false;
  bool release = false;  ///< dead, and certainly without effect: give the reservation back
  std::string reason;    ///< why dead: refused, attempts, expired, ambiguous
};

/// A provider's Retry-After is believed up to here.
inline constexpr duration longest_retry_after = std::chrono::hours(24);

/// `random` in [0,1): seeded by the caller. Retry-After wins over the back-off when it is longer;
/// its jitter, of the back-off's size, only adds, so that no retry comes before it. A retry that
/// would not start before `expires` is dead at once.
next_step after_attempt(const retry_policy& policy, const attempt_state& state, answer a,
                        std::optional<duration> retry_after, timestamp now, double random) noexcept;

/// Whether an entry may still be attempted at `now`.
bool expired(const attempt_state& state, timestamp now) noexcept;

}  // namespace beckon::delivery

// Whether a channel may make an attempt now: a circuit breaker per endpoint and a budget of retries
// for the whole channel, so that a provider in trouble is left alone and nobody's retries become
// its flood. Pure; all times are node time; not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/settings.hpp"
#include "engine/base/time.hpp"
#include "engine/delivery/retry.hpp"

namespace beckon::delivery {

struct breaker_policy {
  std::uint32_t failures = 5;  ///< in a row: the endpoint is left alone. 0: never
  duration open_for{5'000};    ///< then one attempt is let through; doubles while that fails …
  duration longest{60'000};    ///< … up to here
};

/// `breaker: {failures, open_for, longest}` of a configuration; what is wrong goes to `out`.
breaker_policy read_breaker_policy(const settings& node, problems& out);

/// One endpoint: closed (attempts go) → open (none goes) → half open (one goes and decides).
class breaker {
 public:
  explicit breaker(const breaker_policy& policy) : policy_(&policy) {}

  /// Nullopt: go. Else: not before then. In an open breaker whose time is over the first to ask is
  /// the one attempt let through.
  std::optional<timestamp> hold(timestamp now) noexcept;
  /// What an attempt came to. Delivered and refused say that the endpoint works.
  void note(answer what, timestamp now) noexcept;

  bool open() const noexcept { return openings_ > 0; }
  /// Nothing to remember: as if it were new.
  bool idle() const noexcept { return !open() && failures_ == 0; }

 private:
  const breaker_policy* policy_;
  std::uint32_t failures_ = 0;  // in a row, while closed
  std::uint32_t openings_ = 0;  // in a row; 0: closed
  bool probing_ = false;        // open, and one attempt was let through
  timestamp next_probe_ = beginning;
};

struct retry_budget_policy {
  double share = 0.1;        ///< retries per first attempt …
  double per_second = 1;     ///< … and so many more, so that few deliveries are tried again, too
  double saved_most = 1000;  ///< what is not used is saved up to here
};

/// Retries a channel may still make.
class retry_budget {
 public:
  explicit retry_budget(const retry_budget_policy& policy)
      : policy_(&policy), left_(policy.per_second) {}

  void first_attempt() noexcept;
  /// Nullopt: go, and one is used. Else: not before then.
  std::optional<timestamp> hold(timestamp now) noexcept;

 private:
  const retry_budget_policy* policy_;
  double left_;
  timestamp filled_ = beginning;
};

/// The origin of an address that is a URL; "" for any other: the channel itself is the endpoint.
std::string_view endpoint_of(std::string_view address) noexcept;

/// Both, for one channel.
class attempt_gate {
 public:
  attempt_gate(const breaker_policy& breaking, const retry_budget_policy& retrying)
      : breaking_(breaking), retrying_(retrying), budget_(retrying_) {}
  attempt_gate(const attempt_gate&) = delete;
  attempt_gate& operator=(const attempt_gate&) = delete;

  /// Nullopt: the attempt goes, and `note` follows. Else: it is not made before then.
  std::optional<timestamp> hold(std::string_view address, std::uint32_t attempt, timestamp now);
  /// True: the endpoint's breaker has just opened or closed. `says_when`: the answer came with a
  /// Retry-After: busy is then no failure, because the delivery's own pause is enough.
  bool note(std::string_view address, answer what, bool says_when, timestamp now);

  /// Endpoints left alone now.
  std::size_t open() const noexcept { return open_; }

 private:
  const breaker_policy breaking_;
  const retry_budget_policy retrying_;
  retry_budget budget_;
  std::map<std::string, breaker, std::less<>> endpoints_;  // those with something to remember
  std::size_t open_ = 0;
};

}  // namespace beckon::delivery

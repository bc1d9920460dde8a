#include "engine/delivery/breaker.hpp"

#include <algorithm>
#include <cmath>

namespace beckon::delivery {

breaker_policy read_breaker_policy(const settings& node, problems& out) {
  constexpr std::int64_t most_failures = 10'000;
  const std::size_t before = out.size();
  breaker_policy p;
  settings_reader options(node, "'breaker'", out);
  p.failures =
      static_cast<std::uint32_t>(options.integer("failures", p.failures, 0, most_failures));
  p.open_for = options.span("open_for", p.open_for);
  p.longest = options.span("longest", std::max(p.longest, p.open_for));
  options.finish();
  if (out.size() == before && (p.open_for <= duration::zero() || p.longest < p.open_for)) {
    out.push_back(node.at("'open_for' must be longer than 0 and at most 'longest'"));
  }
  return p;
}

std::optional<timestamp> breaker::hold(timestamp now) noexcept {
  if (!open()) return std::nullopt;
  if (now < next_probe_) return next_probe_;
  probing_ = true;
  // Should its answer be lost, another goes then.
  next_probe_ = saturating_add(now, policy_->open_for);
  return std::nullopt;
}

void breaker::note(answer what, timestamp now) noexcept {
  if (what == answer::delivered || what == answer::refused) {
    *this = breaker(*policy_);
    return;
  }
  if (open() && !probing_) return;  // it was under way when the breaker opened
  if (!open() && (policy_->failures == 0 || ++failures_ < policy_->failures)) return;
  duration wait = std::min(policy_->open_for, policy_->longest);
  for (std::uint32_t i = 0; i < openings_ && wait < policy_->longest; ++i) {
    wait = std::min(wait * 2, policy_->longest);
  }
  ++openings_;
  probing_ = false;
  next_probe_ = saturating_add(now, wait);
}

void retry_budget::first_attempt() noexcept {
  left_ = std::min(left_ + policy_->share, policy_->saved_most);
}

std::optional<timestamp> retry_budget::hold(timestamp now) noexcept {
  if (filled_ != beginning && now > filled_) {
    const double seconds = std::chrono::duration<double>(now - filled_).count();
    left_ = std::min(left_ + seconds * policy_->per_second, policy_->saved_most);
  }
  filled_ = std::max(filled_, now);
  if (left_ >= 1) {
    left_ -= 1;
    return std::nullopt;
  }
  const double seconds = policy_->per_second > 0 ? (1 - left_) / policy_->per_second : 1;
  return saturating_add(now, duration(std::llround(std::ceil(seconds * 1000))));
}

std::string_view endpoint_of(std::string_view address) noexcept {
  const auto scheme = address.find("://");
  if (scheme == std::string_view::npos) return {};
  return address.substr(0, address.find_first_of("/?#", scheme + 3));
}

std::optional<timestamp> attempt_gate::hold(std::string_view address, std::uint32_t attempt,
                                            timestamp now) {
  const auto endpoint = endpoints_.find(endpoint_of(address));
  const bool open = endpoint != endpoints_.end() && endpoint->second.open();
  if (open) return endpoint->second.hold(now);  // what it lets through needs no budget
  if (attempt > 1) return budget_.hold(now);
  budget_.first_attempt();
  return std::nullopt;
}

bool attempt_gate::note(std::string_view address, answer what, bool says_when, timestamp now) {
  if (what == answer::busy && says_when) return false;
  const auto name = endpoint_of(address);
  auto endpoint = endpoints_.find(name);
  if (endpoint == endpoints_.end()) {
    if (what == answer::delivered || what == answer::refused) return false;
    endpoint = endpoints_.emplace(name, breaker(breaking_)).first;
  }
  const bool was_open = endpoint->second.open();
  endpoint->second.note(what, now);
  const bool is_open = endpoint->second.open();
  if (endpoint->second.idle()) endpoints_.erase(endpoint);
  if (was_open == is_open) return false;
  is_open ? ++open_ : --open_;
  return true;
}

}  // namespace beckon::delivery

// An action: what happens when a rule fires. Subscribes to a rule by name.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/settings.hpp"
#include "engine/delivery/retry.hpp"
#include "engine/outreach/request.hpp"

namespace beckon::outreach {

class material;

struct action {
  std::string id;
  std::string rule;  ///< the rule's name
  bool enabled = true;
  std::optional<timestamp> valid_from;  ///< validity [from, to) by the firing's time
  std::optional<timestamp> valid_to;
  int priority = 0;   ///< higher first
  std::string chain;  ///< filter chain; empty: none
  std::shared_ptr<const material> content;
  std::string material_id;
  std::string channel;
  duration expires_after{};  ///< counted from the firing; zero: never
  delivery::ambiguity when_unknown = delivery::ambiguity::at_least_once;
};

/// Why an action takes a request or does not.
enum class routing : std::uint8_t { taken, disabled, not_yet_valid, expired };
std::string_view to_string(routing r) noexcept;

/// Whether `a` takes a firing of its rule at `fired`.
routing route(const action& a, timestamp fired) noexcept;

/// When a firing of `fired` is too old for `a`; `never`: it does not expire.
timestamp expiry_of(const action& a, timestamp fired) noexcept;

/// delivery id = hash of (occurrence, action, channel position): known before the first attempt,
/// equal on every retry.
hash128 delivery_id_of(hash128 occurrence, std::string_view action,
                       std::uint32_t channel_position) noexcept;

}  // namespace beckon::outreach

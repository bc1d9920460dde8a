// Rules that cause each other: by the events TO EACH makes, or by the tracking steps of what their
// actions send. Pure; any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/language/checked_rule.hpp"

namespace beckon::language {

/// An action, and the rule it is subscribed to: what it sends makes tracking steps.
struct rule_action {
  std::string action;
  std::string rule;
};

/// The first circle of rules that cause each other by derived events or by what their actions send,
/// as "a → action x → b → a"; empty: there is none. A WHERE that asks for another action or rule
/// (`action = '…'`) breaks a circle.
std::string find_circle(const std::vector<std::shared_ptr<const checked_rule>>& rules,
                        const catalogue& events, const std::vector<rule_action>& actions);

}  // namespace beckon::language

// Whom an action would reach: a user, or with TO EACH those the rule tells, if they are users.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/language/checked_rule.hpp"
#include "engine/plan/parts.hpp"

namespace beckon::topology {

/// Reports, at its rule, every action subscribed to a rule whose firings name no user.
void validate_recipients(const std::vector<action_part>& actions,
                         const std::vector<std::shared_ptr<const language::checked_rule>>& rules,
                         const catalogue& events, problems& out);

}  // namespace beckon::topology

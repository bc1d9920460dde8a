// Whom TO EACH rules tell under a plan, and what for. Pure functions; any thread.
#pragma once

#include <memory>

#include "engine/plan/plan.hpp"

namespace beckon {

/// Somebody would notice what the TO EACH rule finds: a rule names its event, or an action
/// subscribes to it.
bool reaches_somebody(const plan& p, const language::checked_rule& rule) noexcept;

/// The TO EACH rule in force whose event `type` is, where actions subscribe to it: they are decided
/// about for each recipient. Null: none.
std::shared_ptr<const language::checked_rule> decided_for_each(const plan& p, event_type_id type);

}  // namespace beckon

// How long a version that was replaced can still have live partial matches. Pure.
#pragma once

#include "engine/base/time.hpp"
#include "engine/language/checked_rule.hpp"

namespace beckon::cep {

/// The time from which on nothing is left of a partial match, or of what a first step has counted,
/// that the rule began before `replaced`. `never` where nothing bounds it.
timestamp end_of_runs(const language::checked_rule& rule, timestamp replaced) noexcept;

}  // namespace beckon::cep

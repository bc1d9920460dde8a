// Whom every filter asks that asks outside.
#pragma once

#include "actors/predicate/predicates.hpp"
#include "engine/base/settings.hpp"
#include "engine/plan/plan.hpp"

namespace beckon::topology {

/// A way per filter of the plan that asks; nobody to ask where `out` says why.
actors::predicate_ways make_predicate_ways(const plan& p, problems& out);

}  // namespace beckon::topology

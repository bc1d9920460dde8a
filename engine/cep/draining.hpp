// State of former versions that drain: what it holds beside the state of the version in force, and
// how both are kept in step. A rule has one set of FIRE limits: the state of its version in force
// holds it, and is there, if need be empty, as long as a version of it drains.
#pragma once

#include "engine/cep/rule_index.hpp"
#include "engine/cep/state.hpp"

namespace beckon::cep {

/// Of the state at `at`, if its rule drains: that of the version in force. Else null.
rule_state* limits_beside(subject_state::implementation& state, std::size_t at) noexcept;

/// Of what drains nothing is kept but keys with runs, and what look-backs noted for them.
void drop_idle(const prepared_rule& rule, rule_state& s);

/// Drops what is empty.
void drop_empty(subject_state::implementation& state);

/// Adds the states that must be beside those that drain. All others are sorted and not empty.
void complete(subject_state::implementation& state);

/// Two states of one version become one: where there is room for one run, that of `into` stays.
void join(const prepared_rule& rule, rule_state& into, rule_state&& other);

}  // namespace beckon::cep

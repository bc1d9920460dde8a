// One random world: up to three rules and one sequence of inputs, and what the matcher and the
// oracle make of it. A value, so that a disagreement can be made smaller.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/language/checked_rule.hpp"
#include "tests/engine/cep/oracle.hpp"
#include "tests/engine/cep/random_worlds.hpp"

namespace beckon::cep::testing {

struct tally {
  int compared = 0;    ///< worlds with a rule
  int compiled = 0;    ///< rules
  int refused = 0;     ///< rules
  int firings = 0;     ///< matches, withheld ones included
  int withheld = 0;    ///< of them
  int deadlines = 0;   ///< matches by deadline
  int silent = 0;      ///< rules that matched nothing
  int overflowed = 0;  ///< rules that met a bound
};

struct random_world {
  explicit random_world(std::uint64_t seed);

  std::uint64_t seed;
  bool of_item = false;
  bool extreme = false;  ///< amounts below zero, numbers near the limits
  int refused = 0;
  std::vector<std::string> texts;
  std::vector<std::shared_ptr<const language::checked_rule>> rules;  ///< of `texts`
  std::deque<input> inputs;
};

/// What the matcher (stored and loaded at random, and another that is given only what its interest
/// asks for) and the oracle do not agree about; empty: they agree. Counts into `t` if given.
std::string disagreement(const random_world& w, tally* t = nullptr);

/// The smallest world found in which they still disagree: rules, lines of rules and inputs are left
/// out one by one.
random_world shrunk(random_world w);

/// Null: the compiler refuses it.
std::shared_ptr<const language::checked_rule> compiled_or_null(const std::string& text);

/// The types of the steps, one for each time they are named, and of what else is named.
std::vector<std::string> types_named(
    const std::vector<std::shared_ptr<const language::checked_rule>>& rules);

/// What was fired or withheld, a line each; of the matches those of one version.
std::string show(const std::vector<oracle_firing>& fired);
std::string show(const std::vector<match>& matches, const language::checked_rule& version);

/// A deadline, and whether there is no state.
std::string show_state(timestamp next, bool empty);

/// Seed, rules, inputs.
std::string describe(const random_world& w);

}  // namespace beckon::cep::testing

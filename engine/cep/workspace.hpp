// Room that judging needs for a moment: kept from one input to the next, so that an event that
// changes nothing allocates nothing. One thread; holds nothing between two inputs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/value.hpp"
#include "engine/cep/predicate_index.hpp"
#include "engine/cep/state.hpp"

namespace beckon::cep {

/// `ask`: the WHERE compares with a run's captured values.
enum class verdict : std::uint8_t { no, yes, ask };

/// What one rule makes of one event.
struct weighed {
  std::vector<verdict> clauses;  ///< by position; [0] unused
  std::vector<verdict> unless;
  std::vector<bool> unless_without_alias;
  std::vector<verdict> interruptions;
  std::vector<bool> past;  ///< by look-back

  void clear() noexcept {
    clauses.clear();
    unless.clear();
    unless_without_alias.clear();
    interruptions.clear();
    past.clear();
  }
};

/// A rule an event may concern, and which of its creating patterns it matches.
struct candidate {
  std::uint32_t rule = 0;
  std::span<const hit> begins;  ///< empty: none
};

/// A rule whose state has a deadline to handle.
struct due_rule {
  timestamp when{};
  std::size_t at = 0;  ///< in the subject's rules
};

struct workspace {
  // of the event
  index_scratch index;
  std::vector<hit> hits;
  std::vector<candidate> candidates;
  std::vector<rule_state> begun;  ///< states that did not exist before, by rule
  std::vector<verdict> watching;  ///< by rule_set's watcher; ask: not known yet
  std::optional<std::uint64_t> identity;
  // of the clock
  std::vector<due_rule> due;
  // of one rule
  weighed event;
  std::vector<value> slots;
  std::vector<run> moved;
};

}  // namespace beckon::cep

// A completed match becomes a firing or is withheld: IF, FIRE limit, RETURN, occurrence.
#pragma once

#include <span>
#include <string_view>

#include "engine/cep/state.hpp"
#include "engine/cep/step.hpp"

namespace beckon::cep {

/// A match whose every clause is complete.
struct completion {
  std::string_view key;
  timestamp time{};              ///< judged time of the completing event, or the deadline
  std::span<const value> slots;  ///< the rule's captures
  const event* by = nullptr;     ///< the completing event; null: a deadline
  std::uint64_t last_event = 0;  ///< for a deadline: identity of the last positive event
  bool history_short = false;
};

/// 8 bytes of (source, id).
std::uint64_t identity_of(const event& e);

/// Decides, appends the match to `j.out` and keeps the FIRE limit in `s`. True: the limit changed.
bool fire(const judging& j, const prepared_rule& rule, rule_state& s, const completion& c);

}  // namespace beckon::cep

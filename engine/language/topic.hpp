// The rules of the language that a text can break, as a problem names them.
#pragma once

#include <cstdint>
#include <string_view>

namespace beckon::language {

enum class topic : std::uint8_t {
  none,
  // Grammar
  text,
  rule,
  clauses,
  subject,
  same,
  active,
  step,
  quantity,
  but_not,
  wait,
  all_within,
  unless,
  condition,
  keep_first,
  fire,
  to_each,
  returns,
  test,
  given,
  span,  ///< a duration
  expression,
  // Expressions
  names,
  attributes,
  types,
  nulls,
  functions,
  // Meaning
  clock,
  intervals,
  quantities,
  look_back,
  runs,
  fire_limits,
  bounds,
  condition_profile,
  active_period,
  same_key,
  // Subjects and relations
  subjects,
  relations,
};

/// "language, Meaning 9: …": where the language says it and what it says; "" for `none`.
std::string_view reference_of(topic about) noexcept;

}  // namespace beckon::language

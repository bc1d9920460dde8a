// What a dead letter holds, and what can be done with it. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/access/event.hpp"
#include "messages/codec/rows.hpp"

namespace beckon::codec {

enum class letter_content : std::uint8_t {
  input,     ///< an event for one subject: its Entry
  delivery,  ///< a delivery that was given up: its OutboxRow
  decision,  ///< a rule or filter failed on a request: nothing
  state,     ///< the state of a subject whose deadlines could not be handled
  bytes,     ///< of a message that is no envelope, or of an event too large for one
};
letter_content content_of(const dead_letter_row& letter);

/// How often it had been given again before it was given up this time.
std::uint32_t times_redriven(const dead_letter_row& letter);

/// Why a letter that holds this cannot be given again, and what to do instead; empty: it can.
std::string why_not_redriven(letter_content holds);

/// The event of an input and the one subject the letter is about.
struct letter_input {
  std::string_view event;  ///< encoded; points into the letter
  concerned_subject who;
  std::uint32_t redriven = 0;
};
/// Errors: corrupt.
result<letter_input> input_of(const dead_letter_row& letter);

}  // namespace beckon::codec

// What is fuzzed: each takes any bytes, and ends the program (abort) where a promise is broken. The
// same functions run under libFuzzer (`ops/fuzz`) and over the kept inputs in `ops/test`.
#pragma once

#include <string_view>

namespace beckon::fuzz {

/// A rule file: compiles or is refused; what parses is formatted without a change of meaning, and
/// the same again; what compiles prints a canonical text of the same version.
void rule(std::string_view bytes);

/// The first line is an expression, the rest an event, a profile and a clock: what compiles gives
/// the same value twice, of the type known before.
void expression(std::string_view bytes);

/// A subject's packed state: refused, or encoded again as the same bytes for ever, and judged on.
void state(std::string_view bytes);

/// An event, entry or envelope as a client, file or door may send it, as JSON and as Protobuf: what
/// is taken is written and read again as the same.
void event(std::string_view bytes);

}  // namespace beckon::fuzz

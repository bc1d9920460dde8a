// Events on the wire: event.proto, written and read by hand (names in, numbers of a catalogue out).
// Pure functions; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/access/catalogue.hpp"
#include "engine/access/event.hpp"
#include "engine/access/normalise.hpp"

namespace beckon::codec {

/// Appends the event; its type comes first.
void append_event(std::string& out, const event& e, const catalogue& catalogue);
/// What `append_event` will append.
std::size_t encoded_size(const event& e, const catalogue& catalogue);
std::string encode_event(const event& e, const catalogue& catalogue);

/// The type's name in the bytes themselves, without reading the rest. Error: corrupt.
result<std::string_view> type_in(std::string_view bytes);

/// The event in the catalogue's terms; attributes the catalogue does not know for this type, or
/// knows with a type they cannot be converted to, are in `extra`. Errors: corrupt; not_found (the
/// catalogue lacks the type).
result<event> decode_event(std::string_view bytes, const catalogue& catalogue);

/// An event a client encoded: time 0 and empty id mean none; text must be UTF-8. Error: invalid.
result<raw_event> decode_client_event(std::string_view bytes);

}  // namespace beckon::codec

// What a run remembers of its events: (slot, value) pairs packed into one string, unpacked only
// when a WHERE, IF or RETURN reads them. A run is then one small allocation at most, and encoding
// it is nearly a copy.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/base/value.hpp"
#include "engine/cep/bytes.hpp"

namespace beckon::cep {

/// Writes one value with its type; lists nested deeper than 32 become NULL.
void pack(byte_writer& out, const value& v);
/// Reads one value; NULL and a failed reader where the bytes are wrong.
value unpack(byte_reader& in);

/// The same without a copy where it need not be one: valid as long as the event and `scratch`.
const value& look_at(const event& e, attribute_id name, const catalogue& events, value& scratch);
/// The attribute of an event, `event.time`, `event.type`, `event.source` and `event.id` included;
/// NULL where it has none.
value attribute_of(const event& e, attribute_id name, const catalogue& events);

/// Appends a slot's value to a run's packed slots; NULL is not stored.
void add_slot(std::string& packed, std::size_t slot, const value& v);
/// Fills `slots` (already of the rule's size, all NULL) from packed ones; slots beyond its size are
/// skipped.
void read_slots(std::string_view packed, std::span<value> slots);

}  // namespace beckon::cep

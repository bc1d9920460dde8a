// The field numbers of event.proto, for the hand-written reader and writer.
#pragma once

#include <cstdint>

namespace beckon::codec::event_fields {

inline constexpr int deepest_list = 16;  // a list further down is NULL

// Event
inline constexpr std::uint32_t type_field = 1, id_field = 2, source_field = 3, time_field = 4,
                               arrival_field = 5, client_id_field = 6, attributes_field = 7,
                               attached_field = 8;
// Field
inline constexpr std::uint32_t name_field = 1, boolean_field = 2, integer_field = 3, real_field = 4,
                               text_field = 5, span_field = 6, moment_field = 7, list_field = 8;
// FieldList
inline constexpr std::uint32_t items_field = 1;

}  // namespace beckon::codec::event_fields

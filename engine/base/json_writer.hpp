// Values as compact JSON. Times are RFC 3339 text, durations ms, whole doubles keep ".0", what JSON
// cannot say is null. Texts must be UTF-8, as those of events are. RFC 8259.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/value.hpp"

namespace beckon {

void append_json(std::string& out, const value& v);
void append_json(std::string& out, const field_list& fields);
/// A JSON string with its quotes.
void append_json_text(std::string& out, std::string_view text);
std::string to_json(const value& v);
std::string to_json(const field_list& fields);

}  // namespace beckon

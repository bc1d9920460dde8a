// Any bytes as a JSON string.
#pragma once

#include <string>
#include <string_view>

namespace beckon::outreach {

/// Appends `text` with its quotes (RFC 8259, section 7). The result is valid UTF-8 whatever the
/// bytes: each maximal part that is not (Unicode 15, table 3-8) becomes one U+FFFD.
void append_json(std::string& out, std::string_view text);

}  // namespace beckon::outreach

// Standard base64 (RFC 4648, section 4) as the broker's JSON carries message bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace beckon::adapters {

/// Nothing when the text is no padded base64.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace beckon::adapters

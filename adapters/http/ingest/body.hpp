// What kind of body a request brings, and its plain bytes. Pure but for zlib; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace beckon::adapters {

/// Whether a Content-Type is JSON in UTF-8. A missing type is not: a page of any site could send
/// such a request.
bool is_json_type(std::string_view content_type) noexcept;

/// What navigator.sendBeacon sends for a text.
bool is_plain_text_type(std::string_view content_type) noexcept;

/// Unpacks gzip (RFC 1952). Errors: invalid (no gzip, cut off, bytes behind its end), exhausted
/// (unpacks to more than `most` bytes: found before more memory is used).
result<std::string> unpack_gzip(std::string_view packed, std::size_t most);

}  // namespace beckon::adapters

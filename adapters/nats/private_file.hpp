// Small files with secrets: written whole or not at all, readable by their owner only.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace beckon::adapters {

/// Mode 0600, synced, then renamed over `path`. Errors: unavailable, exhausted (disk full).
result<void> write_private_file(const std::string& path, std::string_view content);

/// The whole file. Errors: not_found, unavailable.
result<std::string> read_file(const std::string& path);

/// `bytes` random bytes of the kernel as hex digits.
result<std::string> random_hex(std::size_t bytes);

}  // namespace beckon::adapters

// Writes a file so that a reader sees the old text or the new one, never a part.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace beckon::topology {

/// Writes `text` beside `path`, syncs it and renames it. `mode`: its permissions. Errors: unavailable.
result<void> replace_file(const std::string& path, std::string_view text, unsigned mode = 0600);

}  // namespace beckon::topology

// What becomes of a version's live partial matches when another text takes its place.
#pragma once

#include <cstdint>
#include <string_view>

namespace beckon::cep {

enum class fate : std::uint8_t {
  keep,   ///< those that mean the same go on under the new text
  reset,  ///< they are dropped, and what the first step has counted
  drain,  ///< they go on under the old text until they end; it begins nothing
};

/// "keep", "reset", "drain".
std::string_view to_string(fate what) noexcept;

}  // namespace beckon::cep

// Constants shared by the two directions of the packed form; the layout is described in encode.cpp.
#pragma once

#include <cstdint>

namespace beckon::cep {

inline constexpr std::uint8_t packed_version = 1;
inline constexpr std::uint8_t packed_last_firing = 1;
inline constexpr std::uint8_t packed_values = 2;
inline constexpr std::uint8_t packed_end = 4;

}  // namespace beckon::cep

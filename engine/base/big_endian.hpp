// Numbers in keys of stored rows: eight bytes, the highest first, so that keys sort as their
// numbers do. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace beckon {

inline void append_number(std::string& out, std::uint64_t n) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift & 0xFF);
}

inline std::uint64_t read_number(std::string_view eight_bytes) noexcept {
  std::uint64_t n = 0;
  for (const char byte : eight_bytes) n = n << 8 | static_cast<unsigned char>(byte);
  return n;
}

}  // namespace beckon

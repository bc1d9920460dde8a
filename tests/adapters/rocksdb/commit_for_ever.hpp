// What the program that gets killed commits, so that the test can check it.
#pragma once

#include <cstdint>
#include <string>

namespace beckon::tests {

inline constexpr std::uint64_t rows_per_epoch = 20;  ///< of each of two partitions

inline std::string row_content() {
  return std::string(500, 'x');
}

}  // namespace beckon::tests

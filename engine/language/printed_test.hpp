// TEST blocks as text: titles and JSON quoted as JSON does, offsets and events aligned.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/language/tree.hpp"

namespace beckon::language {

/// A line of a file and where what it says begins in the source.
struct printed_item {
  position at;
  std::string text;
  std::size_t indent = 0;        ///< of comments before it
  std::size_t continuation = 4;  ///< of its further lines
  bool test = false;             ///< the first line of a TEST
};

/// The lines of the test, its first included.
std::vector<printed_item> printed_test(const test_syntax& test);

/// `text` with JSON's quotes and escapes.
std::string printed_title(std::string_view text);

}  // namespace beckon::language

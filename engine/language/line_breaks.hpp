// Long lines of rules → several, broken where a reader would.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace beckon::language {

inline constexpr std::size_t longest_printed_line = 100;  ///< characters

/// `text` (canonical, one line) as lines of at most `longest_printed_line` characters where that
/// can be: broken behind commas and before AND, OR, WHERE, WITHIN, …, outermost first. Lines after
/// the first begin with `indent` blanks; the first is given with the blanks it shall have.
std::vector<std::string> broken_into_lines(std::string_view text, std::size_t indent);

}  // namespace beckon::language

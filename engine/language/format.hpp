// A rule file as everyone shall write it: one clause a line, keywords in capitals, at most 100
// columns, tests aligned; title and comments kept. The text says the same as before (same_tree) and
// formatting it again changes nothing. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/settings.hpp"

namespace beckon::language {

struct formatted_file {
  std::string text;  ///< empty where there are errors
  problems found;    ///< what is wrong with the syntax; names and types are not looked at
};

/// A comment on lines of its own stays before the clause or test line it precedes, or is in; one
/// behind a clause stays behind it. One blank line stays between comments and before a TEST; others
/// go, but the first TEST always has one.
formatted_file format_file(std::string_view text, std::string_view file);

}  // namespace beckon::language

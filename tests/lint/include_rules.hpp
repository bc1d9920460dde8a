// Who may include whom: one table, and its check.
#pragma once

#include <string_view>
#include <vector>

#include "tests/lint/source_tree.hpp"

namespace beckon::lint {

/// What the files of a folder may include beside their own folder and the standard library. All
/// entries are beginnings of what stands between the quotes or brackets.
struct include_rule {
  std::string_view folder;                  ///< the longest one that a file lies in holds
  std::vector<std::string_view> ours;       ///< of this tree
  std::vector<std::string_view> libraries;  ///< of others
  std::vector<std::string_view> refused;    ///< standard headers it must do without
};

const std::vector<include_rule>& include_rules();

/// Includes the table does not allow, includes that do not begin at the root, and C++ files no rule
/// holds for.
std::vector<finding> forbidden_includes(const std::vector<source_file>& files);

}  // namespace beckon::lint

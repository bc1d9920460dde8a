// rules/*.rule → compiled rules. One rule per file, named like it.
#pragma once

#include <string>
#include <string_view>

#include "engine/language/compile.hpp"

namespace beckon::topology {

/// Compiles one file and adds the problem of a rule that is not named like its file.
/// `path` is what messages show, `name` the file's name without ending.
language::compiled_file parse_rule_file(std::string_view text, const std::string& path,
                                        const std::string& name,
                                        const language::environment& names);

}  // namespace beckon::topology

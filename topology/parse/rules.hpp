// rules/*.rule → compiled rules. One rule per file, named like it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/language/compile_set.hpp"
#include "engine/language/rule_circle.hpp"
#include "topology/directory.hpp"

namespace beckon::topology {

/// Compiles one file and adds the problem of a rule that is not named like its file.
/// `path` is what messages show, `name` the file's name without ending.
language::compiled_file parse_rule_file(std::string_view text, const std::string& path,
                                        const std::string& name,
                                        const language::environment& names);

/// Compiles files together, with the same addition: one may name what another derives.
language::compiled_set parse_rule_files(const std::vector<file_text>& files,
                                        const language::environment& names);

/// `file` together with those of `beside` that are named otherwise: its own part, and the catalogue
/// of all.
struct rule_among_others {
  language::compiled_file file;
  std::shared_ptr<const catalogue> events;
};
rule_among_others parse_rule_among(const file_text& file, const std::vector<file_text>& beside,
                                   const language::environment& names);

/// Reports rules that cause each other by what their actions send, at the name of one of them.
void check_circle(const std::vector<std::shared_ptr<const language::checked_rule>>& rules,
                  const catalogue& events, const std::vector<language::rule_action>& actions,
                  const std::vector<file_text>& files, problems& out);

}  // namespace beckon::topology

#include "topology/parse/rules.hpp"

#include <algorithm>

namespace beckon::topology {
namespace {

/// Where `word` first stands in `text`: the name behind RULE, unless a comment before it says the
/// same.
problem at_word(std::string_view text, const std::string& path, std::string_view word) {
  const std::string_view before = text.substr(0, text.find(word));
  const auto line_start = before.rfind('\n');
  problem p;
  p.file = path;
  p.line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
  p.column =
      static_cast<int>(line_start == std::string_view::npos ? before.size()
                                                            : before.size() - line_start - 1) +
      1;
  return p;
}

}  // namespace

language::compiled_file parse_rule_file(std::string_view text, const std::string& path,
                                        const std::string& name,
                                        const language::environment& names) {
  language::compiled_file file = language::compile(text, path, names);
  if (file.rule && file.rule->name != name) {
    problem p = at_word(text, path, file.rule->name);
    p.message = "the rule is named '" + file.rule->name + "' but its file '" + name + "'";
    p.hint = "rename one of them: actions and people find a rule by its name";
    file.found.push_back(std::move(p));
  }
  return file;
}

}  // namespace beckon::topology

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

void check_name(const file_text& file, language::compiled_file& made) {
  if (!made.rule || made.rule->name == file.name) return;
  problem p = at_word(file.text, file.path, made.rule->name);
  p.message = "the rule is named '" + made.rule->name + "' but its file '" + file.name + "'";
  p.hint = "rename one of them: actions and people find a rule by its name";
  made.found.push_back(std::move(p));
}

}  // namespace

language::compiled_file parse_rule_file(std::string_view text, const std::string& path,
                                        const std::string& name,
                                        const language::environment& names) {
  language::compiled_file made = language::compile(text, path, names);
  check_name({path, name, std::string(text)}, made);
  return made;
}

language::compiled_set parse_rule_files(const std::vector<file_text>& files,
                                        const language::environment& names) {
  std::vector<language::rule_text> texts;
  for (const file_text& file : files) texts.push_back({file.text, file.path});
  language::compiled_set made = language::compile_set(texts, names);
  for (std::size_t i = 0; i < files.size(); ++i) check_name(files[i], made.files[i]);
  return made;
}

rule_among_others parse_rule_among(const file_text& file, const std::vector<file_text>& beside,
                                   const language::environment& names) {
  std::vector<file_text> all = {file};
  for (const file_text& other : beside) {
    if (other.name != file.name) all.push_back(other);
  }
  language::compiled_set made = parse_rule_files(all, names);
  return {std::move(made.files.front()), std::move(made.events)};
}

void check_circle(const std::vector<std::shared_ptr<const language::checked_rule>>& rules,
                  const catalogue& events, const std::vector<language::rule_action>& actions,
                  const std::vector<file_text>& files, problems& out) {
  const std::string circle = language::find_circle(rules, events, actions);
  if (circle.empty()) return;
  const std::string name = circle.substr(0, circle.find(' '));
  for (const file_text& file : files) {
    if (file.name != name) continue;
    problem p = at_word(file.text, file.path, name);
    p.message = "rules cause each other in a circle: " + circle;
    p.hint = "let a step ask for another action: WHERE action = '…'";
    out.push_back(std::move(p));
  }
}

}  // namespace beckon::topology

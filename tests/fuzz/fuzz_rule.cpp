#include "engine/language/automaton.hpp"
#include "engine/language/format.hpp"
#include "engine/language/parser.hpp"
#include "engine/language/same_tree.hpp"
#include "engine/language/utf8.hpp"
#include "tests/fuzz/ground.hpp"
#include "tests/fuzz/targets.hpp"

namespace beckon::fuzz {
namespace {

language::file_syntax tree_of(std::string_view text) {
  language::reporter out(text, "x.rule");
  return language::parser(language::lex(text, out), out).file();
}

void check_layout(std::string_view text) {
  const language::formatted_file once = language::format_file(text, "x.rule");
  if (has_errors(once.found)) return;
  require(language::same_tree(tree_of(once.text), tree_of(text)), "formatting keeps the meaning");
  const language::formatted_file twice = language::format_file(once.text, "x.rule");
  require(!has_errors(twice.found) && twice.text == once.text, "formatting twice changes nothing");
}

void check_problems(const language::compiled_file& file) {
  require(file.found.size() <= 100, "problems are bounded");
  for (const problem& p : file.found) {
    require(p.line >= 1 && p.column >= 1 && p.length >= 1, "a problem has a place");
    const std::string shown = p.to_string();
    for (std::string_view rest = shown; !rest.empty();
         rest.remove_prefix(language::utf8_step(rest))) {
      require(language::utf8_sequence(rest) > 0, "a message is UTF-8");
    }
  }
}

}  // namespace

void rule(std::string_view bytes) {
  check_layout(bytes);
  const language::compiled_file file = language::compile(bytes, "x.rule", ground());
  check_problems(file);
  require((file.rule == nullptr) == has_errors(file.found), "a rule or an error");
  if (file.rule == nullptr) return;
  const language::compiled_file again = language::compile(file.rule->canonical, "x.rule", ground());
  require(again.rule != nullptr, "the canonical text compiles");
  require(again.rule->version == file.rule->version, "the canonical text is the same rule");
  const language::automaton shown = language::automaton_of(*file.rule, *ground().events);
  require(!language::drawn(shown).empty(), "a rule can be drawn");
  require(language::total_bytes(shown.size) == file.rule->worst_case_bytes,
          "the parts make up the worst case");
}

}  // namespace beckon::fuzz

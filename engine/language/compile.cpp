#include "engine/language/compile.hpp"

#include "engine/language/checker.hpp"
#include "engine/language/parser.hpp"
#include "engine/language/test_block.hpp"

namespace beckon::language {

compiled_file compile(std::string_view text, std::string_view file, const environment& env) {
  compiled_file made;
  reporter out(text, file);
  std::vector<token> tokens = lex(text, out);
  // What the lexer refuses outright leaves no tokens; then there is nothing to say about the rule.
  const bool unreadable = out.failed() && tokens.size() == 1;
  if (!unreadable) {
    file_syntax tree = parser(std::move(tokens), out).file();
    std::erase_if(tree.tests, [](const test_syntax& t) { return !t.whole; });
    const bool begins = !tree.rule.clauses.empty();  // else there is a TEST where RULE should be
    if (tree.rule.whole && begins) made.rule = checker(tree.rule, env, out).check();
    made.tests = check_tests(tree, env, file, made.rule.get(), out);
  }
  made.found = out.take();
  if (has_errors(made.found)) made.rule = nullptr;
  return made;
}

}  // namespace beckon::language

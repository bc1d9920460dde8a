// Broken rules, each with the place and the words of its one error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace beckon::language::testing {

struct broken {
  std::string name, text;
  int line, column;
  std::vector<std::string> words;  ///< of the first error's message or hint
};

const std::vector<broken>& syntax_cases();       ///< of the rule
const std::vector<broken>& test_syntax_cases();  ///< of TEST blocks
const std::vector<broken>& meaning_cases();      ///< names, types, bounds

std::string repeated(std::string_view part, int times);
/// A rule whose second line is "WHEN probe WHERE condition".
std::string where(const std::string& condition);
/// A rule of one line, TEST "t", and from line 3 on `lines`.
std::string test_block(const std::string& lines);

}  // namespace beckon::language::testing

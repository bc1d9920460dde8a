// Broken rules: each says where, what is wrong, and how to mend it.
#include "tests/engine/language/broken_rules.hpp"

#include <gtest/gtest.h>

#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

class broken_rule : public ::testing::TestWithParam<broken> {};

TEST_P(broken_rule, says_where_and_what) {
  const broken& b = GetParam();
  const compiled_file file = compiled(b.text);
  EXPECT_EQ(file.rule, nullptr);
  problems errors;
  for (const problem& p : file.found) {
    if (!p.warning) errors.push_back(p);
  }
  ASSERT_FALSE(errors.empty());
  const problem& first = errors.front();
  EXPECT_EQ(std::to_string(first.line) + ":" + std::to_string(first.column),
            std::to_string(b.line) + ":" + std::to_string(b.column))
      << listed(file.found);
  for (const std::string& word : b.words) {
    EXPECT_NE((first.message + " | " + first.hint).find(word), std::string::npos)
        << "'" << word << "' is missing in: " << listed(file.found);
  }
  EXPECT_EQ(errors.size(), 1U) << "one mistake, one error: " << listed(file.found);
  EXPECT_EQ(first.file, "test.rule");
}

std::string name_of(const ::testing::TestParamInfo<broken>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(syntax, broken_rule, ::testing::ValuesIn(syntax_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(meaning, broken_rule, ::testing::ValuesIn(meaning_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(tests, broken_rule, ::testing::ValuesIn(test_syntax_cases()), name_of);

TEST(broken_rules, several_syntax_errors_are_reported_in_one_go) {
  const compiled_file file = compiled(
      "RULE r\nWHEN item_view WHERE (price >\nTHEN chat_start WITHIN\nUNLESS\nIF user.\nFIRE "
      "SOMETIMES\n");
  EXPECT_EQ(file.found.size(), 5U) << listed(file.found);
  EXPECT_EQ(file.found[0].line, 3);
  EXPECT_EQ(file.found[1].line, 4);
  EXPECT_EQ(file.found[2].line, 5);
}

TEST(broken_rules, several_errors_of_meaning_are_reported_in_one_go) {
  const compiled_file file = compiled(
      "RULE r\nWHEN itm_view WHERE prise > 1\nTHEN chat_start WHERE prise > 1 AND s = 1\nIF user.x "
      "= 1\n"
      "FIRE ONCE PER nothing\nRETURN nothing\nTEST \"t\"\n00:00:00 nothing {}\nEXPECT NOTHING");
  EXPECT_EQ(file.found.size(), 8U) << listed(file.found);
}

TEST(broken_rules, a_problem_shows_its_line) {
  const compiled_file file = compiled("RULE r\r\n\tWHEN 'x'\r\nFIRE ONCE");
  ASSERT_EQ(file.found.size(), 1U);
  EXPECT_EQ(file.found[0].source_line, " WHEN 'x'");
  EXPECT_EQ(file.found[0].column, 7);
}

TEST(broken_rules, columns_count_characters) {
  const compiled_file file = compiled("RULE r \"租房\" §\nWHEN item_view FIRE ONCE");
  ASSERT_FALSE(file.found.empty());
  EXPECT_EQ(file.found[0].column, 13);
}

TEST(broken_rules, noise_is_bounded) {
  const compiled_file file = compiled("RULE r " + repeated("; ", 20000));
  EXPECT_EQ(file.found.size(), 100U);
}

}  // namespace
}  // namespace beckon::language::testing

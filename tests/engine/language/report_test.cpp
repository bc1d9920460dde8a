// How problems read: spans, the rule of the language, several in one go.
#include "engine/language/report.hpp"

#include <gtest/gtest.h>

#include "tests/engine/language/broken_rules.hpp"
#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

/// The text from the underlined line on: of the first problem.
std::string shown_of(std::string_view text) {
  const problems found = compiled(text).found;
  return found.empty() ? "" : found[0].to_string();
}

TEST(report, underlines_a_name) {
  const std::string shown = shown_of("RULE r\nWHEN item_veiw\nFIRE ONCE");
  EXPECT_TRUE(
      shown.starts_with("test.rule:2:6: error: there is no event 'item_veiw'\n"
                        "  WHEN item_veiw\n"
                        "       ^~~~~~~~~\n"
                        "  hint: did you mean 'item_view'?\n"
                        "  note: language, "))
      << shown;
}

TEST(report, underlines_a_qualified_name_whole) {
  EXPECT_EQ(shown_of("RULE r WHEN item_view AS v\nFIRE ONCE RETURN v.prise AS p"),
            "test.rule:2:18: error: event 'item_view' has no attribute 'prise'\n"
            "  FIRE ONCE RETURN v.prise AS p\n"
            "                   ^~~~~~~\n"
            "  hint: did you mean 'price'?\n"
            "  note: language, Expressions: an attribute no listed type has is an error, one that "
            "only some have is NULL elsewhere");
}

TEST(report, underlines_what_stands_behind_tabs_and_wide_characters) {
  EXPECT_EQ(shown_of("RULE r WHEN item_view\n\tWHERE item_id = '租房' AND prise > 1 FIRE ONCE"),
            "test.rule:2:27: error: event 'item_view' has no attribute 'prise'\n"
            "   WHERE item_id = '租房' AND prise > 1 FIRE ONCE\n"
            "                              ^~~~~\n"
            "  hint: did you mean 'price'?\n"
            "  note: language, Expressions: an attribute no listed type has is an error, one that "
            "only some have is NULL elsewhere");
}

TEST(report, names_the_rule_that_is_broken) {
  EXPECT_EQ(shown_of("RULE r\nWHEN item_view\nFIRE SOMETIMES"),
            "test.rule:3:6: error: expected ONCE, found 'SOMETIMES'\n"
            "  FIRE SOMETIMES\n"
            "       ^~~~~~~~~\n"
            "  hint: FIRE ONCE, FIRE ONCE PER 7 days, FIRE ONCE PER attribute or FIRE EVERY TIME\n"
            "  note: language, Grammar: FIRE (ONCE | ONCE PER duration | ONCE PER attribute {, "
            "attribute} [WITHIN duration] | EVERY TIME); FIRE is mandatory");
}

TEST(report, ends_a_span_with_its_line) {
  const problem p{
      .file = "f", .line = 1, .column = 3, .message = "m", .source_line = "a '租", .length = 40};
  EXPECT_EQ(p.to_string(), "f:1:3: error: m\n  a '租\n    ^~~");
}

TEST(report, finds_its_column_in_a_line_with_tabs) {
  const problem p{.file = "f", .line = 1, .column = 4, .message = "m", .source_line = "\t租x y"};
  EXPECT_EQ(p.to_string(), "f:1:4: error: m\n  \t租x y\n  \t   ^");
}

TEST(report, every_topic_has_its_text) {
  EXPECT_EQ(reference_of(topic::none), "");
  for (int i = 1; i <= static_cast<int>(topic::relations); ++i) {
    EXPECT_TRUE(reference_of(static_cast<topic>(i)).starts_with("language, ")) << i;
  }
  EXPECT_NE(reference_of(topic::fire).find("FIRE"), std::string_view::npos);
  EXPECT_NE(reference_of(topic::bounds).find("Meaning 9"), std::string_view::npos);
  EXPECT_NE(reference_of(topic::same_key).find("Meaning 13"), std::string_view::npos);
}

TEST(report, every_syntax_error_names_a_rule_of_the_language) {
  for (const auto* cases : {&syntax_cases(), &test_syntax_cases()}) {
    for (const broken& b : *cases) {
      for (const problem& p : compiled(b.text).found) {
        EXPECT_TRUE(p.warning || !p.reference.empty()) << b.name << ": " << p.to_string();
      }
    }
  }
}

TEST(report, a_broken_test_does_not_hide_what_is_wrong_with_the_rule) {
  const compiled_file file = compiled(
      "RULE r\nWHEN itm_view\nFIRE ONCE\nTEST \"t\"\n  00:99:00 item_view\n  EXPECT "
      "NOTHING\nTEST \"u\"\n  00:00:00 nobody {}\n  EXPECT NOTHING");
  EXPECT_EQ(file.rule, nullptr);
  ASSERT_EQ(file.found.size(), 3U) << listed(file.found);
  EXPECT_EQ(file.found[0].line, 2);
  EXPECT_EQ(file.found[1].line, 5);
  EXPECT_EQ(file.found[2].line, 8);
}

TEST(report, a_broken_rule_does_not_hide_what_is_wrong_with_its_tests) {
  const compiled_file file = compiled(
      "RULE r\nWHEN item_view WITHIN\nFIRE ONCE RETURN item_id\nTEST \"t\"\n  00:00:00 "
      "itm_view {}\n  EXPECT FIRE {anything: 1}");
  ASSERT_EQ(file.found.size(), 2U) << listed(file.found);
  EXPECT_EQ(file.found[1].line, 5);
}

}  // namespace
}  // namespace beckon::language::testing

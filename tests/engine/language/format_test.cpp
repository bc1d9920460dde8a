// Formatting: what it prints, and that it changes neither meaning nor comments nor itself.
#include "engine/language/format.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "engine/language/line_breaks.hpp"
#include "engine/language/parser.hpp"
#include "engine/language/same_tree.hpp"
#include "engine/language/utf8.hpp"
#include "tests/engine/language/grown_rules.hpp"

namespace beckon::language::testing {
namespace {

std::string formatted(std::string_view text) {
  const formatted_file made = format_file(text, "test.rule");
  for (const problem& p : made.found) ADD_FAILURE() << p.to_string() << "\nin\n" << text;
  return made.text;
}

file_syntax tree_of(std::string_view text) {
  reporter out(text, "test.rule");
  return parser(lex(text, out), out).file();
}

std::vector<std::string> comments_of(std::string_view text) {
  reporter out(text, "test.rule");
  std::vector<comment> found;
  (void)lex(text, out, &found);
  std::vector<std::string> texts;
  for (const comment& c : found) texts.push_back(c.text);
  std::sort(texts.begin(), texts.end());
  return texts;
}

void keeps_everything(const std::string& text) {
  const std::string once = formatted(text);
  ASSERT_FALSE(once.empty()) << text;
  ASSERT_TRUE(same_tree(tree_of(once), tree_of(text))) << text << "\nprints\n" << once;
  ASSERT_EQ(comments_of(once), comments_of(text)) << text << "\nprints\n" << once;
  ASSERT_EQ(formatted(once), once) << text;
}

TEST(format, writes_one_clause_a_line) {
  EXPECT_EQ(formatted("rule pay \"Remind\" for USER same order_id, event.source active from "
                      "'2024-01-01' event order_placed as o where (amount>=10) repeat 2 within 1 h "
                      "but not paid or cancelled for 1800 s unless gone if user.muted is not true "
                      "keep first fire once per order_id within 48 hours to each favorite return "
                      "o.order_id as id,amount"),
            "RULE pay \"Remind\"\n"
            "FOR user\n"
            "SAME order_id, event.source\n"
            "ACTIVE FROM '2024-01-01'\n"
            "WHEN order_placed AS o AT LEAST 2 TIMES WHERE amount >= 10 WITHIN 1 h\n"
            "BUT NOT paid OR cancelled FOR 30 min\n"
            "UNLESS gone\n"
            "IF user.muted IS NOT TRUE\n"
            "KEEP FIRST\n"
            "FIRE ONCE PER order_id WITHIN 2 days\n"
            "TO EACH favorite\n"
            "RETURN o.order_id AS id, amount\n");
}

TEST(format, breaks_long_lines_between_conditions_and_values) {
  EXPECT_EQ(
      formatted("RULE r WHEN item_view AS a_rather_long_alias WHERE category = 'a category with a "
                "long name' AND price BETWEEN 10 AND 20 OR title MATCHES 'a long pattern of many "
                "words' FIRE ONCE RETURN coalesce(user.one_long_name, user.another_long_name) AS "
                "one_long_name, price * 100 AS cents, item_id AS the_item, title AS the_title"),
      "RULE r\n"
      "WHEN item_view AS a_rather_long_alias\n"
      "    WHERE category = 'a category with a long name' AND price BETWEEN 10 AND 20\n"
      "    OR title MATCHES 'a long pattern of many words'\n"
      "FIRE ONCE\n"
      "RETURN coalesce(user.one_long_name, user.another_long_name) AS one_long_name, price * 100 "
      "AS "
      "cents,\n"
      "    item_id AS the_item, title AS the_title\n");
}

TEST(format, keeps_comments_where_they_are) {
  EXPECT_EQ(formatted("-- Who: the shop\n\n-- why\nRULE r -- behind the name\n\n\n"
                      "  -- before WHEN\n WHEN a\n  -- inside\n WHERE x = 1 -- behind x\n"
                      "FIRE ONCE -- last\n-- of the test\nTEST \"t\"\n"
                      "-- line one\n\n00:00:00 a {}   -- empty\n"
                      "UNTIL 00:01:00 -- a while\n00:00:01 b\n EXPECT NOTHING\n\n-- the end"),
            "-- Who: the shop\n\n-- why\nRULE r   -- behind the name\n\n"
            "-- before WHEN\n-- inside\nWHEN a WHERE x = 1   -- behind x\n"
            "FIRE ONCE   -- last\n\n-- of the test\nTEST \"t\"\n"
            "  -- line one\n\n  00:00:00 a   -- empty\n"
            "  00:00:01 b\n  UNTIL 00:01:00   -- a while\n  EXPECT NOTHING\n\n-- the end\n");
}

TEST(format, aligns_tests) {
  EXPECT_EQ(
      formatted("RULE r WHEN a FIRE ONCE\n\n\n\nTEST \"one\\n\" STARTS '2024-01-01' GIVEN "
                "user {\"a b\":[1,\"x\",null], `c`:-1.50}\n00:00:00 item_view {item_id:\"1\"} "
                "1 d 00:00:02.5 paid {n:1} 26:00:00 a_very_long_event_name EXPECT FIRE AT "
                "00:00:05 FOR 'u 1' {item_id: \"1\"} FIRE\nTEST \"two\" EXPECT NOTHING\n\n"
                "TEST \"three\" EXPECT NOTHING"),
      "RULE r\nWHEN a\nFIRE ONCE\n\n"
      "TEST \"one\\n\" STARTS '2024-01-01'\n"
      "  GIVEN user {\"a b\": [1, \"x\", null], c: -1.5}\n"
      "  00:00:00        item_view {item_id: \"1\"}\n"
      "  1d 00:00:02.500 paid      {n: 1}\n"
      "  1d 02:00:00     a_very_long_event_name\n"
      "  EXPECT FIRE AT 00:00:05 FOR \"u 1\" {item_id: \"1\"}\n"
      "         FIRE\n"
      "TEST \"two\"\n  EXPECT NOTHING\n\n"
      "TEST \"three\"\n  EXPECT NOTHING\n");
}

TEST(format, of_a_broken_file_says_what_is_wrong) {
  const formatted_file made = format_file("RULE r WHEN FIRE ONCE", "x.rule");
  EXPECT_EQ(made.text, "");
  ASSERT_EQ(made.found.size(), 1U);
  EXPECT_EQ(made.found[0].file, "x.rule");
}

TEST(format, does_not_look_at_names) {
  EXPECT_EQ(formatted("RULE r WHEN nobody_knows_it FIRE ONCE"),
            "RULE r\nWHEN nobody_knows_it\nFIRE ONCE\n");
}

TEST(format, changes_nothing_but_the_layout_of_random_files) {
  std::mt19937 random(7);
  for (int i = 0; i < 4000; ++i) {
    keeps_everything(grown_file(random));
    if (HasFatalFailure()) return;
  }
}

TEST(format, changes_no_random_expression) {
  std::mt19937 random(8);
  for (int i = 0; i < 4000; ++i) {
    keeps_everything("RULE r WHEN a FIRE ONCE RETURN " + grown_expression(random, i % 7) + " AS v");
    if (HasFatalFailure()) return;
  }
}

TEST(format, keeps_lines_short_where_they_can_be_broken) {
  std::mt19937 random(9);
  for (int i = 0; i < 300; ++i) {
    std::string text = "RULE r WHEN a IF ";
    for (int k = 0; k < 30; ++k) text += "x = " + std::to_string(random() % 1000000) + " AND ";
    std::istringstream lines(formatted(text + "y IS NULL FIRE ONCE"));
    for (std::string line; std::getline(lines, line);) {
      ASSERT_LE(utf8_length(line), longest_printed_line) << line;
    }
  }
}

TEST(format, changes_no_rule_of_the_demonstration) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(BECKON_SOURCE_DIR "/config/demo/rules")) {
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    keeps_everything(text);
    ++files;
  }
  EXPECT_GE(files, 7);
}

}  // namespace
}  // namespace beckon::language::testing

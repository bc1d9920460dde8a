// What a failed TEST block says.
#include "engine/cep/run_tests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

using ::testing::HasSubstr;

std::vector<test_outcome> outcomes_of(std::string_view text) {
  const auto file = language::compile(text, "pay.rule", {small_catalogue(), nullptr, "UTC"});
  for (const problem& p : file.found) ADD_FAILURE() << p.to_string();
  return run_tests(file, small_catalogue(), "UTC");
}

TEST(a_test_block, passes_with_exactly_the_expected_firings) {
  const auto outcomes =
      outcomes_of(R"(RULE r WHEN a AS o FIRE EVERY TIME RETURN o.v AS v, o.s AS s, now AS n
TEST "both"
  00:00:01 a {v: 1, s: "x"}
  00:00:02 a {v: 2}
  EXPECT FIRE AT 00:00:01 {v: 1, n: 1704067201000} FIRE {s: null}
TEST "one too few"
  00:00:01 a
  00:00:02 a
  EXPECT FIRE AT 00:00:01
TEST "one too many"
  00:00:01 a
  EXPECT FIRE FIRE)");
  ASSERT_EQ(outcomes.size(), 3U);
  EXPECT_TRUE(outcomes[0].passed) << outcomes[0].explanation;
  EXPECT_EQ(outcomes[0].explanation, "");
  EXPECT_FALSE(outcomes[1].passed);
  EXPECT_FALSE(outcomes[2].passed);
  EXPECT_EQ(outcomes[1].title, "one too few");
  EXPECT_EQ(outcomes[1].file, "pay.rule");
  EXPECT_EQ(outcomes[1].line, 6);
}

TEST(a_test_block, explains_expected_got_and_withheld) {
  const auto outcomes =
      outcomes_of(R"(RULE r WHEN a AS o IF o.v > 0 FIRE ONCE PER 1 h RETURN o.v AS v, o.s AS s
TEST "wrong"
  00:00:01 a {v: 0}
  00:00:02 a {v: 1, s: "x"}
  00:10:00.250 a {v: 2}
  EXPECT FIRE AT 00:00:03 {v: 2}
TEST "silent"
  00:00:02 a {v: 1}
  EXPECT NOTHING)");
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].explanation,
            "expected:\n"
            "  FIRE AT 00:00:03 {v: 2}\n"
            "got:\n"
            "  FIRE AT 00:00:01  (withheld: IF is not true)\n"
            "  FIRE AT 00:00:02 {v: 1, s: \"x\"}\n"
            "  FIRE AT 00:10:00.250  (withheld: FIRE limit)\n");
  EXPECT_THAT(outcomes[1].explanation, HasSubstr("expected:\n  NOTHING\n"));
  EXPECT_EQ(outcomes[0].got.size(), 3U);
}

TEST(a_test_block, compares_the_subject_where_it_is_named) {
  const auto outcomes = outcomes_of(R"(RULE r WHEN a FIRE EVERY TIME
TEST "named"
  00:00:01 a {user_id: "m"}
  00:00:01 a {user_id: "n"}
  EXPECT FIRE FOR m FIRE FOR n
TEST "wrong one"
  00:00:01 a {user_id: "m"}
  EXPECT FIRE FOR n)");
  EXPECT_TRUE(outcomes.at(0).passed) << outcomes[0].explanation;
  EXPECT_FALSE(outcomes.at(1).passed);
  EXPECT_THAT(outcomes[1].explanation, HasSubstr("FIRE AT 00:00:01 FOR m"));
}

TEST(a_file, without_a_rule_has_no_outcomes) {
  const auto file = language::compile("RULE r WHEN nothing FIRE ONCE", "r.rule",
                                      {small_catalogue(), nullptr, "UTC"});
  EXPECT_TRUE(run_tests(file, small_catalogue(), "UTC").empty());
}

}  // namespace
}  // namespace beckon::cep::testing

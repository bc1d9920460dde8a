// TEST blocks of rules about items, with rows of tables and relations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/cep/run_tests.hpp"
#include "tests/engine/cep/market.hpp"

namespace beckon::cep::testing {
namespace {

using ::testing::HasSubstr;

/// "" when every test of the last text passes, else what went wrong.
std::string wrong_with(const std::vector<std::string>& texts) {
  std::vector<language::rule_text> files;
  for (const std::string& text : texts) files.push_back({text, "test.rule"});
  const auto set = language::compile_set(files, {market_catalogue(), nullptr, "UTC"});
  std::string wrong;
  for (const language::compiled_file& f : set.files) {
    for (const problem& p : f.found) wrong += p.warning ? "" : p.to_string() + "\n";
  }
  const auto outcomes = run_tests(set.files.back(), set.events, "UTC");
  if (outcomes.empty()) wrong += "no tests";
  for (const test_outcome& o : outcomes) wrong += o.explanation;
  return wrong;
}

TEST(a_test_of_items, expects_the_owners_firing) {
  EXPECT_EQ(wrong_with({R"(RULE cheaper FOR item
WHEN price AS p WHERE p < item.cost FIRE ONCE PER 1 day TO EACH fav RETURN p.p AS now_at
TEST "cheaper"
  GIVEN item {item_id: "7", cost: 10}
  GIVEN fav {user_id: "u", item_id: "7"}
  00:00:01 price {item_id: "7", p: 9}
  00:00:02 price {item_id: "7", p: 8}
  00:00:03 price {item_id: "8", p: 1}
  EXPECT FIRE AT 00:00:01 FOR 7 {now_at: 9}
TEST "dearer"
  GIVEN item {item_id: "7", cost: 10}
  00:00:01 price {item_id: "7", p: 11}
  EXPECT NOTHING)"}),
            "");
}

TEST(a_test_of_items, may_leave_the_item_out) {
  EXPECT_EQ(
      wrong_with({R"(RULE twice FOR item WHEN price AT LEAST 2 TIMES WITHIN 1 min FIRE EVERY TIME
TEST "one default item"
  00:00:01 price {p: 9}
  00:00:02 price {item_id: "7", p: 9}
  00:00:03 price {p: 8}
  EXPECT FIRE AT 00:00:03)"}),
      "");
}

TEST(a_test_of_users, reads_items_as_they_were) {
  EXPECT_EQ(
      wrong_with(
          {R"(RULE r WHEN view AS v WHERE item.cost < 10 FIRE EVERY TIME RETURN item.title AS t
TEST "as they were"
  GIVEN item {item_id: "7", title: "kite", cost: 50}
  00:00:01 view {item_id: "7"}
  GIVEN item {item_id: "7", cost: 5}
  00:00:02 view {item_id: "7"}
  00:00:03 view {item_id: "8"}
  EXPECT FIRE AT 00:00:02 {t: "kite"})"}),
      "");
}

TEST(a_test_of_users, may_give_derived_events) {
  EXPECT_EQ(wrong_with({"RULE drop FOR item WHEN price FIRE EVERY TIME TO EACH fav RETURN item_id",
                        R"(RULE heard WHEN drop AS d FIRE EVERY TIME RETURN d.item_id AS i
TEST "told"
  00:00:01 drop {user_id: "u", item_id: "7"}
  EXPECT FIRE FOR u {i: "7"})"}),
            "");
}

TEST(a_test_of_a_campaign, begins_with_it_and_names_what_lies_outside) {
  const std::string rule =
      "RULE r ACTIVE FROM '2024-11-11 00:00' TO '2024-11-11 01:00'\n"
      "WHEN view BUT NOT fav FOR 1 min FIRE EVERY TIME\n";
  EXPECT_EQ(wrong_with({rule + "TEST \"in\"\n  00:00:00 view\n  EXPECT FIRE AT 00:01:00"}), "");
  EXPECT_THAT(wrong_with({rule + "TEST \"out\"\n  01:00:00 view\n  EXPECT FIRE"}),
              HasSubstr("got:\n  NOTHING"));
}

}  // namespace
}  // namespace beckon::cep::testing

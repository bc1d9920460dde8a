// What `rule show` draws.
#include "engine/language/automaton.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

std::string drawing_of(std::string_view text) {
  const auto rule = must_compile(text);
  return rule ? drawn(automaton_of(*rule, *shop().events)) : "";
}

/// With BECKON_UPDATE_GOLDEN set the file is written anew instead: read the difference before
/// keeping it.
void expect_golden(const std::string& name, const std::string& got) {
  const std::string path = BECKON_SOURCE_DIR "/tests/engine/language/golden/" + name;
  if (std::getenv("BECKON_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << got;
  std::ifstream in(path);
  EXPECT_EQ(got, std::string(std::istreambuf_iterator<char>(in), {}));
}

constexpr std::string_view hesitant =
    "RULE hesitant \"Looks again and again\" WHEN item_view AS v AT LEAST 3 TIMES WHERE price > 10 "
    "WITHIN 30 min BUT NOT order_placed IN THE LAST 24 h BUT NOT order_placed OR checkout FOR 30 "
    "min UNLESS chat_start IF user.level = 'gold' FIRE ONCE PER 1 day RETURN v.item_id AS item, "
    "count(v) AS views, max(v.price) AS dearest";

TEST(automaton, draws_counts_guards_and_waits) {
  expect_golden("hesitant.txt", drawing_of(hesitant));
}

TEST(automaton, draws_keys_steps_and_what_lies_between_them) {
  expect_golden(
      "steps.txt",
      drawing_of("RULE steps FOR user BY user_id SAME item_id ACTIVE FROM '2024-01-01' TO "
                 "'2025-01-01' WHEN item_view AS v BUT NOT chat_start THEN NEXT cart_add AS "
                 "c WHERE c.cart_id = 'x' OR cart_id = 'y' THEN favorite AT LEAST 2 TIMES "
                 "IN A ROW WAIT UNTIL event.time + 1 day AT MOST 3 days THEN item_click "
                 "WITHIN 10 min ALL WITHIN 2 days KEEP FIRST FIRE ONCE PER item_id"));
}

TEST(automaton, as_data) {
  const auto rule = must_compile(hesitant);
  const automaton made = automaton_of(*rule, *shop().events);
  ASSERT_EQ(made.positions.size(), 2U);
  EXPECT_EQ(made.positions[0].guards,
            std::vector<std::string>{"no order_placed IN THE LAST 1 day"});
  EXPECT_EQ(made.positions[0].keeps,
            (std::vector<std::string>{"v.item_id", "count(v)", "max(v.price)"}));
  EXPECT_TRUE(made.positions[1].waits);
  EXPECT_EQ(made.positions[1].events, "order_placed OR checkout");
  EXPECT_EQ(made.condition, "user.level = 'gold'");
  EXPECT_EQ(made.returns, (std::vector<std::string>{"item", "views", "dearest"}));
}

TEST(automaton, its_parts_make_up_the_worst_case) {
  for (const std::string& text :
       {std::string(hesitant), std::string("RULE r WHEN item_view FIRE ONCE"),
        std::string("RULE r SAME item_id WHEN item_view AS v AT LEAST 9 DIFFERENT price WITHIN 1 h "
                    "BUT NOT chat_start IN THE LAST 1 day FIRE ONCE PER item_id RETURN v.price"),
        std::string(
            "RULE r WHEN order_paid SUM amount > 5 AND MAX amount < 9 WITHIN 1 h THEN "
            "item_view AS v AT LEAST 3 TIMES WITHIN 1 h FIRE ONCE RETURN avg(v.price) AS a"),
        std::string("RULE r WHEN item_view AS a THEN item_view WHERE price > a.price WITHIN 1 h "
                    "WAIT 5 s FIRE EVERY TIME")}) {
    const auto rule = must_compile(text);
    ASSERT_NE(rule, nullptr);
    EXPECT_EQ(total_bytes(worst_case(*rule)), rule->worst_case_bytes) << text;
    EXPECT_GT(rule->worst_case_bytes, 100U);
  }
}

}  // namespace
}  // namespace beckon::language::testing

#include "engine/plan/telling.hpp"

#include <gtest/gtest.h>

#include "engine/cep/derived_event.hpp"
#include "tests/engine/cep/market.hpp"

namespace beckon {
namespace {

constexpr const char* drop = "RULE drop FOR item WHEN price FIRE EVERY TIME TO EACH fav";

plan plan_of(const std::vector<std::string>& rules) {
  plan p;
  p.rules = cep::testing::market_rules(rules);
  p.events = std::shared_ptr<const catalogue>(p.rules, &p.rules->events());
  return p;
}

TEST(telling, is_for_an_action_or_for_a_rule_that_names_the_event) {
  plan p = plan_of({drop});
  EXPECT_FALSE(reaches_somebody(p, *p.rules->rules()[0]));
  p.actions_of_rule["drop"] = {0};
  EXPECT_TRUE(reaches_somebody(p, *p.rules->rules()[0]));
  p = plan_of({drop, "RULE heard WHEN drop FIRE EVERY TIME"});
  EXPECT_TRUE(reaches_somebody(p, *p.rules->rules()[0]));
}

TEST(telling, is_decided_about_where_an_action_subscribes_to_a_rule_in_force) {
  plan p = plan_of({drop, "RULE heard WHEN drop FIRE EVERY TIME"});
  const auto type = *p.events->type("drop");
  EXPECT_EQ(decided_for_each(p, type), nullptr) << "rules only";
  p.actions_of_rule["drop"] = {0};
  p.actions_of_rule["price"] = {0};
  EXPECT_EQ(decided_for_each(p, type), cep::teller_named(*p.rules, "drop"));
  EXPECT_NE(decided_for_each(p, type), nullptr);
  EXPECT_EQ(decided_for_each(p, *p.events->type("price")), nullptr) << "nobody's telling";
  p.rules = p.rules->without("drop");
  EXPECT_EQ(decided_for_each(p, type), nullptr) << "the rule is off";
}

}  // namespace
}  // namespace beckon

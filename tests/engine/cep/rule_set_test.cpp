// The index from events to rules, and interest.
#include "engine/cep/rule_set.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "engine/cep/rule_index.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

event_type_id type(std::string_view name) {
  return *small_catalogue()->type(name);
}

TEST(rule_set, orders_its_rules_by_name) {
  const auto set =
      set_of({"RULE z WHEN a FIRE ONCE", "RULE b WHEN a FIRE ONCE", "RULE m WHEN a FIRE ONCE"});
  ASSERT_EQ(set->rules().size(), 3U);
  EXPECT_EQ(set->rules()[0]->name + set->rules()[1]->name + set->rules()[2]->name, "bmz");
}

TEST(rule_set, names_every_type_of_every_clause) {
  const auto set = set_of({"RULE r WHEN a THEN b WITHIN 1 h BUT NOT c FOR 5 s UNLESS e FIRE ONCE"});
  for (const char* name : {"a", "b", "c", "e"}) EXPECT_TRUE(set->names(type(name))) << name;
  for (const char* name : {"d", "bg"}) EXPECT_FALSE(set->names(type(name))) << name;
  EXPECT_TRUE(set->can_begin(type("a")));
  EXPECT_FALSE(set->can_begin(type("b")));
}

TEST(rule_set, names_all_but_background_types_for_rows_and_any_event) {
  for (const char* text : {"RULE r WHEN a AT LEAST 2 TIMES IN A ROW WITHIN 5 s FIRE ONCE",
                           "RULE r WHEN a BUT NOT ANY EVENT FOR 5 s FIRE ONCE"}) {
    const auto set = set_of({text});
    EXPECT_TRUE(set->names(type("d"))) << text;
    EXPECT_FALSE(set->names(type("bg"))) << text;
    EXPECT_FALSE(set->names(type_profile_row)) << text;
  }
}

TEST(can_begin, looks_at_attributes) {
  const auto set = set_of({"RULE one WHEN a WHERE v = 1 AND x > 2 FIRE ONCE",
                           "RULE two WHEN a WHERE s = 'p' FIRE ONCE"});
  EXPECT_TRUE(set->can_begin(made_event("a", 0, {{"v", 1}, {"x", 3}})));
  EXPECT_FALSE(set->can_begin(made_event("a", 0, {{"v", 1}})));
  EXPECT_TRUE(set->can_begin(made_event("a", 0, {{"v", 2}, {"s", "p"}})));
  EXPECT_FALSE(set->can_begin(made_event("a", 0, {{"v", 2}, {"s", "q"}})));
  EXPECT_FALSE(set->can_begin(made_event("a", 0)));
  EXPECT_FALSE(set->can_begin(made_event("b", 0, {{"v", 1}})));
}

TEST(can_begin, hashes_equal_values_alike_and_others_apart) {
  EXPECT_EQ(equality_hash(1), equality_hash(1.0));
  EXPECT_EQ(equality_hash(0.0), equality_hash(-0.0));
  EXPECT_EQ(equality_hash(from_ms(5)), equality_hash(5));
  EXPECT_NE(equality_hash(1), equality_hash("1"));
  EXPECT_NE(equality_hash(1), equality_hash(true));
  EXPECT_EQ(equality_hash(value()), std::nullopt);
  EXPECT_EQ(equality_hash(value_list{1}), std::nullopt);
}

TEST(can_begin, uses_the_equality_that_tells_rules_apart) {
  std::vector<std::shared_ptr<const language::checked_rule>> rules;
  for (int i = 0; i < 500; ++i) {
    rules.push_back(compiled("RULE r" + std::to_string(i) + " WHEN a WHERE s = 'same' AND v = " +
                             std::to_string(i) + " FIRE ONCE"));
  }
  const auto set = rule_set::build(small_catalogue(), rules);
  std::vector<hit> found;
  index_scratch scratch;
  set->inside().collect(made_event("a", 0, {{"s", "same"}, {"v", 7}}), scratch, found);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(set->rules()[set->inside().rule_of[found[0].entry]]->name, "r7");
  EXPECT_TRUE(found[0].sure);
}

/// What the rules fire for these events: (time, rule), deadlines before the event of their time.
std::vector<std::string> fired_by(const std::shared_ptr<const rule_set>& set) {
  one_subject u(set);
  for (int second = 0; second < 30; second += 3)
    u.feed(made_event("a", second, {{"v", second % 5}, {"x", second * 7 % 11}}), second);
  u.settle(60);
  std::vector<std::string> all;
  for (const match& m : u.matches) {
    const std::string time = std::to_string(1'000'000 + to_ms(m.time));
    all.push_back(time + (m.by_deadline ? " deadline " : " event ") + m.rule->name);
  }
  return all;
}

TEST(many_rules, fire_as_each_of_them_alone_and_in_order) {
  std::vector<std::shared_ptr<const language::checked_rule>> rules;
  std::vector<std::string> one_by_one;
  for (int i = 0; i < 700; ++i) {
    const std::string limit = std::to_string(i % 13);
    const std::string name = "RULE r" + std::to_string(1000 + i) + " WHEN a WHERE ";
    const std::string step = i % 3 == 0 ? "x > " + limit : i % 3 == 1 ? "v = " + limit : "x < 6";
    const std::string wait = " BUT NOT b FOR " + std::to_string(1 + i % 7) + " s";
    rules.push_back(compiled(name + step + (i % 5 == 0 ? "" : wait) + " FIRE EVERY TIME"));
    const auto alone = fired_by(rule_set::build(small_catalogue(), {rules.back()}));
    one_by_one.insert(one_by_one.end(), alone.begin(), alone.end());
  }
  std::sort(one_by_one.begin(), one_by_one.end());
  EXPECT_GT(one_by_one.size(), 1500U);
  EXPECT_EQ(fired_by(rule_set::build(small_catalogue(), rules)), one_by_one);
}

TEST(interest, is_of_live_rules_only) {
  const auto set =
      set_of({"RULE r WHEN a BUT NOT b FOR 5 s THEN c WITHIN 5 s UNLESS e FIRE ONCE PER 1 h"});
  one_subject u(set);
  const auto wants = [&](std::string_view name) {
    return (u.state.interest(*set) & set->interest_of(type(name))) != 0;
  };
  EXPECT_FALSE(wants("b"));
  u.feed(made_event("a", 1));
  for (const char* name : {"b", "c", "e"}) EXPECT_TRUE(wants(name)) << name;
  u.feed(made_event("c", 7));
  ASSERT_EQ(u.fired(), "r@7");
  ASSERT_FALSE(u.state.empty());
  EXPECT_EQ(u.state.interest(*set), 0U);  // a FIRE limit waits for nothing
}

TEST(interest, is_in_everything_while_a_row_is_open) {
  const auto set = set_of({"RULE r WHEN a AT LEAST 2 TIMES IN A ROW WITHIN 5 s FIRE ONCE"});
  one_subject u(set);
  EXPECT_EQ(u.state.interest(*set), 0U);
  u.feed(made_event("a", 1));
  EXPECT_NE(u.state.interest(*set) & set->interest_of(type("d")), 0U);
  EXPECT_EQ(u.state.interest(*set) & set->interest_of(type("bg")) & ~set->interest_of(type("a")),
            0U);
  u.feed(made_event("d", 2));
  EXPECT_EQ(u.state.interest(*set), 0U);
}

TEST(interest, is_in_everything_while_a_wait_leads_to_next) {
  const auto set =
      set_of({"RULE r WHEN a BUT NOT b FOR 5 s WAIT 1 s THEN NEXT c WITHIN 5 s FIRE ONCE"});
  one_subject u(set);
  u.feed(made_event("a", 1));
  EXPECT_NE(u.state.interest(*set) & set->interest_of(type("d")), 0U)
      << "nobody asks again when the deadline lets the run stand before NEXT";
  u.feed(made_event("b", 2));
  EXPECT_EQ(u.state.interest(*set), 0U);
}

}  // namespace
}  // namespace beckon::cep::testing

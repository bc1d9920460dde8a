// The index from events to rules, and interest.
#include "engine/cep/rule_set.hpp"

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

TEST(can_begin, looks_at_equalities) {
  const auto set = set_of({"RULE one WHEN a WHERE v = 1 AND x > 2 FIRE ONCE",
                           "RULE two WHEN a WHERE s = 'p' FIRE ONCE"});
  EXPECT_TRUE(set->can_begin(made_event("a", 0, {{"v", 1}})));
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
  std::vector<std::uint32_t> found;
  set->inside().starts[static_cast<std::size_t>(type("a"))].collect(
      made_event("a", 0, {{"s", "same"}, {"v", 7}}), found);
  EXPECT_EQ(found.size(), 1U);
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

}  // namespace
}  // namespace beckon::cep::testing

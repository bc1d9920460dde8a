// FIRE limits, IF, RETURN and what a match says: Meaning 8 and 11, occurrence.
#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

TEST(fire, once_is_once) {
  one_subject u(set_of({"RULE r WHEN a FIRE ONCE"}));
  for (int t : {1, 2, 1000000}) u.feed(made_event("a", t));
  EXPECT_EQ(u.fired(), "r@1 r@2!fire_limit r@1000000!fire_limit");
  EXPECT_EQ(u.state.next_deadline(), never);
  EXPECT_FALSE(u.state.empty());
}

TEST(fire, once_per_duration_rolls_and_suppressed_ones_do_not_extend_it) {
  one_subject u(set_of({"RULE r WHEN a FIRE ONCE PER 10 s"}));
  for (int t : {1, 9, 11, 20, 21}) u.feed(made_event("a", t));
  EXPECT_EQ(u.fired(), "r@1 r@9!fire_limit r@11 r@20!fire_limit r@21");
}

TEST(fire, the_limit_ends_with_its_time_and_leaves_nothing) {
  one_subject u(set_of({"RULE r WHEN a FIRE ONCE PER 10 s"}));
  u.feed(made_event("a", 1));
  EXPECT_EQ(u.state.next_deadline(), at_second(11));
  u.settle(10);
  EXPECT_FALSE(u.state.empty());
  u.settle(11);
  EXPECT_TRUE(u.state.empty());
  EXPECT_EQ(u.state.next_deadline(), never);
}

TEST(fire, once_per_attribute_remembers_fired_values_null_being_one) {
  one_subject u(set_of({"RULE r WHEN a AS o IF o.x IS NULL FIRE ONCE PER v WITHIN 10 s"}));
  u.feed(made_event("a", 1, {{"v", 1}, {"x", 1}}));  // withheld: not remembered
  u.feed(made_event("a", 2, {{"v", 1}}));
  u.feed(made_event("a", 3, {{"v", 2}}));
  u.feed(made_event("a", 4, {{"v", 1}}));
  u.feed(made_event("a", 5));
  u.feed(made_event("a", 6));
  u.feed(made_event("a", 12, {{"v", 1}}));
  u.feed(made_event("a", 12, {{"v", 2}}));
  EXPECT_EQ(u.fired(),
            "r@1!condition r@2 r@3 r@4!fire_limit r@5 r@6!fire_limit r@12 r@12!fire_limit");
}

TEST(fire, once_per_attribute_without_within_remembers_30_days) {
  one_subject u(set_of({"RULE r WHEN a FIRE ONCE PER v"}));
  u.feed(made_event("a", 0, {{"v", 1}}));
  EXPECT_EQ(u.state.next_deadline(), at_second(30 * 86400));
}

TEST(fire, beyond_1000_remembered_values_the_oldest_goes) {
  one_subject u(set_of({"RULE r WHEN a FIRE ONCE PER v"}));
  for (int v = 0; v < 1001; ++v) u.feed(made_event("a", v, {{"v", v}}));
  EXPECT_EQ(u.overflow.remembered, 1U);
  u.fired();
  u.feed(made_event("a", 2000, {{"v", 1}}));
  u.feed(made_event("a", 2001, {{"v", 0}}));
  EXPECT_EQ(u.fired(), "r@2000!fire_limit r@2001");
}

TEST(fire, limits_are_of_the_rule_not_of_the_key) {
  one_subject u(set_of({"RULE r SAME k WHEN a FIRE ONCE PER 10 s"}));
  u.feed(made_event("a", 1, {{"k", "m"}}));
  u.feed(made_event("a", 2, {{"k", "n"}}));
  EXPECT_EQ(u.fired(), "r@1 r@2!fire_limit");
}

TEST(fire, limits_survive_a_new_version_of_the_rule) {
  one_subject u(set_of({"RULE r WHEN a FIRE ONCE PER 10 s"}));
  u.feed(made_event("a", 1));
  u.store_and_load(set_of({"RULE r WHEN a WHERE v = 1 THEN b WITHIN 5 s FIRE ONCE PER 20 s"}));
  u.feed(made_event("a", 2, {{"v", 1}}));
  u.feed(made_event("b", 3));
  u.feed(made_event("a", 20, {{"v", 1}}));
  u.feed(made_event("b", 21));
  EXPECT_EQ(u.fired(), "r@1 r@3!fire_limit r@21");
}

TEST(condition, asks_whether_the_user_is_in_an_audience) {
  language::named_lists audiences;
  audiences["regulars"] = std::make_shared<const std::unordered_set<std::string>>(
      std::unordered_set<std::string>{"u1", "u2"});
  language::environment names{small_catalogue(), nullptr, "UTC"};
  names.audiences = std::make_shared<const language::named_lists>(std::move(audiences));
  const auto file = language::compile(
      "RULE r WHEN a WHERE NOT user IN AUDIENCE regulars OR v = 1 IF user.user_id != 'u3' FIRE EVERY TIME",
      "r.rule", names);
  ASSERT_NE(file.rule, nullptr) << file.found.front().to_string();
  const auto rules = rule_set::build(small_catalogue(), {file.rule});
  const auto fired_by = [&](const char* id) {
    one_subject u(rules, id);
    u.feed(made_event("a", 1, {{"v", 0}}));
    u.feed(made_event("a", 2, {{"v", 1}}));
    return u.fired();
  };
  EXPECT_EQ(fired_by("u1"), "r@2");
  EXPECT_EQ(fired_by("u3"), "r@1!condition r@2!condition");
  EXPECT_EQ(fired_by("u4"), "r@1 r@2");
}

TEST(condition, reads_the_profile_when_the_deadline_is_handled) {
  expect_passes(R"(
RULE r WHEN a BUT NOT b FOR 10 s IF user.level >= 2 FIRE EVERY TIME
TEST "raised during the wait"
  GIVEN user {level: 1}
  00:00:00 a
  00:00:05 c
  GIVEN user {level: 2}
  EXPECT FIRE AT 00:00:10
TEST "raised after it"
  00:00:00 a
  00:00:10 c
  GIVEN user {level: 2}
  EXPECT NOTHING
)");
}

TEST(a_match, says_what_fired_it) {
  const auto rules =
      set_of({"RULE r SAME k WHEN a AS o THEN b WITHIN 9 s FIRE EVERY TIME RETURN o.v AS v, k"});
  one_subject u(rules);
  u.feed(made_event("a", 1, {{"k", "m"}, {"v", 5}}, "first"));
  u.feed(made_event("b", 2, {{"k", "m"}}, "second"));
  ASSERT_EQ(u.matches.size(), 1U);
  const match& m = u.matches[0];
  EXPECT_EQ(m.rule, rules->rules()[0]);
  std::string key;
  append_canonical(key, value("m"));
  EXPECT_EQ(m.key, key);
  EXPECT_EQ(m.time, at_second(2));
  EXPECT_FALSE(m.by_deadline);
  EXPECT_EQ(m.last_source, "test");
  EXPECT_EQ(m.last_id, "second");
  EXPECT_EQ(m.why, withheld::no);
  EXPECT_EQ(m.returns, (field_list{{"v", 5}, {"k", "m"}}));
}

TEST(a_match, withheld_ones_return_nothing) {
  one_subject u(set_of({"RULE r WHEN a AS o IF o.v = 1 FIRE EVERY TIME RETURN o.v AS v"}));
  u.feed(made_event("a", 1, {{"v", 2}}));
  ASSERT_EQ(u.matches.size(), 1U);
  EXPECT_TRUE(u.matches[0].returns.empty());
}

class occurrence : public ::testing::Test {
 protected:
  static hash128 of(const std::string& rule, const std::string& user, const std::string& key,
                    const std::string& id, double time = 1) {
    one_subject u(set_of({"RULE " + rule + " SAME k WHEN a FIRE EVERY TIME"}), user);
    u.feed(made_event("a", time, {{"k", key}}, id));
    return u.matches.at(0).occurrence;
  }
  static hash128 of_wait(const std::string& id, double time, bool by_event) {
    one_subject u(set_of({"RULE r WHEN a BUT NOT b FOR 5 s FIRE EVERY TIME"}));
    u.feed(made_event("a", time, {}, id));
    u.store_and_load();
    if (by_event) {
      u.feed(made_event("b", 20));
    } else {
      u.settle(20);
    }
    return u.matches.at(0).occurrence;
  }
};

TEST_F(occurrence, of_an_event_is_rule_subject_key_and_event) {
  const hash128 one = of("r", "u", "k", "id");
  EXPECT_EQ(one, of("r", "u", "k", "id", 2));
  EXPECT_NE(one, of("q", "u", "k", "id"));
  EXPECT_NE(one, of("r", "v", "k", "id"));
  EXPECT_NE(one, of("r", "u", "l", "id"));
  EXPECT_NE(one, of("r", "u", "k", "other"));
}

TEST_F(occurrence, of_a_deadline_is_its_time_and_the_last_positive_event) {
  const hash128 one = of_wait("id", 1, false);
  EXPECT_EQ(one, of_wait("id", 1, true));
  EXPECT_NE(one, of_wait("other", 1, false));
  EXPECT_NE(one, of_wait("id", 2, false));
}

}  // namespace
}  // namespace beckon::cep::testing

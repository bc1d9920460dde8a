// What becomes of live partial matches when a rule's text changes: keep, reset, drain.
#include <gtest/gtest.h>

#include "engine/cep/state.hpp"
#include "tests/engine/cep/versions.hpp"

namespace beckon::cep::testing {
namespace {

bool asks_for(const one_subject& u, std::string_view type) {
  return (u.state.interest(*u.rules) & u.rules->interest_of(*small_catalogue()->type(type))) != 0;
}

// ---- the same change under each fate

TEST(a_change, that_keeps_moves_the_run_under_the_new_text) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled(ten)};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1, {{"v", 5}}));
  u.store_and_load(changed(v[1], {replaced(v[0], fate::keep)}));
  u.feed(made_event("b", 2));
  u.settle(100);
  EXPECT_EQ(judged_by(u, v), "1@12");
}

TEST(a_change, of_a_version_nobody_knows_keeps) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled(ten)};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.store_and_load(changed(v[1], {}));
  u.feed(made_event("b", 2));
  u.settle(100);
  EXPECT_EQ(judged_by(u, v), "1@12");
}

TEST(a_change, that_resets_drops_the_run) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled(ten)};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.store_and_load(changed(v[1], {replaced(v[0], fate::reset)}));
  EXPECT_TRUE(u.state.empty());
  u.feed(made_event("b", 2));
  u.settle(100);
  EXPECT_EQ(judged_by(u, v), "");
}

TEST(a_change, that_drains_lets_the_run_go_on_under_the_old_text) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled(ten)};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1, {{"v", 5}}));
  u.store_and_load(changed(v[1], {replaced(v[0], fate::drain)}));
  u.feed(made_event("b", 2));
  u.settle(100);
  ASSERT_EQ(judged_by(u, v), "0@32");
  EXPECT_EQ(u.matches[0].rule->version, v[0]->version) << "the match says who judged it";
  EXPECT_EQ(u.matches[0].returns[0].content, value(5));
}

TEST(a_change, whose_old_text_is_gone_resets) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled(ten)};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  former_version broken = replaced(v[0], fate::drain);
  broken.text = nullptr;
  u.store_and_load(changed(v[1], {broken}));
  EXPECT_TRUE(u.state.empty());
}

TEST(a_change, of_a_rule_that_is_not_there_means_nothing) {
  const rule_ptr gone = compiled("RULE gone WHEN a THEN b WITHIN 9 s FIRE ONCE");
  one_subject u(changed(gone, {}));
  u.feed(made_event("a", 1));
  u.store_and_load(changed(compiled(ten), {replaced(gone, fate::drain)}));
  EXPECT_TRUE(u.state.empty());
}

// ---- a version that drains

TEST(a_version_that_drains, begins_nothing_and_the_new_one_begins) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled(ten)};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.store_and_load(changed(v[1], {replaced(v[0], fate::drain)}));
  u.feed(made_event("b", 2));
  u.feed(made_event("a", 3));
  u.feed(made_event("b", 4));
  u.settle(100);
  EXPECT_EQ(judged_by(u, v), "1@14 0@34") << "the old run stays before THEN and advances once more";
}

TEST(a_version_that_drains, comes_before_the_new_one_and_both_say_the_same_occurrence) {
  const std::vector<rule_ptr> v{compiled("RULE r WHEN a THEN b WITHIN 60 s FIRE EVERY TIME"),
                                compiled("RULE r WHEN a THEN b WITHIN 50 s FIRE EVERY TIME")};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.store_and_load(changed(v[1], {replaced(v[0], fate::drain)}));
  u.feed(made_event("a", 2));
  u.feed(made_event("b", 3));
  ASSERT_EQ(judged_by(u, v), "0@3 1@3");
  EXPECT_EQ(u.matches[0].occurrence, u.matches[1].occurrence);
}

TEST(a_version_that_drains,
     hands_the_window_of_its_first_step_to_a_first_step_that_means_the_same) {
  const std::string count = "RULE r WHEN a AT LEAST 3 TIMES WITHIN 60 s ";
  const std::vector<rule_ptr> v{compiled(count + "BUT NOT c FOR 30 s FIRE EVERY TIME"),
                                compiled(count + "BUT NOT c FOR 10 s FIRE EVERY TIME")};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.feed(made_event("a", 2));
  u.store_and_load(changed(v[1], {replaced(v[0], fate::drain)}));
  u.feed(made_event("a", 3));
  u.settle(100);
  EXPECT_EQ(judged_by(u, v), "1@13");
}

TEST(a_version_that_drains, drops_the_window_of_a_first_step_that_means_something_else) {
  const std::vector<rule_ptr> v{
      compiled("RULE r WHEN a AT LEAST 3 TIMES WITHIN 60 s FIRE EVERY TIME"),
      compiled("RULE r WHEN a AT LEAST 2 TIMES WITHIN 60 s FIRE EVERY TIME")};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.feed(made_event("a", 2));
  u.store_and_load(changed(v[1], {replaced(v[0], fate::drain)}));
  EXPECT_TRUE(u.state.empty());
}

TEST(a_version_that_drains, is_limited_by_what_the_new_one_fired_and_limits_it) {
  const std::vector<rule_ptr> v{compiled("RULE r WHEN a BUT NOT c FOR 30 s FIRE ONCE PER 10 s"),
                                compiled("RULE r WHEN a OR b FIRE ONCE PER 10 s")};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.store_and_load(changed(v[1], {replaced(v[0], fate::drain)}));
  u.feed(made_event("b", 25));
  u.settle(31);
  EXPECT_EQ(judged_by(u, v), "1@25 0@31!");
  u.store_and_load();
  one_subject w(changed(v[0], {}));
  w.feed(made_event("a", 1));
  w.store_and_load(changed(v[1], {replaced(v[0], fate::drain)}));
  w.settle(31);
  w.store_and_load();
  w.feed(made_event("b", 40));
  w.feed(made_event("b", 41));
  EXPECT_EQ(judged_by(w, v), "0@31 1@40! 1@41");
}

TEST(a_version_that_drains, keeps_its_own_longer_limit) {
  const std::vector<rule_ptr> v{
      compiled("RULE r SAME k WHEN a BUT NOT c FOR 30 s FIRE ONCE PER 1 h"),
      compiled("RULE r SAME k WHEN b FIRE EVERY TIME")};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1, {{"k", "p"}}));
  u.feed(made_event("a", 20, {{"k", "q"}}));
  u.store_and_load(changed(v[1], {replaced(v[0], fate::drain)}));
  u.settle(40);
  u.store_and_load();
  u.settle(100);
  EXPECT_EQ(judged_by(u, v), "0@31 0@50!");
}

TEST(a_version_that_drains, keeps_the_look_backs_of_its_later_steps) {
  const std::vector<rule_ptr> v{
      compiled("RULE r WHEN a THEN b WITHIN 60 s BUT NOT c IN THE LAST 20 s FIRE EVERY TIME"),
      compiled("RULE r WHEN d FIRE EVERY TIME")};
  const auto after = changed(v[1], {replaced(v[0], fate::drain)});
  one_subject u(changed(v[0], {}));
  u.feed(made_event("c", 1));
  u.feed(made_event("a", 2));
  u.store_and_load(after);
  u.feed(made_event("b", 3));  // stopped by what was noted before
  u.store_and_load();
  EXPECT_TRUE(asks_for(u, "c"));
  u.feed(made_event("c", 22));
  u.feed(made_event("b", 23));  // stopped by what was noted since
  u.feed(made_event("b", 43));
  EXPECT_EQ(judged_by(u, v), "0@43");
  EXPECT_TRUE(u.state.empty());
}

TEST(a_version_that_drains, leaves_look_backs_to_the_new_one_too) {
  const std::vector<rule_ptr> v{
      compiled("RULE r WHEN a BUT NOT c IN THE LAST 20 s FIRE EVERY TIME"),
      compiled("RULE r WHEN b BUT NOT c IN THE LAST 20 s FIRE EVERY TIME")};
  for (const fate what : {fate::drain, fate::reset}) {
    one_subject u(changed(v[0], {}));
    u.feed(made_event("c", 1));
    u.store_and_load(changed(v[1], {replaced(v[0], what)}));
    u.feed(made_event("b", 20));
    u.feed(made_event("b", 21));
    EXPECT_EQ(judged_by(u, v), "1@21");
  }
}

TEST(a_version_that_drains, costs_nothing_once_its_runs_have_ended) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled("RULE r WHEN d FIRE EVERY TIME")};
  const auto after = changed(v[1], {replaced(v[0], fate::drain)});
  const auto type = [](const char* name) { return *small_catalogue()->type(name); };
  EXPECT_FALSE(after->can_begin(type("a")));
  EXPECT_FALSE(after->names(type("a")));
  for (const char* later : {"b", "c", "d"}) EXPECT_TRUE(after->names(type(later))) << later;
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.store_and_load(after);
  EXPECT_TRUE(asks_for(u, "b"));
  EXPECT_TRUE(asks_for(u, "c"));
  EXPECT_FALSE(asks_for(u, "a"));
  u.settle(61);
  EXPECT_TRUE(u.state.empty());
  EXPECT_EQ(u.state.interest(*after), 0U);
  EXPECT_EQ(u.state.encode(), "");
}

// ---- several versions

TEST(versions, drain_beside_each_other) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled(ten),
                                compiled("RULE r WHEN a THEN b WITHIN 60 s FIRE EVERY TIME")};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.feed(made_event("b", 2));
  u.store_and_load(changed(v[1], {replaced(v[0], fate::drain)}));
  u.feed(made_event("a", 3));
  u.store_and_load(changed(v[2], {replaced(v[0], fate::drain), replaced(v[1], fate::drain)}));
  u.feed(made_event("a", 4));
  u.feed(made_event("b", 5));
  u.settle(200);
  EXPECT_EQ(judged_by(u, v), "2@5 1@15 0@35");
}

TEST(versions, that_are_not_named_any_more_have_no_runs_any_more) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled(ten)};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.store_and_load(changed(v[1], {replaced(v[0], fate::drain)}));
  u.store_and_load(changed(v[1], {}));
  EXPECT_TRUE(u.state.empty());
}

TEST(versions, come_back_and_drain_once_more) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled(ten)};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.store_and_load(changed(v[1], {replaced(v[0], fate::drain)}));
  u.feed(made_event("a", 20));
  // The first text is in force again: its old run and those of the second drain.
  u.store_and_load(changed(v[0], {replaced(v[0], fate::drain), replaced(v[1], fate::drain)}));
  u.feed(made_event("b", 22));
  u.settle(60);
  EXPECT_EQ(judged_by(u, v), "1@32 0@52");
  u.feed(made_event("a", 100));
  // And replaced again: two runs of it, of two times, drain together.
  u.store_and_load(changed(v[1], {replaced(v[0], fate::drain)}));
  u.feed(made_event("b", 101));
  u.settle(200);
  EXPECT_EQ(judged_by(u, v), "1@32 0@52 0@131");
}

TEST(versions, go_with_their_rule) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled(ten)};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.rules = changed(v[1], {replaced(v[0], fate::drain)});
  u.feed(made_event("a", 2));
  u.rules = u.rules->without("r");
  u.feed(made_event("b", 3));
  EXPECT_TRUE(u.state.empty());
}

TEST(versions, stay_with_another_past) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled(ten)};
  one_subject u(changed(v[0], {}));
  u.feed(made_event("a", 1));
  u.rules = changed(v[1], {})->with_former({replaced(v[0], fate::drain)})->with_past({});
  u.feed(made_event("b", 2));
  u.settle(100);
  EXPECT_EQ(judged_by(u, v), "0@32");
}

TEST(versions, know_their_own_past) {
  const rule_ptr old =
      compiled("RULE r WHEN a THEN b WITHIN 60 s BUT NOT c IN THE LAST 20 s FIRE EVERY TIME");
  const auto& step = std::get<language::step>(old->clauses[1]);
  former_version f = replaced(old, fate::drain);
  f.known = {{past_name("r", step.look_backs[0]), at_second(5)}};
  one_subject u(changed(old, {}));
  u.feed(made_event("a", 1));
  u.rules = changed(compiled("RULE r WHEN d FIRE ONCE"), {f});
  u.feed(made_event("b", 20));
  ASSERT_EQ(u.matches.size(), 1U);
  EXPECT_TRUE(u.matches[0].history_short);
}

}  // namespace
}  // namespace beckon::cep::testing

// The rule's own clock, late events and the order of deadlines: Meaning 1, 2 and "State of a
// subject".
#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

TEST(rule_clock, a_late_event_is_judged_at_the_rules_clock) {
  expect_passes(R"(
RULE r WHEN a AT LEAST 2 TIMES WITHIN 5 s FIRE EVERY TIME RETURN event.time AS own, now AS judged
TEST "judged at the clock; its own time stays readable"
  00:00:10 a
  00:00:02 a
  EXPECT FIRE AT 00:00:10 {own: "2024-01-01 00:00:02", judged: "2024-01-01 00:00:10"}
)");
}

TEST(rule_clock, other_rules_and_events_that_change_nothing_do_not_move_it) {
  const auto rules = set_of({"RULE one WHEN a BUT NOT b FOR 5 s FIRE EVERY TIME RETURN now AS n",
                             "RULE two WHEN c FIRE ONCE PER 1 h"});
  one_subject u(rules);
  u.feed(made_event("a", 1));
  u.feed(made_event("c", 4));  // moves two's clock alone
  u.feed(made_event("b", 3));  // judged by one at 3
  u.feed(made_event("c", 2));  // judged by two at 4
  EXPECT_EQ(u.fired(), "two@4 two@4!fire_limit");
}

TEST(rule_clock, dies_with_the_state) {
  one_subject u(set_of({"RULE r WHEN a THEN b WITHIN 60 s FIRE EVERY TIME"}));
  u.feed(made_event("a", 10));
  u.feed(made_event("b", 11));
  u.feed(made_event("a", 3));
  u.feed(made_event("b", 4));
  EXPECT_EQ(u.fired(), "r@11 r@4");
}

TEST(rule_clock, is_moved_by_the_last_entry_that_leaves_a_window_and_by_no_other) {
  one_subject u(set_of({"RULE r WHEN a AT LEAST 3 TIMES WITHIN 10 s FIRE EVERY TIME"}));
  u.feed(made_event("a", 1));
  u.feed(made_event("a", 8));
  EXPECT_EQ(u.state.next_deadline(), at_second(18));
  u.settle(11);  // the first is out of the window; nothing happens
  u.feed(made_event("a", 9));
  EXPECT_EQ(u.fired(), "r@9") << "(-1, 9] holds all three, whatever the clock has seen";
  u.feed(made_event("a", 12));
  u.settle(21);
  EXPECT_FALSE(u.state.empty());
  u.settle(22);
  EXPECT_TRUE(u.state.empty());
}

TEST(rule_clock, a_row_breaker_moves_nothing) {
  one_subject u(
      set_of({"RULE r WHEN a THEN b AT LEAST 2 TIMES IN A ROW WITHIN 60 s FIRE EVERY TIME"}));
  u.feed(made_event("a", 1));
  u.feed(made_event("b", 2));
  u.feed(made_event("c", 50));  // breaks the row
  u.feed(made_event("b", 3));
  u.feed(made_event("b", 4));
  EXPECT_EQ(u.fired(), "r@4");
}

TEST(deadlines, an_event_that_satisfies_a_clause_runs_those_due) {
  one_subject u(set_of({"RULE r WHEN a BUT NOT b FOR 5 s THEN c WITHIN 5 s FIRE EVERY TIME"}));
  u.feed(made_event("a", 1));
  u.feed(made_event("d", 7));  // no clause: nothing happens
  EXPECT_EQ(u.state.next_deadline(), at_second(6));
  u.feed(made_event("c", 8));  // ends the wait at 6, then advances
  EXPECT_EQ(u.fired(), "r@8");
}

TEST(deadlines, an_event_whose_where_fails_runs_none) {
  one_subject u(set_of({"RULE r WHEN a BUT NOT b WHERE v = 1 FOR 5 s FIRE EVERY TIME"}));
  u.feed(made_event("a", 1));
  u.feed(made_event("b", 9, {{"v", 2}}));
  EXPECT_EQ(u.fired(), "");
  u.feed(made_event("b", 3, {{"v", 1}}));
  EXPECT_TRUE(u.state.empty());
}

TEST(deadlines, an_event_runs_those_of_its_key_alone) {
  one_subject u(
      set_of({"RULE r SAME k WHEN a BUT NOT b OR e FOR 5 s FIRE EVERY TIME RETURN k AS k"}));
  u.feed(made_event("a", 1, {{"k", "m"}}));
  u.feed(made_event("a", 2, {{"k", "n"}}));
  u.feed(made_event("b", 9, {{"k", "n"}}));
  ASSERT_EQ(u.matches.size(), 1U);
  EXPECT_EQ(u.matches[0].returns[0].content, value("n"));
  u.feed(made_event("a", 12, {{"k", "n"}}));
  u.feed(made_event("e", 13));  // without a key: all
  ASSERT_EQ(u.matches.size(), 2U);
  EXPECT_EQ(u.matches[1].returns[0].content, value("m"));
}

TEST(deadlines, go_by_time_then_rule_then_key) {
  const auto rules = set_of({"RULE z WHEN a BUT NOT b FOR 5 s FIRE EVERY TIME",
                             "RULE y WHEN a BUT NOT b FOR 7 s FIRE EVERY TIME",
                             "RULE x WHEN a BUT NOT b FOR 7 s FIRE EVERY TIME"});
  one_subject u(rules);
  u.feed(made_event("a", 1));
  u.settle(100);
  EXPECT_EQ(u.fired(), "z@6 x@8 y@8");
}

TEST(deadlines, up_to_clock_before_come_first_then_rules_by_name) {
  const auto rules =
      set_of({"RULE z WHEN a BUT NOT b FOR 5 s FIRE EVERY TIME", "RULE y WHEN c FIRE EVERY TIME"});
  one_subject u(rules);
  u.feed(made_event("a", 1));
  u.feed(made_event("c", 9), 8);
  EXPECT_EQ(u.fired(), "z@6 y@9");
}

TEST(deadlines, what_no_event_of_the_rule_overtakes_waits_for_the_clock) {
  one_subject u(set_of({"RULE r WHEN a BUT NOT b FOR 5 s FIRE EVERY TIME"}));
  u.feed(made_event("a", 1));
  u.feed(made_event("c", 100));
  u.feed(made_event("b", 4), 5);  // late on the wire, but before its deadline was handled
  u.settle(200);
  EXPECT_EQ(u.fired(), "");
}

TEST(current_rule, is_told_while_it_is_judged) {
  const auto rules = set_of(
      {"RULE one WHEN a FIRE EVERY TIME", "RULE two WHEN a BUT NOT b FOR 5 s FIRE EVERY TIME"});
  one_subject u(rules);
  const language::checked_rule* current = nullptr;
  const judging j{*rules, u.who, nullptr, "UTC", u.matches, &current};
  judge(j, u.state, made_event("a", 1), {}, beginning);
  EXPECT_EQ(current, rules->rules()[1].get());
  judge(j, u.state, made_event("c", 2), {}, beginning);
  EXPECT_EQ(current, rules->rules()[1].get());
}

}  // namespace
}  // namespace beckon::cep::testing

// Where matcher and language disagreed until the random worlds found it, each by its name.
#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

// Firing times of different keys come out of order: what a later one no longer needs, an earlier
// one may (Meaning 8).
TEST(regression, a_remembered_value_is_forgotten_by_the_clock_alone) {
  one_subject u(
      set_of({"RULE r SAME k WHEN a OR b WAIT UNTIL t AT MOST 9 s FIRE ONCE PER "
              "event.type WITHIN 7 s"}));
  const auto feed = [&](const char* type, int second, const char* k, int until) {
    u.feed(made_event(type, second, {{"k", k}, {"t", at_second(until)}}));
  };
  feed("b", 2, "m", 6);
  feed("b", 7, "n", 11);
  feed("a", 12, "m", 14);  // runs the deadline of its own key at 6
  feed("b", 14, "m", 15);  // and the one at 14
  EXPECT_EQ(u.fired(), "r@6 r@14");
  u.settle(15);  // now that of the other key: 11 is less than 6 + 7
  EXPECT_EQ(u.fired(), "r@11!fire_limit r@15");
}

// "In its key (without a key: all)" means the look-backs that are the same for all keys, too
// (Meaning 2).
TEST(regression, an_event_without_a_key_ends_what_all_keys_remember) {
  one_subject u(
      set_of({"RULE r SAME k WHEN a BUT NOT e IN THE LAST 5 s BUT NOT e WHERE v = 1 IN "
              "THE LAST 1 s FIRE EVERY TIME"}));
  u.feed(made_event("e", 4, {{"v", 1}}));
  EXPECT_EQ(u.state.next_deadline(), at_second(5));
  u.feed(made_event("e", 6, {{"v", 0}}));
  EXPECT_EQ(u.state.next_deadline(), at_second(11));
}

// Meaning 6: some choice of earlier, unconsumed events must fit; the very next one is consumed.
TEST(regression, the_very_next_event_once_consumed_ends_a_run_before_next) {
  one_subject u(
      set_of({"RULE r WHEN b THEN NEXT ANY EVENT AT LEAST 2 TIMES WITHIN 5 s BUT NOT b "
              "FOR 2 s FIRE EVERY TIME"}));
  u.feed(made_event("b", 2));
  u.feed(made_event("b", 4));  // counts for the first, begins another
  u.feed(made_event("a", 5));  // counts for both; the first begins its wait, which consumes it
  u.settle(7);
  EXPECT_EQ(u.fired(), "r@7");
  EXPECT_TRUE(u.state.empty());
}

// An event that a look-back stops before NEXT and that is not ordinary changes nothing.
TEST(regression, a_background_event_that_is_stopped_moves_no_clock) {
  one_subject u(
      set_of({"RULE r WHEN b THEN NEXT c OR bg WITHIN 11 s BUT NOT b IN THE LAST 3 s "
              "FIRE EVERY TIME"}));
  u.feed(made_event("b", 4));
  u.feed(made_event("bg", 5));
  u.feed(made_event("b", 1));  // judged at 4
  EXPECT_EQ(u.state.next_deadline(), at_second(7));
}

// AND AVG|MIN|MAX behind NEXT: an entry that it refuses has begun what a newer run must still
// begin, so both are kept.
TEST(regression, a_refused_entry_behind_next_does_not_give_way_to_a_newer_run) {
  expect_passes(R"(
RULE r WHEN a AS s THEN NEXT c AT LEAST 1 TIMES AND MAX m > 0.25 WITHIN 6 s
FIRE EVERY TIME RETURN s.x AS x
TEST "the older run has begun to count, the newer has not"
  00:00:02 a {x: 1}
  00:00:02 c {m: 0.2}
  00:00:03 a {x: 2}
  00:00:04 d
  00:00:05 c {m: 0.5}
  EXPECT FIRE AT 00:00:05 {x: 1}
)");
}

}  // namespace
}  // namespace beckon::cep::testing

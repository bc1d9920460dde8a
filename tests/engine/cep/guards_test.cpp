// Look-backs, BUT NOT between steps, UNTIL … AT MOST, WAIT, KEEP FIRST: Meaning 3 to 6, "Details that
// decide a test".
#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

TEST(look_back, stops_the_step_it_follows) {
  expect_passes(R"(
RULE r WHEN a BUT NOT b IN THE LAST 10 s FIRE EVERY TIME
TEST "nothing there"
  00:00:01 a
  EXPECT FIRE AT 00:00:01
TEST "something there"
  00:00:01 b
  00:00:10.999 a
  EXPECT NOTHING
TEST "exactly as long ago is long enough"
  00:00:01 b
  00:00:11 a
  EXPECT FIRE AT 00:00:11
TEST "at the same time, but after it"
  00:00:01 a
  00:00:01 b
  EXPECT FIRE AT 00:00:01
TEST "the last one decides"
  00:00:01 b
  00:00:05 b
  00:00:12 a
  EXPECT NOTHING
)");
}

TEST(look_back, sees_only_what_its_where_lets_through_and_never_its_own_event) {
  expect_passes(R"(
RULE r WHEN a BUT NOT a WHERE v = 1 IN THE LAST 10 s FIRE EVERY TIME
TEST "the first of them"
  00:00:01 a {v: 1}
  00:00:02 a {v: 2}
  00:00:12 a {v: 2}
  EXPECT FIRE AT 00:00:01 FIRE AT 00:00:12
)");
}

TEST(look_back, consumes_nothing_when_it_stops) {
  expect_passes(R"(
RULE r WHEN a AS p AT LEAST 2 TIMES WITHIN 10 s BUT NOT b IN THE LAST 3 s FIRE EVERY TIME RETURN first(p.v) AS v
TEST "what was counted stays"
  00:00:01 a {v: 1}
  00:00:02 b
  00:00:03 a {v: 2}
  00:00:06 a {v: 3}
  EXPECT FIRE AT 00:00:06 {v: 2}
)");
}

TEST(look_back, of_a_later_step_sees_what_was_before_the_first) {
  expect_passes(R"(
RULE r WHEN a THEN c BUT NOT b IN THE LAST 1 min ALL WITHIN 1 h FIRE EVERY TIME
TEST "before WHEN"
  00:00:00 b
  00:00:10 a
  00:00:20 c
  00:01:00 c
  EXPECT FIRE AT 00:01:00
)");
}

TEST(look_back, behind_a_wait_belongs_to_the_step_before_it) {
  expect_passes(R"(
RULE r WHEN a BUT NOT c FOR 10 s BUT NOT b IN THE LAST 1 min FIRE EVERY TIME
TEST "asked when the step completes, not when the wait ends"
  00:00:01 a
  00:00:02 b
  EXPECT FIRE AT 00:00:11
TEST "stopped"
  00:00:00 b
  00:00:01 a
  EXPECT NOTHING
)");
}

TEST(look_back, is_kept_by_key_and_without_a_key_for_all) {
  expect_passes(R"(
RULE r SAME k WHEN a BUT NOT b OR e IN THE LAST 1 min FIRE EVERY TIME RETURN k
TEST "of another key"
  00:00:00 b {k: "m"}
  00:00:01 a {k: "n"}
  00:00:01 a {k: "m"}
  EXPECT FIRE AT 00:00:01 {k: "n"}
TEST "an event without the attribute's type stops all keys"
  00:00:00 e
  00:00:01 a {k: "n"}
  EXPECT NOTHING
)");
}

TEST(look_back, remembers_through_firing_and_unless) {
  expect_passes(R"(
RULE r WHEN a BUT NOT b IN THE LAST 1 min UNLESS c FIRE EVERY TIME
TEST "neither forgets it"
  00:00:00 a
  00:00:01 b
  00:00:02 c
  00:00:03 a
  EXPECT FIRE AT 00:00:00
)");
}

TEST(look_back, says_when_its_past_is_not_known) {
  const auto rule = compiled("RULE r WHEN a BUT NOT b IN THE LAST 10 s FIRE EVERY TIME");
  const auto& past = std::get<language::step>(rule->clauses[0]).look_backs[0];
  one_subject u(rule_set::build(small_catalogue(), {rule}, {{past_name("r", past), at_second(5)}}));
  u.feed(made_event("a", 14));
  u.feed(made_event("a", 15));
  ASSERT_EQ(u.matches.size(), 2U);
  EXPECT_TRUE(u.matches[0].history_short);
  EXPECT_FALSE(u.matches[1].history_short);
}

TEST(in_between, ends_what_waits_for_the_next_step) {
  expect_passes(R"(
RULE r WHEN a AS p BUT NOT b THEN c WITHIN 1 min FIRE EVERY TIME RETURN p.v AS v
TEST "none between"
  00:00:01 b
  00:00:02 a {v: 1}
  00:00:03 c
  EXPECT FIRE AT 00:00:03 {v: 1}
TEST "one between"
  00:00:01 a
  00:00:02 b
  00:00:03 c
  EXPECT NOTHING
TEST "a later start is free of it"
  00:00:01 a {v: 1}
  00:00:02 b
  00:00:03 a {v: 2}
  00:00:04 c
  EXPECT FIRE AT 00:00:04 {v: 2}
)");
}

TEST(in_between, holds_until_a_counting_step_is_complete_and_through_waits) {
  expect_passes(R"(
RULE r WHEN a BUT NOT b THEN c AT LEAST 2 TIMES WITHIN 1 min FIRE EVERY TIME
TEST "between two entries"
  00:00:01 a
  00:00:02 c
  00:00:03 b
  00:00:04 c
  EXPECT NOTHING
)");
  expect_passes(R"(
RULE r WHEN a BUT NOT b WAIT 10 s THEN c WITHIN 1 min FIRE EVERY TIME
TEST "during the wait"
  00:00:01 a
  00:00:05 b
  00:00:20 c
  EXPECT NOTHING
TEST "after the wait"
  00:00:01 a
  00:00:15 b
  00:00:20 c
  EXPECT NOTHING
)");
  expect_passes(R"(
RULE r WHEN a WAIT 10 s BUT NOT b THEN c WITHIN 1 min FIRE EVERY TIME
TEST "during the wait it is allowed"
  00:00:01 a
  00:00:05 b
  00:00:20 c
  EXPECT FIRE AT 00:00:20
TEST "after it, it is not"
  00:00:01 a
  00:00:15 b
  00:00:20 c
  EXPECT NOTHING
)");
}

TEST(in_between, that_is_the_step_itself_ends_first) {
  expect_passes(R"(
RULE r WHEN a BUT NOT c WHERE v = 1 THEN c WITHIN 1 min FIRE EVERY TIME
TEST "ended by the event that would have completed"
  00:00:01 a
  00:00:02 c {v: 1}
  00:00:03 c {v: 2}
  EXPECT NOTHING
)");
}

TEST(until, is_the_time_an_event_names) {
  expect_passes(R"(
RULE r WHEN a AS p BUT NOT b UNTIL p.t - 1 h AT MOST 2 days FIRE EVERY TIME RETURN now AS n
TEST "its time"
  00:00:00 a {t: "2024-01-01 10:00"}
  EXPECT FIRE AT 09:00:00 {n: "2024-01-01 09:00"}
TEST "cancelled"
  00:00:00 a {t: "2024-01-01 10:00"}
  08:59:59 b
  EXPECT NOTHING
TEST "not after the bound"
  00:00:00 a {t: "2024-01-09 10:00"}
  EXPECT FIRE AT 2d 00:00:00
TEST "not before the step"
  12:00:00 a {t: "2024-01-01 10:00"}
  EXPECT FIRE AT 12:00:00
TEST "NULL: the step is not complete"
  00:00:00 a {t: "2024-01-01 10:00"}
  01:00:00 a
  EXPECT FIRE AT 09:00:00
)");
}

TEST(wait_clause, is_ended_by_unless_alone) {
  expect_passes(R"(
RULE r WHEN a WAIT 10 s UNLESS b FIRE EVERY TIME
TEST "waits"
  00:00:01 a
  00:00:02 c
  EXPECT FIRE AT 00:00:11
TEST "unless"
  00:00:01 a
  00:00:02 b
  EXPECT NOTHING
)");
  expect_passes(R"(
RULE r WHEN a AS p WAIT UNTIL p.x * 1000 AT MOST 100 days THEN b WITHIN 1 min FIRE EVERY TIME
TEST "an int64 is ms since 1970; the step counts from the deadline"
  STARTS '1970-01-01 00:00'
  00:00:00 a {x: 60}
  00:00:59 b
  00:01:59.999 b
  EXPECT FIRE AT 00:01:59.999
)");
}

TEST(two_waits, follow_each_other) {
  expect_passes(R"(
RULE r WHEN a AS p WAIT 10 s BUT NOT b UNTIL p.t AT MOST 1 min FIRE EVERY TIME
TEST "the second counts from the end of the first"
  00:00:00 a {t: "2024-01-01 00:00:05"}
  EXPECT FIRE AT 00:00:10
TEST "to its own time"
  00:00:00 a {t: "2024-01-01 00:00:30"}
  00:00:05 b
  EXPECT FIRE AT 00:00:30
TEST "cancelled in the second"
  00:00:00 a {t: "2024-01-01 00:00:30"}
  00:00:15 b
  EXPECT NOTHING
)");
}

TEST(keep_first, counts_from_the_first_anchor) {
  expect_passes(R"(
RULE r WHEN a AS p BUT NOT b FOR 10 s KEEP FIRST FIRE EVERY TIME RETURN p.v AS v
TEST "not replaced"
  00:00:01 a {v: 1}
  00:00:05 a {v: 2}
  EXPECT FIRE AT 00:00:11 {v: 1}
TEST "free again after it"
  00:00:01 a {v: 1}
  00:00:11 a {v: 2}
  EXPECT FIRE AT 00:00:11 {v: 1} FIRE AT 00:00:21 {v: 2}
)");
  expect_passes(R"(
RULE r WHEN a AS p AT LEAST 2 TIMES WITHIN 20 s BUT NOT b FOR 10 s KEEP FIRST FIRE EVERY TIME RETURN p.v AS v
TEST "a completion meanwhile consumes nothing"
  00:00:01 a {v: 1}
  00:00:02 a {v: 2}
  00:00:09 a {v: 3}
  00:00:10 a {v: 4}
  00:00:12 a {v: 5}
  EXPECT FIRE AT 00:00:12 {v: 2} FIRE AT 00:00:22 {v: 5}
)");
}

}  // namespace
}  // namespace beckon::cep::testing

// Waits, UNLESS, consumption and what survives a firing: Meaning 2, 3, 4, 6, 7.
#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

TEST(wait, fires_by_its_deadline_with_its_own_time) {
  expect_passes(R"(
RULE r WHEN a AS o BUT NOT b FOR 10 s FIRE EVERY TIME RETURN o.v AS v, event.time AS t, now AS n
TEST "absent"
  00:00:01 a {v: 7}
  EXPECT FIRE AT 00:00:11 {v: 7, t: "2024-01-01 00:00:01", n: "2024-01-01 00:00:11"}
TEST "cancelled just before"
  00:00:01 a
  00:00:10.999 b
  EXPECT NOTHING
TEST "exactly at the end is too late to cancel"
  00:00:01 a
  00:00:11 b
  EXPECT FIRE AT 00:00:11
TEST "an event at the anchor's time that arrived later cancels"
  00:00:01 a
  00:00:01 b
  EXPECT NOTHING
TEST "one that arrived earlier does not"
  00:00:01 b
  00:00:01 a
  EXPECT FIRE AT 00:00:11
TEST "UNTIL stops the clock before the deadline"
  00:00:01 a
  UNTIL 00:00:10
  EXPECT NOTHING
)");
}

TEST(wait, counts_from_the_latest_anchor) {
  expect_passes(R"(
RULE r WHEN a AS o BUT NOT b FOR 10 s FIRE EVERY TIME RETURN o.v AS v
TEST "replaced"
  00:00:01 a {v: 1}
  00:00:05 a {v: 2}
  EXPECT FIRE AT 00:00:15 {v: 2}
TEST "a new anchor at the deadline comes after it"
  00:00:01 a {v: 1}
  00:00:11 a {v: 2}
  EXPECT FIRE AT 00:00:11 {v: 1} FIRE AT 00:00:21 {v: 2}
)");
}

TEST(wait, cancelled_by_types_joined_with_or_and_by_where) {
  expect_passes(R"(
RULE r WHEN a AS o BUT NOT b OR c WHERE v = o.v FOR 10 s FIRE EVERY TIME RETURN o.v AS v
TEST "the alias is compared"
  00:00:01 a {v: 1}
  00:00:02 b {v: 2}
  EXPECT FIRE AT 00:00:11
TEST "either type"
  00:00:01 a {v: 1}
  00:00:02 c {v: 1}
  EXPECT NOTHING
)");
}

TEST(wait, consumes_the_window_when_it_begins) {
  expect_passes(R"(
RULE r WHEN a AT LEAST 2 TIMES WITHIN 20 s BUT NOT b FOR 10 s FIRE EVERY TIME
TEST "a third event is no new anchor"
  00:00:01 a
  00:00:02 a
  00:00:05 a
  EXPECT FIRE AT 00:00:12
TEST "a new anchor replaces the wait and consumes its own window"
  00:00:01 a
  00:00:02 a
  00:00:05 a
  00:00:06 a
  00:00:07 a
  EXPECT FIRE AT 00:00:16
TEST "what counts after the wait began is kept through firing"
  00:00:01 a
  00:00:02 a
  00:00:11 a
  00:00:13 a
  EXPECT FIRE AT 00:00:12 FIRE AT 00:00:23
TEST "and through cancelling"
  00:00:01 a
  00:00:02 a
  00:00:04 a
  00:00:05 b
  00:00:06 a
  EXPECT FIRE AT 00:00:16
)");
}

TEST(wait, after_a_later_count_consumes_that_count_too) {
  expect_passes(R"(
RULE r WHEN a THEN b AT LEAST 2 TIMES WITHIN 60 s BUT NOT c FOR 10 s FIRE EVERY TIME
TEST "one more b is no new anchor, two are"
  00:00:00 a
  00:00:01 b
  00:00:02 b
  00:00:03 b
  UNTIL 00:00:12
  EXPECT FIRE AT 00:00:12
TEST "two are"
  00:00:00 a
  00:00:01 b
  00:00:02 b
  00:00:03 b
  00:00:04 b
  EXPECT FIRE AT 00:00:14
)");
}

TEST(wait, two_in_a_row_count_one_after_the_other) {
  expect_passes(R"(
RULE r WHEN a BUT NOT b FOR 10 s BUT NOT c FOR 5 s FIRE EVERY TIME
TEST "the second from the end of the first"
  00:00:00 a
  EXPECT FIRE AT 00:00:15
TEST "c during the first does not cancel"
  00:00:00 a
  00:00:09 c
  EXPECT FIRE AT 00:00:15
TEST "b during the second does not cancel"
  00:00:00 a
  00:00:10 b
  EXPECT FIRE AT 00:00:15
TEST "c during the second does"
  00:00:00 a
  00:00:10 c
  EXPECT NOTHING
TEST "a later anchor waits behind an earlier one in its second wait"
  00:00:00 a
  00:00:05 a
  EXPECT FIRE AT 00:00:20
TEST "both, the second anchor after the first wait"
  00:00:00 a
  00:00:10 a
  EXPECT FIRE AT 00:00:15 FIRE AT 00:00:25
)");
}

TEST(wait, a_step_after_it_counts_from_the_deadline) {
  expect_passes(R"(
RULE r WHEN a BUT NOT b FOR 10 s THEN c AT LEAST 2 TIMES WITHIN 5 s FIRE EVERY TIME
TEST "events during the wait do not count"
  00:00:00 a
  00:00:09 c
  00:00:10 c
  00:00:11 c
  EXPECT FIRE AT 00:00:11
TEST "WITHIN from the deadline"
  00:00:00 a
  00:00:10 c
  00:00:15 c
  EXPECT NOTHING
TEST "a second wait begun meanwhile does not take what the later step has counted"
  00:00:00 a
  00:00:11 c
  00:00:12 a
  00:00:13 c
  EXPECT FIRE AT 00:00:13
)");
}

TEST(wait, a_deadline_ends_the_runs_that_began_before_it_was_anchored) {
  expect_passes(R"(
RULE r WHEN a AS p THEN b AS q WITHIN 60 s BUT NOT c FOR 10 s
FIRE EVERY TIME RETURN p.v AS p, q.v AS q
TEST "the run that stayed at its step ends with the firing"
  00:00:00 a {v: 1}
  00:00:01 b {v: 2}
  00:00:12 b {v: 3}
  EXPECT FIRE AT 00:00:11 {p: 1, q: 2}
TEST "one that began after the last positive event goes on"
  00:00:00 a {v: 1}
  00:00:01 b {v: 2}
  00:00:02 a {v: 4}
  00:00:12 b {v: 3}
  EXPECT FIRE AT 00:00:11 {p: 1, q: 2} FIRE AT 00:00:22 {p: 4, q: 3}
TEST "cancelling ends the wait alone: the run that stayed anchors again"
  00:00:00 a {v: 1}
  00:00:01 b {v: 2}
  00:00:03 c
  00:00:05 b {v: 5}
  EXPECT FIRE AT 00:00:15 {p: 1, q: 5}
)");
}

TEST(unless, ends_runs_and_clears_the_window) {
  expect_passes(R"(
RULE r WHEN a AT LEAST 2 TIMES WITHIN 60 s BUT NOT b FOR 10 s UNLESS c FIRE EVERY TIME
TEST "the wait ends"
  00:00:00 a
  00:00:01 a
  00:00:05 c
  EXPECT NOTHING
TEST "the window is cleared"
  00:00:00 a
  00:00:01 c
  00:00:02 a
  EXPECT NOTHING
TEST "also what counted during a wait"
  00:00:00 a
  00:00:01 a
  00:00:02 a
  00:00:05 c
  00:00:06 a
  EXPECT NOTHING
TEST "at the deadline it is too late"
  00:00:00 a
  00:00:01 a
  00:00:11 c
  EXPECT FIRE AT 00:00:11
)");
}

TEST(unless, with_an_alias_ends_the_runs_for_which_it_is_true) {
  expect_passes(R"(
RULE r WHEN a AS o THEN b WITHIN 60 s UNLESS c WHERE v = o.v FIRE EVERY TIME RETURN o.v AS v
TEST "only that run"
  00:00:00 a {v: 1}
  00:00:01 a {v: 2}
  00:00:02 c {v: 2}
  00:00:03 b
  EXPECT FIRE AT 00:00:03 {v: 1}
)");
  expect_passes(R"(
RULE r WHEN a AS o AT LEAST 2 TIMES WITHIN 60 s BUT NOT b FOR 10 s 
UNLESS c WHERE x = 1 OR v = o.v FIRE EVERY TIME
TEST "true without the alias: the window goes"
  00:00:00 a
  00:00:01 c {x: 1}
  00:00:02 a
  EXPECT NOTHING
TEST "true only with it: the window stays"
  00:00:00 a {v: 1}
  00:00:01 c {v: 1}
  00:00:02 a {v: 1}
  EXPECT FIRE AT 00:00:12
)");
}

TEST(unless, ends_first_and_the_same_event_may_begin_anew) {
  expect_passes(R"(
RULE r WHEN a AS o BUT NOT b FOR 10 s UNLESS a WHERE v = 9 FIRE EVERY TIME RETURN o.v AS v
TEST "ends, then begins"
  00:00:00 a {v: 1}
  00:00:05 a {v: 9}
  EXPECT FIRE AT 00:00:15 {v: 9}
)");
}

TEST(one_event, advances_each_run_by_one_step_and_may_begin_another) {
  expect_passes(R"(
RULE r WHEN a AS p THEN a AS q WITHIN 60 s THEN a AS s WITHIN 60 s
FIRE EVERY TIME RETURN p.v AS p, q.v AS q, s.v AS s
TEST "three are needed, and the completing one begins nothing"
  00:00:01 a {v: 1}
  00:00:02 a {v: 2}
  00:00:03 a {v: 3}
  00:00:04 a {v: 4}
  00:00:05 a {v: 5}
  00:00:06 a {v: 6}
  EXPECT FIRE AT 00:00:03 {p: 1, q: 2, s: 3} FIRE AT 00:00:06 {p: 4, q: 5, s: 6}
)");
}

}  // namespace
}  // namespace beckon::cep::testing

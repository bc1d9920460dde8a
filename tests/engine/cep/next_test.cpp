// THEN NEXT and IN A ROW behind it: Meaning 3 and 4, "Details that decide a test".
#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

TEST(next, takes_the_very_next_event_only) {
  expect_passes(R"(
RULE r WHEN a AS p THEN NEXT b WITHIN 1 min FIRE EVERY TIME RETURN p.v AS v
TEST "the next"
  00:00:01 a {v: 1}
  00:00:02 b
  EXPECT FIRE AT 00:00:02 {v: 1}
TEST "one between, of any type"
  00:00:01 a
  00:00:02 d
  00:00:03 b
  EXPECT NOTHING
TEST "background and tracking are not between"
  00:00:01 a
  00:00:02 bg
  00:00:02 outreach_opened
  00:00:02 der
  00:00:03 b
  EXPECT FIRE AT 00:00:03
TEST "the first event again is between, and a new start"
  00:00:01 a {v: 1}
  00:00:02 a {v: 2}
  00:00:03 b
  EXPECT FIRE AT 00:00:03 {v: 2}
TEST "too late"
  00:00:01 a
  00:01:01 b
  EXPECT NOTHING
)");
}

TEST(next, is_failed_by_its_own_type_when_the_where_fails) {
  expect_passes(R"(
RULE r WHEN a THEN NEXT b WHERE v = 1 WITHIN 1 min FIRE EVERY TIME
TEST "the same type, but not this one"
  00:00:01 a
  00:00:02 b {v: 2}
  00:00:03 b {v: 1}
  EXPECT NOTHING
)");
}

TEST(next, is_next_within_its_key) {
  expect_passes(R"(
RULE r SAME k WHEN a THEN NEXT b WITHIN 1 min FIRE EVERY TIME RETURN k
TEST "other keys and events without one are not between"
  00:00:01 a {k: "m"}
  00:00:02 d {k: "n"}
  00:00:02 e
  00:00:02 d
  00:00:03 b {k: "m"}
  EXPECT FIRE AT 00:00:03 {k: "m"}
TEST "the same key is"
  00:00:01 a {k: "m"}
  00:00:02 d {k: "m"}
  00:00:03 b {k: "m"}
  EXPECT NOTHING
)");
}

TEST(next, with_a_quantity_begins_at_the_very_next) {
  expect_passes(R"(
RULE r WHEN a THEN NEXT b AT LEAST 2 TIMES WITHIN 1 min FIRE EVERY TIME
TEST "further entries may be apart"
  00:00:01 a
  00:00:02 b
  00:00:03 d
  00:00:04 b
  EXPECT FIRE AT 00:00:04
TEST "the first may not"
  00:00:01 a
  00:00:02 d
  00:00:03 b
  00:00:04 b
  EXPECT NOTHING
)");
  expect_passes(R"(
RULE r WHEN a THEN NEXT b AT LEAST 2 TIMES IN A ROW WITHIN 1 min FIRE EVERY TIME
TEST "a broken row ends the run"
  00:00:01 a
  00:00:02 b
  00:00:03 d
  00:00:04 b
  00:00:05 b
  EXPECT NOTHING
TEST "unbroken"
  00:00:01 a
  00:00:02 b
  00:00:03 bg
  00:00:04 b
  EXPECT FIRE AT 00:00:04
)");
  expect_passes(R"(
RULE r WHEN a THEN b AT LEAST 2 TIMES IN A ROW WITHIN 1 min FIRE EVERY TIME
TEST "without NEXT the row begins again"
  00:00:01 a
  00:00:02 b
  00:00:03 d
  00:00:04 b
  00:00:05 b
  EXPECT FIRE AT 00:00:05
)");
}

TEST(next, stopped_by_a_look_back_is_over) {
  expect_passes(R"(
RULE r WHEN a THEN NEXT b WITHIN 1 min BUT NOT c IN THE LAST 10 s FIRE EVERY TIME
TEST "over"
  00:00:00 c
  00:00:01 a
  00:00:02 b
  00:00:30 b
  EXPECT NOTHING
)");
}

TEST(next, leaves_no_run_behind) {
  expect_passes(R"(
RULE r WHEN a AS p THEN NEXT b AS q THEN c ALL WITHIN 1 min FIRE EVERY TIME RETURN q.v AS v
TEST "a later b is not next any more"
  00:00:01 a
  00:00:02 b {v: 1}
  00:00:03 b {v: 2}
  00:00:04 c
  EXPECT FIRE AT 00:00:04 {v: 1}
)");
}

TEST(next, after_a_wait_is_next_after_its_end) {
  expect_passes(R"(
RULE r WHEN a WAIT 10 s THEN NEXT b WITHIN 1 min FIRE EVERY TIME
TEST "what comes during the wait does not matter"
  00:00:01 a
  00:00:05 d
  00:00:12 b
  EXPECT FIRE AT 00:00:12
)");
}

}  // namespace
}  // namespace beckon::cep::testing

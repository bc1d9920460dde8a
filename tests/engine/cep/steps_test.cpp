// Quantities and windows: Meaning 2 and 4, and the details about counted entries and rows.
#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

TEST(single_step, fires_at_the_event) {
  expect_passes(R"(
RULE r WHEN a AS e WHERE v >= 2 FIRE EVERY TIME RETURN e.v AS v, event.time AS t, now AS n
TEST "each matching event, nothing else"
  00:00:01 a {v: 1}
  00:00:02 a {v: 2}
  00:00:03 b {v: 2}
  00:00:04 a {v: 3}
  00:00:05 a
  EXPECT FIRE AT 00:00:02 {v: 2, t: "2024-01-01 00:00:02"}
         FIRE AT 00:00:04 {v: 3, n: "2024-01-01 00:00:04"}
)");
}

TEST(single_step, may_name_several_types_or_any) {
  expect_passes(R"(
RULE r WHEN a OR c FIRE EVERY TIME
TEST "either"
  00:00:01 a
  00:00:02 b
  00:00:03 c
  EXPECT FIRE AT 00:00:01 FIRE AT 00:00:03
)");
  expect_passes(R"(
RULE r WHEN ANY EVENT FIRE EVERY TIME RETURN event.type AS what
TEST "background types and $ rows are not ANY EVENT"
  00:00:01 a
  00:00:02 bg
  GIVEN user {muted: true}
  00:00:03 e
  EXPECT FIRE AT 00:00:01 {what: "a"} FIRE AT 00:00:03 {what: "e"}
)");
}

TEST(times, are_counted_in_a_sliding_window) {
  expect_passes(R"(
RULE r WHEN a AS e AT LEAST 3 TIMES WITHIN 10 s FIRE EVERY TIME RETURN e.v AS v
TEST "three within the window; the alias is the last"
  00:00:01 a {v: 1}
  00:00:02 a {v: 2}
  00:00:10 a {v: 3}
  EXPECT FIRE AT 00:00:10 {v: 3}
TEST "an entry exactly d before is outside"
  00:00:00 a
  00:00:05 a
  00:00:10 a
  EXPECT NOTHING
TEST "the window slides"
  00:00:00 a
  00:00:09 a
  00:00:10 a
  00:00:11 a
  EXPECT FIRE AT 00:00:11
TEST "firing consumes every entry"
  00:00:01 a
  00:00:02 a
  00:00:03 a
  00:00:04 a
  00:00:05 a
  00:00:06 a
  EXPECT FIRE AT 00:00:03 FIRE AT 00:00:06
)");
}

TEST(times, withheld_firings_consume_too) {
  expect_passes(R"(
RULE r WHEN a AS e AT LEAST 2 TIMES WITHIN 10 s IF e.v = 1 FIRE EVERY TIME
TEST "IF not true"
  00:00:01 a {v: 0}
  00:00:02 a {v: 0}
  00:00:03 a {v: 1}
  00:00:04 a {v: 1}
  EXPECT FIRE AT 00:00:04
)");
  expect_passes(R"(
RULE r WHEN a AT LEAST 2 TIMES WITHIN 10 s FIRE ONCE PER 3 s
TEST "FIRE limit"
  00:00:01 a
  00:00:01 a
  00:00:02 a
  00:00:03 a
  00:00:04 a
  00:00:05 a
  EXPECT FIRE AT 00:00:01 FIRE AT 00:00:05
)");
}

TEST(different, counts_values_each_with_its_latest_event) {
  expect_passes(R"(
RULE r WHEN a AS e AT LEAST 3 DIFFERENT v WITHIN 10 s FIRE EVERY TIME RETURN e.x AS x
TEST "distinct values; NULL counts for none"
  00:00:01 a {v: 1}
  00:00:02 a {v: 1}
  00:00:03 a {v: 2}
  00:00:04 a
  00:00:05 a {v: 3, x: 9}
  EXPECT FIRE AT 00:00:05 {x: 9}
TEST "a value seen again is as young as its latest event"
  00:00:00 a {v: 1}
  00:00:05 a {v: 2}
  00:00:06 a {v: 1}
  00:00:12 a {v: 3}
  EXPECT FIRE AT 00:00:12
TEST "all entries are consumed"
  00:00:00 a {v: 1}
  00:00:01 a {v: 2}
  00:00:02 a {v: 3}
  00:00:03 a {v: 1}
  00:00:04 a {v: 2}
  EXPECT FIRE AT 00:00:02
)");
}

TEST(rows, are_broken_by_any_other_event_of_the_subject) {
  expect_passes(R"(
RULE r WHEN a AT LEAST 3 TIMES IN A ROW WHERE v = 1 WITHIN 10 s FIRE EVERY TIME
TEST "three in a row"
  00:00:01 a {v: 1}
  00:00:02 a {v: 1}
  00:00:03 a {v: 1}
  EXPECT FIRE AT 00:00:03
TEST "a type the rule does not name breaks it"
  00:00:01 a {v: 1}
  00:00:02 a {v: 1}
  00:00:03 d
  00:00:04 a {v: 1}
  00:00:05 a {v: 1}
  00:00:06 a {v: 1}
  EXPECT FIRE AT 00:00:06
TEST "the same type failing WHERE breaks it"
  00:00:01 a {v: 1}
  00:00:02 a {v: 1}
  00:00:03 a {v: 2}
  00:00:04 a {v: 1}
  EXPECT NOTHING
TEST "background types and profile rows do not"
  00:00:01 a {v: 1}
  00:00:02 bg {v: 1}
  GIVEN user {muted: true}
  00:00:03 a {v: 1}
  00:00:04 a {v: 1}
  EXPECT FIRE AT 00:00:04
TEST "other users' events do not"
  00:00:01 a {v: 1, user_id: "m"}
  00:00:02 b {user_id: "n"}
  00:00:03 a {v: 1, user_id: "m"}
  00:00:04 a {v: 1, user_id: "m"}
  EXPECT FIRE AT 00:00:04 FOR m
)");
}

TEST(rows, with_same_only_events_of_the_key_break_them) {
  expect_passes(R"(
RULE r SAME k WHEN a AT LEAST 2 TIMES IN A ROW WITHIN 10 s FIRE EVERY TIME RETURN k
TEST "another key, no key, NULL key"
  00:00:01 a {k: "m"}
  00:00:02 b {k: "n"}
  00:00:03 e
  00:00:03 b
  00:00:04 a {k: "m"}
  EXPECT FIRE AT 00:00:04 {k: "m"}
TEST "its own key"
  00:00:01 a {k: "m"}
  00:00:02 b {k: "m"}
  00:00:04 a {k: "m"}
  EXPECT NOTHING
)");
}

TEST(rows, after_then_only_restart_their_count) {
  expect_passes(R"(
RULE r WHEN a THEN b AT LEAST 2 TIMES IN A ROW WITHIN 10 s FIRE EVERY TIME
TEST "broken, then whole; what lies before the first entry does not matter"
  00:00:00 a
  00:00:01 c
  00:00:02 b
  00:00:03 c
  00:00:04 b
  00:00:05 b
  EXPECT FIRE AT 00:00:05
TEST "broken at the end"
  00:00:00 a
  00:00:02 b
  00:00:03 c
  00:00:04 b
  EXPECT NOTHING
)");
}

TEST(count_after_then, begins_at_the_previous_completion) {
  expect_passes(R"(
RULE r WHEN a THEN b AT LEAST 2 TIMES WITHIN 10 s FIRE EVERY TIME
TEST "earlier events do not count"
  00:00:00 b
  00:00:01 a
  00:00:02 b
  EXPECT NOTHING
TEST "WITHIN runs from the previous completion, half-open"
  00:00:01 a
  00:00:02 b
  00:00:11 b
  EXPECT NOTHING
TEST "just inside"
  00:00:01 a
  00:00:02 b
  00:00:10.999 b
  EXPECT FIRE AT 00:00:10.999
)");
  expect_passes(R"(
RULE r WHEN a THEN b AT LEAST 2 DIFFERENT v ALL WITHIN 10 s FIRE EVERY TIME
TEST "distinct values after a"
  00:00:01 a
  00:00:02 b {v: 1}
  00:00:03 b {v: 1}
  00:00:04 b
  00:00:05 b {v: 2}
  EXPECT FIRE AT 00:00:05
TEST "the run that began first counts most: several are kept"
  00:00:01 a
  00:00:02 b {v: 1}
  00:00:03 a
  00:00:04 b {v: 2}
  EXPECT FIRE AT 00:00:04
)");
}

TEST(then, is_relaxed_and_bounded_by_the_previous_completion) {
  expect_passes(R"(
RULE r WHEN a AS p THEN b AS q WITHIN 10 s FIRE EVERY TIME RETURN p.v AS p, q.v AS q
TEST "others are skipped"
  00:00:00 a {v: 1}
  00:00:01 c
  00:00:09.999 b {v: 2}
  EXPECT FIRE AT 00:00:09.999 {p: 1, q: 2}
TEST "exactly d later is too late"
  00:00:00 a
  00:00:10 b
  EXPECT NOTHING
TEST "equal times go by arrival"
  00:00:00 b
  00:00:00 a
  EXPECT NOTHING
)");
}

TEST(all_within, spans_first_counted_to_last_positive_event) {
  expect_passes(R"(
RULE r WHEN a AT LEAST 2 TIMES WITHIN 20 s THEN b ALL WITHIN 10 s FIRE EVERY TIME
TEST "inside"
  00:00:00 a
  00:00:05 a
  00:00:09 b
  EXPECT FIRE AT 00:00:09
TEST "from the first counted entry, not the completion"
  00:00:00 a
  00:00:05 a
  00:00:10 b
  EXPECT NOTHING
TEST "a later pair has a later start"
  00:00:00 a
  00:00:05 a
  00:00:06 a
  00:00:10 b
  EXPECT FIRE AT 00:00:10
)");
  expect_passes(R"(
RULE r WHEN a THEN b BUT NOT c FOR 10 s ALL WITHIN 5 s FIRE EVERY TIME
TEST "a trailing wait is not included"
  00:00:00 a
  00:00:04 b
  EXPECT FIRE AT 00:00:14
TEST "the steps are"
  00:00:00 a
  00:00:05 b
  EXPECT NOTHING
)");
  expect_passes(R"(
RULE r WHEN a BUT NOT c FOR 6 s THEN b ALL WITHIN 10 s FIRE EVERY TIME
TEST "a wait in the middle uses its time up"
  00:00:00 a
  00:00:09.999 b
  EXPECT FIRE AT 00:00:09.999
TEST "none left"
  00:00:00 a
  00:00:10 b
  EXPECT NOTHING
)");
}

}  // namespace
}  // namespace beckon::cep::testing

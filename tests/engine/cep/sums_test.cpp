// SUM, AND AVG|MIN|MAX and aggregates over counted entries: Meaning 4, "Details that decide a test".
#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

TEST(sum, slides_and_adds_exactly) {
  expect_passes(R"(
RULE r WHEN a AS p SUM m >= 1 WITHIN 10 s FIRE EVERY TIME RETURN sum(p.m) AS total, count(p) AS n
TEST "ten tenths are one"
  00:00:00 a {m: 0.1}
  00:00:00 a {m: 0.1}
  00:00:00 a {m: 0.1}
  00:00:00 a {m: 0.1}
  00:00:00 a {m: 0.1}
  00:00:00 a {m: 0.1}
  00:00:00 a {m: 0.1}
  00:00:00 a {m: 0.1}
  00:00:00 a {m: 0.1}
  00:00:00 a {m: 0.1}
  EXPECT FIRE AT 00:00:00 {total: 1, n: 10}
TEST "what is too old does not add"
  00:00:00 a {m: 0.5}
  00:00:05 a {m: 0.3}
  00:00:10 a {m: 0.5}
  EXPECT NOTHING
TEST "consumed by a firing"
  00:00:00 a {m: 0.7}
  00:00:01 a {m: 0.7}
  00:00:02 a {m: 0.7}
  00:00:03 a {m: 0.3}
  EXPECT FIRE AT 00:00:01 {total: 1.4} FIRE AT 00:00:03 {total: 1, n: 2}
TEST "NULL neither counts nor ends anything"
  00:00:00 a {m: 0.7}
  00:00:01 a
  00:00:02 a {m: 0.3}
  EXPECT FIRE AT 00:00:02 {n: 2}
TEST "a negative amount lowers it"
  00:00:00 a {m: 0.7}
  00:00:01 a {m: -0.5}
  00:00:02 a {m: 0.7}
  00:00:03 a {m: 0.1}
  EXPECT FIRE AT 00:00:03 {n: 4}
)");
}

TEST(sum, above_is_not_at_least) {
  expect_passes(R"(
RULE r WHEN a SUM v > 10 WITHIN 1 min FIRE EVERY TIME
TEST "equal is not above"
  00:00:00 a {v: 4}
  00:00:01 a {v: 6}
  EXPECT NOTHING
TEST "above"
  00:00:00 a {v: 4}
  00:00:01 a {v: 7}
  EXPECT FIRE AT 00:00:01
)");
}

TEST(sum, after_then_counts_from_the_previous_completion) {
  expect_passes(R"(
RULE r WHEN a THEN b AS p SUM v >= 10 WITHIN 10 s FIRE EVERY TIME RETURN sum(p.v) AS total, max(p.v) AS most
TEST "what came before does not add"
  00:00:00 b {v: 9}
  00:00:01 a
  00:00:02 b {v: 4}
  00:00:03 b {v: 6}
  EXPECT FIRE AT 00:00:03 {total: 10, most: 6}
TEST "the window runs from there"
  00:00:01 a
  00:00:02 b {v: 4}
  00:00:11 b {v: 6}
  EXPECT NOTHING
)");
}

TEST(sum, starts_with_the_latest_entry_from_which_it_is_still_reached) {
  expect_passes(R"(
RULE r WHEN a SUM v >= 10 WITHIN 1 min THEN b WITHIN 1 min ALL WITHIN 10 s FIRE EVERY TIME
TEST "an old entry that is not needed does not make it too long"
  00:00:00 a {v: 3}
  00:00:08 a {v: 10}
  00:00:17 b
  EXPECT FIRE AT 00:00:17
TEST "one that is needed does"
  00:00:00 a {v: 3}
  00:00:08 a {v: 9}
  00:00:10 b
  EXPECT NOTHING
)");
}

TEST(sum_over_a_campaign, is_a_running_total) {
  expect_passes(R"(
RULE r ACTIVE FROM '2024-01-01 00:00' TO '2024-01-11 00:00'
WHEN a AS p SUM m >= 100 AND AVG m >= 20
FIRE EVERY TIME
RETURN sum(p.m) AS total, avg(p.m) AS mean, min(p.m) AS least, first(p.s) AS first, count(p) AS n
TEST "over days"
  00:00:00    a {m: 40, s: "one"}
  5d 00:00:00 a {m: 30}
  9d 23:59:59 a {m: 30, s: "three"}
  EXPECT FIRE AT 9d 23:59:59 {total: 100, mean: 33.333333333333336, least: 30, first: "one", n: 3}
TEST "the mean must hold, too"
  00:00:00    a {m: 95}
  1d 00:00:00 a {m: 1}
  2d 00:00:00 a {m: 1}
  3d 00:00:00 a {m: 1}
  4d 00:00:00 a {m: 1}
  5d 00:00:00 a {m: 1}
  6d 00:00:00 a {m: 40}
  EXPECT FIRE AT 6d 00:00:00 {n: 7}
TEST "begins again after a firing"
  00:00:00    a {m: 100}
  1d 00:00:00 a {m: 60}
  2d 00:00:00 a {m: 40}
  EXPECT FIRE AT 00:00:00 {n: 1} FIRE AT 2d 00:00:00 {n: 2}
)");
}

TEST(and_clause, judges_the_counted_entries_only) {
  expect_passes(R"(
RULE r WHEN a AS p AT LEAST 3 TIMES AND AVG v >= 4 WITHIN 1 min FIRE EVERY TIME RETURN avg(p.v) AS mean, first(p.x) AS x
TEST "the latest three"
  00:00:00 a {v: 1, x: 1}
  00:00:01 a {v: 1, x: 2}
  00:00:02 a {v: 5, x: 3}
  00:00:03 a {v: 6, x: 4}
  EXPECT FIRE AT 00:00:03 {mean: 4, x: 2}
TEST "NULL is left out of the mean, not of the count"
  00:00:00 a {v: 2}
  00:00:01 a
  00:00:02 a {v: 6}
  EXPECT FIRE AT 00:00:02 {mean: 4}
TEST "over nothing it is not true"
  00:00:00 a
  00:00:01 a
  00:00:02 a
  EXPECT NOTHING
)");
  expect_passes(R"(
RULE r WHEN a AT LEAST 2 DIFFERENT s AND MIN v > 2 WITHIN 1 min FIRE EVERY TIME
TEST "each value with its latest event"
  00:00:00 a {s: "p", v: 1}
  00:00:01 a {s: "p", v: 5}
  00:00:02 a {s: "q", v: 3}
  EXPECT FIRE AT 00:00:02
TEST "the least of them is too small"
  00:00:00 a {s: "p", v: 5}
  00:00:01 a {s: "p", v: 1}
  00:00:02 a {s: "q", v: 3}
  EXPECT NOTHING
)");
  expect_passes(R"(
RULE r WHEN a THEN b AT LEAST 2 TIMES AND MAX v < 5 WITHIN 1 min FIRE EVERY TIME
TEST "slides on until it holds"
  00:00:00 a
  00:00:01 b {v: 9}
  00:00:02 b {v: 1}
  00:00:03 b {v: 2}
  EXPECT FIRE AT 00:00:03
)");
}

TEST(aggregates, over_counted_entries) {
  expect_passes(R"(
RULE r WHEN a AS p AT LEAST 3 DIFFERENT s WITHIN 1 min
IF sum(p.v) > 5 AND distinct(p.k) = 2
FIRE EVERY TIME
RETURN count(p) AS n, first(p.v) AS f, last(p.v) AS l, sum(p.v) AS total, avg(p.v) AS mean, min(p.v) AS least,
       max(p.v) AS most, distinct(p.k) AS keys, p.s AS s
TEST "all of them"
  00:00:00 a {s: "x", v: 9, k: "1"}
  00:00:01 a {s: "y", v: 2, k: "1"}
  00:00:02 a {s: "x", v: 3, k: "1"}
  00:00:03 a {s: "z", k: "2"}
  EXPECT NOTHING
TEST "and now enough"
  00:00:00 a {s: "x", v: 9, k: "1"}
  00:00:01 a {s: "y", v: 2, k: "1"}
  00:00:02 a {s: "x", v: 4, k: "1"}
  00:00:03 a {s: "z", k: "2"}
  EXPECT FIRE AT 00:00:03 {n: 3, f: 2, l: null, total: 6, mean: 3, least: 2, most: 4, keys: 2, s: "z"}
)");
}

TEST(aggregates, over_a_single_event_and_in_a_later_where) {
  expect_passes(R"(
RULE r WHEN a AS p THEN b AS q WITHIN 1 min WHERE v > sum(p.v) FIRE EVERY TIME
RETURN count(p) AS n, sum(p.v) AS total, avg(p.v) AS mean
TEST "compared"
  00:00:00 a {v: 4}
  00:00:01 b {v: 4}
  00:00:02 b {v: 5}
  EXPECT FIRE AT 00:00:02 {n: 1, total: 4, mean: 4}
)");
}

TEST(a_sum_window, drops_the_oldest_beyond_a_thousand_and_counts_it) {
  one_subject u(set_of({"RULE r WHEN a AS p SUM v >= 2000 WITHIN 1 day FIRE EVERY TIME RETURN count(p) AS n"}));
  for (int i = 0; i < 1500; ++i) u.feed(made_event("a", i, {{"v", 1}}));
  EXPECT_EQ(u.overflow.entries, 500U);
  EXPECT_EQ(u.fired(), "");
  u.feed(made_event("a", 1500, {{"v", 1001}}));
  ASSERT_EQ(u.matches.size(), 1U);
  EXPECT_EQ(u.matches[0].returns[0].content, value(1000)) << "the sum of the latest thousand";
}

}  // namespace
}  // namespace beckon::cep::testing

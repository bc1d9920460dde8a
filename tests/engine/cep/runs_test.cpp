// Which of several runs: Meaning 6 and 7, its exceptions and their bound; SAME keys.
#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

TEST(runs, the_latest_start_is_taken) {
  expect_passes(R"(
RULE r WHEN a AS p THEN b AS q WITHIN 60 s THEN c WITHIN 60 s
FIRE EVERY TIME RETURN p.v AS p, q.v AS q
TEST "a newer first event"
  00:00:01 a {v: 1}
  00:00:02 a {v: 2}
  00:00:03 b {v: 3}
  00:00:04 c
  EXPECT FIRE {p: 2, q: 3}
TEST "the newer run replaces the older at each step"
  00:00:01 a {v: 1}
  00:00:02 b {v: 2}
  00:00:03 a {v: 3}
  00:00:04 b {v: 4}
  00:00:05 c
  EXPECT FIRE {p: 3, q: 4}
TEST "a run that advances also stays"
  00:00:01 a {v: 1}
  00:00:02 b {v: 2}
  00:00:03 b {v: 4}
  00:00:04 c
  EXPECT FIRE {p: 1, q: 4}
TEST "firing ends them all"
  00:00:01 a {v: 1}
  00:00:02 b {v: 2}
  00:00:03 c
  00:00:04 b
  00:00:05 c
  EXPECT FIRE AT 00:00:03
)");
}

TEST(runs, staying_at_a_step_lasts_until_its_time_is_over) {
  expect_passes(R"(
RULE r WHEN a THEN b WITHIN 5 s THEN c WITHIN 3 s FIRE EVERY TIME
TEST "a second b gives c more time"
  00:00:00 a
  00:00:01 b
  00:00:04 b
  00:00:06 c
  EXPECT FIRE AT 00:00:06
TEST "after its time no b counts"
  00:00:00 a
  00:00:01 b
  00:00:05 b
  00:00:06 c
  EXPECT NOTHING
)");
}

TEST(runs, a_sliding_first_step_before_then_makes_newer_runs) {
  expect_passes(R"(
RULE r WHEN a AS p AT LEAST 2 TIMES WITHIN 10 s THEN b WITHIN 3 s FIRE EVERY TIME RETURN p.v AS p
TEST "each further completion is a newer run"
  00:00:00 a {v: 1}
  00:00:01 a {v: 2}
  00:00:03 a {v: 3}
  00:00:05 b
  EXPECT FIRE AT 00:00:05 {p: 3}
TEST "the firing consumes the window"
  00:00:00 a {v: 1}
  00:00:01 a {v: 2}
  00:00:02 b
  00:00:03 a {v: 3}
  00:00:04 b
  EXPECT FIRE AT 00:00:02
)");
}

TEST(runs, all_fitting_ones_are_kept_where_a_later_where_compares) {
  expect_passes(R"(
RULE r WHEN a AS o THEN b WHERE v = o.v WITHIN 60 s FIRE EVERY TIME RETURN o.v AS v, o.x AS x
TEST "the older run fits"
  00:00:01 a {v: 1, x: 1}
  00:00:02 a {v: 2, x: 2}
  00:00:03 b {v: 1}
  EXPECT FIRE {v: 1, x: 1}
TEST "of several that complete at once the latest start fires and all end"
  00:00:01 a {v: 1, x: 1}
  00:00:02 a {v: 2, x: 2}
  00:00:03 a {v: 1, x: 3}
  00:00:04 b {v: 1}
  00:00:05 b {v: 2}
  EXPECT FIRE AT 00:00:04 {x: 3}
TEST "IF sees only the run that fires; NULL equals nothing"
  00:00:01 a {x: 1}
  00:00:03 b
  EXPECT NOTHING
)");
}

TEST(runs, beyond_eight_the_oldest_goes_and_is_counted) {
  one_subject u(set_of({"RULE r WHEN a AS o THEN b WHERE v = o.v WITHIN 60 s FIRE EVERY TIME"}));
  for (int v = 0; v < 9; ++v) u.feed(made_event("a", v, {{"v", v}}));
  EXPECT_EQ(u.overflow.runs, 1U);
  u.feed(made_event("b", 10, {{"v", 0}}));
  EXPECT_EQ(u.fired(), "");
  u.feed(made_event("b", 11, {{"v", 1}}));
  EXPECT_EQ(u.fired(), "r@11");
}

TEST(same, keys_are_independent) {
  expect_passes(R"(
RULE r SAME k WHEN a AS o BUT NOT b OR e FOR 10 s FIRE EVERY TIME RETURN k AS k
TEST "two orders are two timers"
  00:00:00 a {k: "m"}
  00:00:01 a {k: "n"}
  00:00:02 b {k: "m"}
  EXPECT FIRE AT 00:00:11 {k: "n"}
TEST "NULL in the key is not judged"
  00:00:00 a
  00:00:01 a {k: "n"}
  EXPECT FIRE AT 00:00:11 {k: "n"}
TEST "nor does it cancel"
  00:00:01 a {k: "n"}
  00:00:02 b
  EXPECT FIRE AT 00:00:11 {k: "n"}
TEST "a type without the attribute applies to all keys"
  00:00:00 a {k: "m"}
  00:00:01 a {k: "n"}
  00:00:02 e
  EXPECT NOTHING
TEST "equal deadlines go by key"
  00:00:00 a {k: "n"}
  00:00:00 a {k: "m"}
  EXPECT FIRE AT 00:00:10 {k: "m"} FIRE AT 00:00:10 {k: "n"}
)");
}

TEST(same, firing_ends_only_its_own_key) {
  expect_passes(R"(
RULE r SAME k WHEN a THEN b WITHIN 60 s FIRE EVERY TIME RETURN k AS k
TEST "each key its own run"
  00:00:00 a {k: "m"}
  00:00:01 a {k: "n"}
  00:00:02 b {k: "m"}
  00:00:03 b {k: "m"}
  00:00:04 b {k: "n"}
  EXPECT FIRE AT 00:00:02 {k: "m"} FIRE AT 00:00:04 {k: "n"}
)");
}

TEST(same, beyond_256_live_keys_the_least_recently_used_goes) {
  one_subject u(set_of({"RULE r SAME k WHEN a THEN b WITHIN 1 h FIRE EVERY TIME"}));
  for (int i = 0; i < 256; ++i) u.feed(made_event("a", i, {{"k", "k" + std::to_string(i)}}));
  u.feed(made_event("a", 300, {{"k", "k0"}}));  // k0 is young again
  EXPECT_EQ(u.overflow.keys, 0U);
  u.feed(made_event("a", 301, {{"k", "new"}}));
  EXPECT_EQ(u.overflow.keys, 1U);
  u.feed(made_event("b", 302, {{"k", "k1"}}));
  EXPECT_EQ(u.fired(), "");
  u.feed(made_event("b", 303, {{"k", "k0"}}));
  u.feed(made_event("b", 304, {{"k", "new"}}));
  u.feed(made_event("b", 305, {{"k", "k255"}}));
  EXPECT_EQ(u.fired(), "r@303 r@304 r@305");
}

TEST(subject_roles, by_chooses_the_attribute_that_names_the_subject) {
  const auto rules =
      set_of({"RULE by_default WHEN user_blocked FIRE EVERY TIME",
              "RULE by_target FOR user BY target_user_id WHEN user_blocked FIRE EVERY TIME"});
  const auto judged_as = [&](std::vector<std::string> roles) {
    one_subject u(rules);
    judge({*rules, u.who, nullptr, "UTC", u.matches}, u.state, made_event("user_blocked", 1), roles,
          beginning);
    return u.fired();
  };
  EXPECT_EQ(judged_as({"user_id"}), "by_default@1");
  EXPECT_EQ(judged_as({"target_user_id"}), "by_target@1");
  EXPECT_EQ(judged_as({"user_id", "target_user_id"}), "by_default@1 by_target@1");
}

TEST(subject_roles, an_event_in_another_role_breaks_no_row) {
  const auto rules =
      set_of({"RULE r WHEN a AT LEAST 2 TIMES IN A ROW WITHIN 60 s FIRE EVERY TIME"});
  one_subject u(rules);
  u.feed(made_event("a", 1));
  judge({*rules, u.who, nullptr, "UTC", u.matches}, u.state, made_event("user_blocked", 2),
        {"target_user_id"}, beginning);
  u.feed(made_event("a", 3));
  EXPECT_EQ(u.fired(), "r@3");
}

}  // namespace
}  // namespace beckon::cep::testing

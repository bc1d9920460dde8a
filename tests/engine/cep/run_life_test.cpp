// How long runs of a version can live, against the deadlines of runs that live as long as they can.
#include "engine/cep/run_life.hpp"

#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

timestamp end_of(std::string_view text) {
  const auto rule = compiled(text);
  return rule == nullptr ? beginning : end_of_runs(*rule, at_second(1000));
}

TEST(end_of_runs, of_a_single_event_is_at_once) {
  EXPECT_EQ(end_of("RULE r WHEN a FIRE ONCE"), at_second(1000));
}

TEST(end_of_runs, of_a_count_is_when_its_last_entry_leaves) {
  EXPECT_EQ(end_of("RULE r WHEN a AT LEAST 3 TIMES WITHIN 50 s FIRE ONCE"), at_second(1050));
  EXPECT_EQ(end_of("RULE r WHEN a AT LEAST 3 TIMES ALL WITHIN 20 s FIRE ONCE"), at_second(1020));
}

TEST(end_of_runs, adds_what_every_clause_may_take) {
  EXPECT_EQ(end_of("RULE r WHEN a THEN b WITHIN 60 s BUT NOT c FOR 10 s WAIT 5 s THEN d WITHIN 7 s "
                   "FIRE ONCE"),
            at_second(1082));
  EXPECT_EQ(end_of("RULE r WHEN a AT LEAST 2 TIMES WITHIN 90 s THEN b WITHIN 10 s FIRE ONCE"),
            at_second(1090));
}

TEST(end_of_runs, is_bounded_by_all_within_but_for_the_waits) {
  EXPECT_EQ(end_of("RULE r WHEN a THEN b WITHIN 60 s THEN c WITHIN 60 s BUT NOT d FOR 10 s "
                   "ALL WITHIN 30 s FIRE ONCE"),
            at_second(1040));
  EXPECT_EQ(end_of("RULE r WHEN a THEN b ALL WITHIN 30 s FIRE ONCE"), at_second(1030));
}

TEST(end_of_runs, counts_the_latest_end_of_an_until) {
  EXPECT_EQ(end_of("RULE r WHEN a AS o BUT NOT b UNTIL o.t AT MOST 40 s FIRE ONCE"),
            at_second(1040));
}

TEST(end_of_runs, is_bounded_by_active_which_may_be_over) {
  EXPECT_EQ(
      end_of("RULE r ACTIVE FROM '1970-01-01' TO '1970-01-01 01:00:00' WHEN a THEN b FIRE ONCE"),
      at_second(3600));
  EXPECT_EQ(
      end_of("RULE r ACTIVE FROM '1970-01-01' TO '1970-01-01 00:00:09' WHEN a THEN b BUT NOT c "
             "FOR 4 s FIRE ONCE"),
      at_second(1004));
}

/// An event every second, of every type in turn, up to the change: what then is left is gone by
/// then.
TEST(end_of_runs, is_not_before_the_last_deadline_of_anything_alive) {
  for (const char* text :
       {"RULE r WHEN a THEN b WITHIN 60 s BUT NOT c FOR 10 s FIRE EVERY TIME",
        "RULE r WHEN a AS o BUT NOT c UNTIL o.t AT MOST 30 s FIRE EVERY TIME",
        "RULE r WHEN a AT LEAST 9 TIMES WITHIN 70 s THEN NEXT b WITHIN 5 s FIRE EVERY TIME",
        "RULE r WHEN a SUM v > 100 WITHIN 40 s WAIT 20 s THEN d AT LEAST 2 TIMES FIRE EVERY "
        "TIME"}) {
    const std::string rule =
        std::string(text).find("THEN d") == std::string::npos
            ? text
            : std::string(text).insert(std::string(text).find(" FIRE"), " ALL WITHIN 90 s");
    one_subject u(set_of({rule}));
    const char* const types[] = {"a", "b", "d"};
    for (int second = 0; second <= 1000; ++second)
      u.feed(made_event(types[second % 3], second, {{"v", 40}, {"t", at_second(second + 99)}}),
             second);
    const timestamp end = end_of(rule);
    ASSERT_FALSE(u.state.empty()) << rule;
    u.settle(to_ms(end) / 1000);
    EXPECT_TRUE(u.state.empty()) << rule;
  }
}

}  // namespace
}  // namespace beckon::cep::testing

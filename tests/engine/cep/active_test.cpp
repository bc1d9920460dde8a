// ACTIVE FROM … TO, FIRE ONCE in it, and the catalogue's retention: Meaning 8, 9 and 12.
#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

TEST(active, is_half_open) {
  expect_passes(R"(
RULE r ACTIVE FROM '2024-01-01 00:00' TO '2024-01-02 00:00' WHEN a FIRE EVERY TIME
TEST "from, to"
  STARTS '2023-12-31 23:59:59'
  00:00:00.999    a
  00:00:01        a
  1d 00:00:00.999 a
  1d 00:00:01     a
  EXPECT FIRE AT 00:00:01 FIRE AT 1d 00:00:00.999
TEST "STARTS is its beginning where none is given"
  00:00:00 a
  EXPECT FIRE AT 00:00:00
)");
}

TEST(active, holds_for_every_positive_event_and_for_firings) {
  expect_passes(R"(
RULE r ACTIVE FROM '2024-01-01 00:00' TO '2024-01-02 00:00' WHEN a THEN b FIRE EVERY TIME
TEST "the second comes after the end"
  23:00:00    a
  1d 00:00:00 b
  EXPECT NOTHING
TEST "the first came before the beginning"
  STARTS '2023-12-31 23:00'
  00:00:00 a
  02:00:00 b
  EXPECT NOTHING
)");
  one_subject u(set_of({"RULE r ACTIVE FROM '1970-01-01 00:00' TO '1970-01-01 00:01' WHEN a BUT NOT "
                        "b FOR 30 s FIRE ONCE"}));
  u.feed(made_event("a", 31));
  u.settle(100);
  EXPECT_EQ(u.fired(), "r@61!inactive");
  EXPECT_TRUE(u.state.empty());
}

TEST(active, lets_cancelling_events_count_always) {
  expect_passes(R"(
RULE r ACTIVE FROM '2024-01-01 00:00' TO '2024-01-02 00:00' WHEN a BUT NOT b IN THE LAST 1 h FIRE EVERY TIME
TEST "before the beginning"
  STARTS '2023-12-31 23:30'
  00:00:00 b
  00:30:00 a
  EXPECT NOTHING
)");
}

TEST(active, is_a_bound) {
  one_subject u(set_of({"RULE r ACTIVE FROM '1970-01-01 00:00' TO '1970-01-01 00:01' WHEN a AT LEAST 3 "
                        "TIMES THEN b FIRE ONCE"}));
  for (int i = 0; i < 4; ++i) u.feed(made_event("a", i));
  EXPECT_EQ(u.state.next_deadline(), at_second(60));
  u.settle(60);
  EXPECT_TRUE(u.state.empty());
}

TEST(fire_once, in_a_rule_with_active_is_once_a_period) {
  const std::string body = " WHEN a FIRE ONCE";
  const std::string first = "RULE r ACTIVE FROM '1970-01-01 00:00' TO '1970-01-01 00:01'" + body;
  const std::string second = "RULE r ACTIVE FROM '1970-01-01 00:02' TO '1970-01-01 00:03'" + body;
  one_subject u(set_of({first}));
  u.feed(made_event("a", 10));
  u.feed(made_event("a", 20));
  u.store_and_load(set_of({second}));
  u.feed(made_event("a", 130));
  u.feed(made_event("a", 140));
  EXPECT_EQ(u.fired(), "r@10 r@20!fire_limit r@130 r@140!fire_limit");
}

TEST(retention, bounds_what_nothing_else_does) {
  expect_passes(R"(
RULE r WHEN a THEN r AS q FIRE EVERY TIME
TEST "within the retention of r, 6 s"
  00:00:01 a
  00:00:06.999 r
  EXPECT FIRE AT 00:00:06.999
TEST "beyond it"
  00:00:01 a
  00:00:07 r
  EXPECT NOTHING
)");
}

}  // namespace
}  // namespace beckon::cep::testing

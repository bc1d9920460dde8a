#include "engine/delivery/breaker.hpp"

#include <gtest/gtest.h>

namespace beckon::delivery {
namespace {

constexpr breaker_policy three{3, duration(1000), duration(4000)};
constexpr retry_budget_policy plenty{1, 1000, 1000};

timestamp at(std::int64_t ms) {
  return from_ms(1'000'000 + ms);
}

breaker opened_at_zero() {
  breaker b(three);
  for (int i = 0; i < 3; ++i) b.note(answer::busy, at(0));
  return b;
}

TEST(breaker, opens_after_so_many_failures_in_a_row) {
  breaker b(three);
  b.note(answer::busy, at(0));
  b.note(answer::unknown, at(0));
  EXPECT_FALSE(b.hold(at(0)));
  b.note(answer::delivered, at(0));
  EXPECT_TRUE(b.idle());
  b.note(answer::busy, at(0));
  b.note(answer::busy, at(0));
  EXPECT_FALSE(b.open());
  b.note(answer::busy, at(0));
  EXPECT_EQ(b.hold(at(0)), at(1000));
}

TEST(breaker, what_is_refused_says_that_the_endpoint_works) {
  breaker b = opened_at_zero();
  b.note(answer::refused, at(10));
  EXPECT_TRUE(b.idle());
}

TEST(breaker, lets_one_through_whose_success_closes_it) {
  breaker b = opened_at_zero();
  EXPECT_EQ(b.hold(at(999)), at(1000));
  EXPECT_FALSE(b.hold(at(1000)));
  EXPECT_EQ(b.hold(at(1000)), at(2000)) << "only one";
  b.note(answer::delivered, at(1100));
  EXPECT_FALSE(b.hold(at(1100)));
  EXPECT_FALSE(b.hold(at(1100)));
}

TEST(breaker, each_failure_of_the_one_doubles_the_pause_up_to_the_longest) {
  breaker b = opened_at_zero();
  std::int64_t now = 0;
  for (const std::int64_t pause : {1000, 2000, 4000, 4000}) {
    EXPECT_EQ(b.hold(at(now)), at(now + pause));
    now += pause;
    EXPECT_FALSE(b.hold(at(now)));
    b.note(answer::unknown, at(now));
  }
}

TEST(breaker, attempts_under_way_when_it_opened_do_not_count) {
  breaker b = opened_at_zero();
  for (int i = 0; i < 60; ++i) b.note(answer::unknown, at(500));
  EXPECT_EQ(b.hold(at(500)), at(1000));
}

TEST(breaker, a_lost_answer_does_not_keep_it_open_for_ever) {
  breaker b = opened_at_zero();
  EXPECT_FALSE(b.hold(at(1000)));
  EXPECT_FALSE(b.hold(at(2000)));
}

TEST(breaker, none_with_zero_failures) {
  breaker b({0, duration(1000), duration(4000)});
  for (int i = 0; i < 1000; ++i) b.note(answer::busy, at(0));
  EXPECT_FALSE(b.hold(at(0)));
}

TEST(retry_budget, a_share_of_first_attempts_and_some_per_second) {
  const retry_budget_policy tenth{0.1, 1, 1000};
  retry_budget b(tenth);
  EXPECT_FALSE(b.hold(at(0)));
  EXPECT_EQ(b.hold(at(0)), at(1000));
  for (int i = 0; i < 21; ++i) b.first_attempt();
  EXPECT_FALSE(b.hold(at(0)));
  EXPECT_FALSE(b.hold(at(0)));
  EXPECT_TRUE(b.hold(at(0)));
  EXPECT_FALSE(b.hold(at(1000)));
}

TEST(retry_budget, what_is_saved_is_bounded) {
  const retry_budget_policy small{1, 10, 5};
  retry_budget b(small);
  EXPECT_FALSE(b.hold(at(0)));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(b.hold(at(1'000'000)));
  EXPECT_TRUE(b.hold(at(1'000'000)));
}

TEST(endpoint_of, the_origin_of_a_url_and_nothing_else) {
  EXPECT_EQ(endpoint_of("https://a.example:8443/x/y?z"), "https://a.example:8443");
  EXPECT_EQ(endpoint_of("http://a.example"), "http://a.example");
  EXPECT_EQ(endpoint_of("http://a.example?x"), "http://a.example");
  EXPECT_EQ(endpoint_of("+491234"), "");
  EXPECT_EQ(endpoint_of(""), "");
}

TEST(attempt_gate, endpoints_do_not_hold_each_other) {
  attempt_gate g(three, plenty);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(g.hold("http://a/x", 1, at(0)));
    EXPECT_EQ(g.note("http://a/x", answer::busy, false, at(0)), i == 2) << "says when it opens";
  }
  EXPECT_EQ(g.open(), 1u);
  EXPECT_EQ(g.hold("http://a/other", 1, at(0)), at(1000));
  EXPECT_FALSE(g.hold("http://b/x", 1, at(0)));
  EXPECT_FALSE(g.hold("http://a/x", 1, at(1000)));
  EXPECT_TRUE(g.note("http://a/x", answer::delivered, false, at(1000))) << "and when it closes";
  EXPECT_EQ(g.open(), 0u);
}

TEST(attempt_gate, busy_with_a_time_to_come_again_is_no_failure) {
  attempt_gate g(three, plenty);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(g.note("http://a", answer::busy, true, at(0)));
  EXPECT_FALSE(g.hold("http://a", 1, at(0)));
  EXPECT_EQ(g.open(), 0u);
}

TEST(attempt_gate, retries_have_a_budget_and_first_attempts_none) {
  attempt_gate g(three, {0.1, 0, 1000});
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(g.hold("", 1, at(0)));
  int retries = 0;
  while (!g.hold("", 2, at(0)) && retries < 100) ++retries;
  EXPECT_NEAR(retries, 10, 1);
}

// A provider away for ten minutes costs few attempts: faults.md, 26.
TEST(attempt_gate, ten_minutes_of_failures_cost_a_tenth_more_attempts_at_most) {
  attempt_gate g({}, {});
  constexpr int deliveries = 1000;
  int attempts = 0;
  for (std::int64_t ms = 0; ms < 600'000; ms += 100) {
    for (int i = 0; i < deliveries; ++i) {
      if (g.hold("http://a", i < deliveries / 2 ? 1 : 2, at(ms))) break;
      ++attempts;
      g.note("http://a", answer::unknown, false, at(ms));
    }
  }
  EXPECT_GT(attempts, 5);
  EXPECT_LE(attempts, deliveries / 10);
}

}  // namespace
}  // namespace beckon::delivery

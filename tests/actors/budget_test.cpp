#include "actors/supervision/budget.hpp"

#include <gtest/gtest.h>

namespace beckon::actors {
namespace {

constexpr restart_limits limits{
    .restarts = 4, .within = duration{60'000}, .first = duration{100}, .longest = duration{350}};

TEST(restart_budget, lets_a_child_start_again_at_once_and_then_ever_later) {
  restart_budget budget(limits);
  EXPECT_EQ(budget.failed(from_ms(0)), duration{0});
  EXPECT_EQ(budget.failed(from_ms(1)), duration{100});
  EXPECT_EQ(budget.failed(from_ms(200)), duration{200});
  EXPECT_EQ(budget.failed(from_ms(500)), duration{350}) << "held at the longest";
}

TEST(restart_budget, is_over_after_as_many_restarts_as_it_allows) {
  restart_budget budget(limits);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(budget.failed(from_ms(i)).has_value()) << i;
  EXPECT_EQ(budget.failed(from_ms(5)), std::nullopt);
  EXPECT_EQ(budget.failures(), 5u);
}

TEST(restart_budget, without_restarts_is_over_at_the_first_failure) {
  restart_budget budget({.restarts = 0});
  EXPECT_EQ(budget.failed(from_ms(0)), std::nullopt);
}

TEST(restart_budget, counts_a_failure_for_exactly_its_window) {
  restart_budget inside(limits);
  for (int i = 0; i < 4; ++i) inside.failed(from_ms(0));
  EXPECT_EQ(inside.failed(from_ms(60'000)), std::nullopt) << "the first ones still count";

  restart_budget outside(limits);
  for (int i = 0; i < 4; ++i) outside.failed(from_ms(0));
  EXPECT_EQ(outside.failed(from_ms(60'001)), duration{0})
      << "all are forgotten: as if it were the first";
  EXPECT_EQ(outside.failures(), 5u) << "but counted";
}

TEST(restart_budget, never_ends_for_a_child_that_fails_seldom) {
  restart_budget budget(limits);
  for (int minute = 0; minute < 1'000; ++minute) {
    EXPECT_EQ(budget.failed(from_ms(minute * 60'001)), duration{0});
  }
}

}  // namespace
}  // namespace beckon::actors

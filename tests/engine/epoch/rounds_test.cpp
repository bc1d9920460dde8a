#include "engine/epoch/rounds.hpp"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::epoch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

round_order by_input(std::size_t input) {
  return {input, true, 0, 0, 0, "r", "", "a"};
}

TEST(decision_rounds, hold_the_next_of_every_subject) {
  decision_rounds r;
  r.add(2, by_input(0), 20);
  r.add(1, by_input(0), 10);
  r.add(1, by_input(1), 11);
  r.add(1, by_input(2), 12);
  r.add(2, by_input(5), 21);
  EXPECT_THAT(r.next(), ElementsAre(10, 20));
  EXPECT_THAT(r.next(), ElementsAre(11, 21));
  EXPECT_FALSE(r.empty());
  EXPECT_THAT(r.next(), ElementsAre(12));
  EXPECT_TRUE(r.empty());
  EXPECT_THAT(r.next(), IsEmpty());
}

TEST(decision_rounds, order_a_subjects_own_by_input_time_of_deadlines_priority_rule_key_action) {
  const std::vector<round_order> orders{
      {0, false, 70, -1, 0, "z", "z", "z"},  // a deadline before the input's own event
      {0, false, 80, -9, 0, "a", "a", "a"},  // a later one, however urgent
      {0, true, 50, -5, 0, "b", "k", "z"},   // the event
      {0, true, 50, -1, 0, "a", "k", "a"},  {0, true, 50, -1, 0, "b", "a", "z"},
      {0, true, 50, -1, 0, "b", "b", "a"},  {0, true, 50, -1, 0, "b", "b", "c"},
      {1, false, 10, -9, 0, "a", "a", "a"}, {1, false, 10, -8, 6, "b", "a", "a"},
      {1, false, 10, -8, 7, "a", "a", "a"}};  // what waited: the firing's time after the priority
  std::vector<std::uint32_t> numbers{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  std::mt19937 random(5);
  for (int i = 0; i < 50; ++i) {
    std::shuffle(numbers.begin(), numbers.end(), random);
    decision_rounds r;
    for (const auto n : numbers) r.add(7, orders[n], n);
    for (std::uint32_t n = 0; n < 10; ++n) ASSERT_THAT(r.next(), ElementsAre(n));
  }
}

TEST(decision_rounds, keep_equals_in_the_order_they_came) {
  decision_rounds r;
  for (std::uint32_t n : {4, 2, 9}) r.add(1, by_input(0), n);
  EXPECT_THAT(r.next(), ElementsAre(4));
  EXPECT_THAT(r.next(), ElementsAre(2));
  EXPECT_THAT(r.next(), ElementsAre(9));
}

}  // namespace
}  // namespace beckon::epoch

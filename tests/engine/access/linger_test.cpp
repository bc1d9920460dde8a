#include "engine/access/linger.hpp"

#include <gtest/gtest.h>

namespace beckon {
namespace {

using std::chrono::microseconds;

linger::instant at(std::int64_t us) {
  return linger::instant(microseconds(10'000'000 + us));
}

TEST(linger, the_first_after_a_rest_leaves_at_once) {
  const linger l;
  EXPECT_TRUE(l.is_over(at(0), false));
  EXPECT_TRUE(l.is_over(at(0), true));
}

TEST(linger, a_round_follows_when_the_one_before_is_answered_and_not_too_soon) {
  linger l;
  l.begin_round(at(0));
  EXPECT_FALSE(l.is_over(at(2'499), false));
  EXPECT_TRUE(l.is_over(at(2'500), false));
  EXPECT_FALSE(l.is_over(at(2'500), true)) << "it waits for the answers";
}

TEST(linger, an_answer_that_does_not_come_holds_up_the_other_queues_for_a_while_only) {
  linger l;
  l.begin_round(at(0));
  EXPECT_FALSE(l.is_over(at(14'999), true));
  EXPECT_TRUE(l.is_over(at(15'000), true));
}

TEST(linger, a_round_that_may_begin_and_has_something_to_send_is_begun) {
  linger l;
  EXPECT_FALSE(l.try_round(at(0), false, false)) << "nothing waits";
  EXPECT_TRUE(l.try_round(at(0), true, false));
  EXPECT_FALSE(l.try_round(at(2'499), true, false)) << "it has begun";
  EXPECT_FALSE(l.try_round(at(2'500), true, true));
  EXPECT_TRUE(l.try_round(at(2'500), true, false));
}

TEST(linger, looks_again_when_a_round_may_begin_and_not_all_the_time) {
  linger l;
  l.begin_round(at(0));
  EXPECT_EQ(l.left(at(0)), microseconds(2'500));
  EXPECT_EQ(l.left(at(600)), microseconds(1'900));
  EXPECT_EQ(l.left(at(2'400)), microseconds(1'000));
  EXPECT_EQ(l.left(at(9'000)), microseconds(1'000)) << "an answer is awaited";
  EXPECT_TRUE(l.is_over(at(0) + l.left(at(0)), false));
}

}  // namespace
}  // namespace beckon

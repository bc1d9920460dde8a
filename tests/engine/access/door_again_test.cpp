// A door that begins on queues that hold something of it, and a broker that lost something.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/access/door.hpp"
#include "tests/engine/access/small_door.hpp"

namespace beckon {
namespace {

using ::testing::ElementsAre;

TEST(door_again, leaves_out_of_each_queue_what_is_stored_there) {
  door_settings s = small(2);
  s.resume_after = 3;
  s.stored = {3, 6};
  door d(s);
  d.begin({});
  for (std::uint32_t q = 0; q < 2; ++q) {
    const auto out = d.next(true);
    ASSERT_TRUE(out);
    EXPECT_EQ(out->after, s.stored[out->queue]) << "a begin message says what stands before it";
    d.ack(out->queue, out->id, 1);
  }
  ASSERT_TRUE(take(d, 4, at(1), {{0, "a"}, {1, "a"}}));
  ASSERT_TRUE(take(d, 6, at(1), {{1, "b"}}));
  ASSERT_TRUE(take(d, 7, at(1), {{1, "c"}}));
  EXPECT_THAT(d.take_completed(), ElementsAre(6)) << "stored before: nothing is to be sent";
  const auto first = d.next(true);
  const auto second = d.next(true);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(d.next(true));
  EXPECT_THAT(positions(*first), ElementsAre(4));
  EXPECT_THAT(positions(*second), ElementsAre(7));
  EXPECT_EQ(second->after, 0u) << "the first of a life follows whatever is there";
  EXPECT_EQ(d.end_of(1).position, 6u);
  d.ack(second->queue, second->id, 2);
  EXPECT_EQ(d.end_of(1).position, 7u);
  EXPECT_EQ(d.low_water(), 3u) << "4 is still on its way";
  d.ack(first->queue, first->id, 2);
  EXPECT_EQ(d.low_water(), 7u);
}

TEST(door_again, notices_that_a_queue_gives_a_sequence_again) {
  door d = opened(small(1));
  ASSERT_TRUE(take(d, 1, at(1), {{0, "a"}}));
  auto out = d.next(true);
  d.ack(0, out->id, 9);
  EXPECT_EQ(d.losses(), 0u);
  ASSERT_TRUE(take(d, 2, at(1), {{0, "b"}}));
  out = d.next(true);
  d.ack(0, out->id, 9);
  EXPECT_EQ(d.losses(), 1u);
}

}  // namespace
}  // namespace beckon

// A door that begins on queues that hold something of it, and a broker that lost something.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/access/door.hpp"

namespace beckon {
namespace {

using ::testing::ElementsAre;

timestamp at(std::int64_t ms) {
  return from_ms(ms);
}

door_settings small(std::uint32_t partitions) {
  door_settings s;
  s.name = "node-1";
  s.source = "shop";
  s.partitions = partitions;
  s.envelope_entries = 2;
  s.envelope_bytes = 100;
  s.in_flight = 2;
  s.unacked_bytes = 1000;
  s.report_completed = true;
  return s;
}

result<void> take(door& d, std::uint64_t position, timestamp when,
                  std::vector<std::pair<std::uint32_t, std::string>> shares) {
  std::vector<door_share> given;
  for (auto& [queue, body] : shares) given.push_back({queue, body});
  return d.accept(position, when, given);
}

/// Begun, with every begin message acked.
door opened(door_settings settings) {
  door d(std::move(settings));
  d.begin({});
  std::uint64_t sequence = 0;
  while (auto out = d.next(false)) d.ack(out->queue, out->id, ++sequence);
  EXPECT_TRUE(d.accepting());
  return d;
}

std::vector<std::uint64_t> positions(const outgoing_envelope& e) {
  std::vector<std::uint64_t> out;
  for (const outgoing_entry& one : e.entries) out.push_back(one.position);
  return out;
}

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

// What a door finds of itself in a queue: never more than the partition takes.
#include "engine/access/stored_trace.hpp"

#include <gtest/gtest.h>

namespace beckon {
namespace {

door_message entries(std::uint64_t after, std::uint64_t last, std::uint64_t low_water = 0) {
  return {envelope_kind::entries, after, low_water, last};
}
door_message begin(std::uint64_t after) {
  return {envelope_kind::begin, after, 0, 0};
}

/// Given in the order of the queue.
stored_trace trace(bool whole, std::vector<door_message> messages) {
  stored_trace t(whole);
  for (auto m = messages.rbegin(); m != messages.rend(); ++m) {
    if (t.add(*m)) break;
  }
  return t;
}

TEST(stored_trace, of_an_empty_queue_is_nothing) {
  EXPECT_EQ(trace(true, {}).stored(), 0u);
  EXPECT_EQ(trace(false, {}).stored(), 0u);
}

TEST(stored_trace, follows_the_chain_and_stops_before_a_gap) {
  EXPECT_EQ(trace(true, {begin(0), entries(0, 3), entries(3, 7)}).stored(), 7u);
  const auto gap = trace(true, {begin(0), entries(0, 3), entries(5, 9), entries(9, 12)});
  EXPECT_EQ(gap.stored(), 3u) << "what stands behind a gap is not taken";
  EXPECT_EQ(gap.last(), 12u) << "but its positions were given";
}

TEST(stored_trace, counts_what_was_sent_again_behind_a_gap) {
  EXPECT_EQ(
      trace(true, {begin(0), entries(0, 3), entries(5, 9), entries(3, 5), entries(5, 9)}).stored(),
      9u);
}

TEST(stored_trace, a_life_begins_with_what_was_there) {
  EXPECT_EQ(trace(true, {begin(0), entries(0, 3), begin(3)}).stored(), 3u);
  EXPECT_EQ(trace(true, {begin(0), begin(40), entries(0, 44), entries(44, 50)}).stored(), 50u);
  EXPECT_EQ(trace(false, {begin(40), entries(44, 50)}).stored(), 40u)
      << "its first message is missing";
}

TEST(stored_trace, a_low_water_mark_says_what_was_acked) {
  EXPECT_EQ(trace(false, {entries(90, 95, 90), entries(95, 99, 92)}).stored(), 99u);
  EXPECT_EQ(trace(false, {entries(90, 95, 50)}).stored(), 50u) << "90 may be behind a gap";
  EXPECT_EQ(trace(false, {{envelope_kind::end, 70, 70, 0}}).stored(), 70u);
}

TEST(stored_trace, a_door_that_did_not_know_of_a_loss_is_not_believed) {
  // The queue was made anew, and its first message builds on one that is gone.
  const auto anew = trace(true, {entries(90, 95, 92), entries(95, 99, 95)});
  EXPECT_EQ(anew.stored(), 0u);
  EXPECT_EQ(anew.low_water(), 0u);
  EXPECT_EQ(anew.last(), 99u);
  EXPECT_EQ(trace(true, {entries(90, 95, 92), begin(0), entries(0, 97)}).stored(), 97u);
}

}  // namespace
}  // namespace beckon

#include "engine/access/door.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/access/small_door.hpp"

namespace beckon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(door, accepts_only_after_every_queue_has_its_begin_message) {
  door d(small(2));
  EXPECT_FALSE(take(d, 1, at(1), {{0, "a"}}));
  d.begin({"node-0"});
  auto first = d.next(false);
  auto second = d.next(false);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->kind, envelope_kind::begin);
  EXPECT_THAT(first->ends, ElementsAre("node-0"));
  EXPECT_NE(first->queue, second->queue);
  d.ack(first->queue, first->id, 1);
  EXPECT_FALSE(d.accepting());
  d.fail(second->queue, second->id);
  EXPECT_FALSE(d.next(true)) << "held until retry";
  d.retry();
  second = d.next(false);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->kind, envelope_kind::begin);
  d.ack(second->queue, second->id, 1);
  EXPECT_TRUE(d.accepting());
  EXPECT_TRUE(take(d, 1, at(1), {{0, "a"}}));
}

TEST(door, fills_envelopes_and_flushes_the_rest) {
  door d = opened(small(1));
  for (std::uint64_t p = 1; p <= 3; ++p) ASSERT_TRUE(take(d, p, at(5), {{0, "x"}}));
  auto full = d.next(false);
  ASSERT_TRUE(full);
  EXPECT_THAT(positions(*full), ElementsAre(1, 2));
  EXPECT_EQ(full->after, 0u);
  EXPECT_FALSE(d.next(false)) << "one entry is no full envelope";
  EXPECT_FALSE(d.next(true)) << "it waits for the answer to the one before";
  d.ack(0, full->id, 7);
  auto rest = d.next(true);
  ASSERT_TRUE(rest);
  EXPECT_THAT(positions(*rest), ElementsAre(3));
  EXPECT_EQ(rest->after, 2u);
  EXPECT_FALSE(d.next(true));
}

TEST(door, an_envelope_is_bounded_by_bytes) {
  door d = opened(small(1));
  ASSERT_TRUE(take(d, 1, at(1), {{0, std::string(60, 'a')}}));
  ASSERT_TRUE(take(d, 2, at(1), {{0, std::string(60, 'b')}}));
  const auto first = d.next(false);
  ASSERT_TRUE(first);
  EXPECT_THAT(positions(*first), ElementsAre(1));
  d.ack(0, first->id, 7);
  EXPECT_THAT(positions(*d.next(true)), ElementsAre(2));
  const auto refused = take(d, 3, at(1), {{0, std::string(101, 'c')}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::exhausted);
}

TEST(door, takes_queues_in_turn) {
  door d = opened(small(2));
  for (std::uint64_t p = 1; p <= 4; ++p) ASSERT_TRUE(take(d, p, at(1), {{0, "x"}}));
  ASSERT_TRUE(take(d, 5, at(1), {{1, "x"}}));
  EXPECT_EQ(d.next(true)->queue, 0u);
  EXPECT_EQ(d.next(true)->queue, 1u);
  EXPECT_EQ(d.next(true)->queue, 0u);
}

TEST(door, keeps_at_most_so_many_envelopes_in_flight) {
  door d = opened(small(1));
  for (std::uint64_t p = 1; p <= 6; ++p) ASSERT_TRUE(take(d, p, at(1), {{0, "x"}}));
  const auto first = d.next(false);
  ASSERT_TRUE(d.next(false));
  EXPECT_FALSE(d.next(true));
  d.ack(0, first->id, 7);
  EXPECT_THAT(positions(*d.next(false)), ElementsAre(5, 6));
}

TEST(door, what_is_not_full_waits_until_nothing_is_in_flight) {
  door d = opened(small(2));
  ASSERT_TRUE(take(d, 1, at(1), {{0, "x"}}));
  const auto alone = d.next(true);
  ASSERT_TRUE(alone) << "nothing is in flight";
  ASSERT_TRUE(take(d, 2, at(1), {{0, "x"}}));
  EXPECT_FALSE(d.next(true));
  EXPECT_FALSE(d.has_unsent()) << "an answer makes it worth a call";
  ASSERT_TRUE(take(d, 3, at(1), {{1, "x"}}));
  EXPECT_EQ(d.next(true)->queue, 1u) << "another queue does not wait for it";
  ASSERT_TRUE(take(d, 4, at(1), {{0, "x"}}));
  EXPECT_THAT(positions(*d.next(false)), ElementsAre(2, 4)) << "full";
  ASSERT_TRUE(take(d, 5, at(1), {{0, "x"}}));
  d.ack(0, alone->id, 7);
  EXPECT_FALSE(d.next(true)) << "one is still in flight";
}

TEST(door, what_waited_for_an_answer_goes_with_the_next_flush) {
  door d = opened(small(1));
  ASSERT_TRUE(take(d, 1, at(1), {{0, "x"}}));
  const auto first = d.next(true);
  ASSERT_TRUE(take(d, 2, at(1), {{0, "x"}}));
  ASSERT_FALSE(d.next(true));
  d.ack(0, first->id, 7);
  EXPECT_TRUE(d.has_unsent());
  EXPECT_THAT(positions(*d.next(true)), ElementsAre(2));
}

TEST(door, sends_again_from_the_first_missing_on_and_only_when_all_is_answered) {
  door d = opened(small(1));
  for (std::uint64_t p = 1; p <= 4; ++p) ASSERT_TRUE(take(d, p, at(1), {{0, "x"}}));
  const auto first = d.next(true);
  const auto second = d.next(true);
  d.fail(0, first->id);
  d.retry();
  EXPECT_FALSE(d.next(true)) << "the second is not answered yet";
  EXPECT_FALSE(d.has_held());
  d.ack(0, second->id, 9);
  EXPECT_TRUE(d.has_held());
  EXPECT_THAT(d.take_completed(), IsEmpty()) << "an ack behind a gap does not count";
  EXPECT_EQ(d.low_water(), 0u);
  d.retry();
  const auto again = d.next(true);
  ASSERT_TRUE(again);
  EXPECT_THAT(positions(*again), ElementsAre(1, 2));
  EXPECT_EQ(again->after, 0u);
  EXPECT_THAT(positions(*d.next(true)), ElementsAre(3, 4));
}

TEST(door, a_position_is_complete_when_all_its_queues_acked) {
  door d = opened(small(2));
  ASSERT_TRUE(take(d, 10, at(1), {{0, "x"}, {1, "y"}}));
  ASSERT_TRUE(take(d, 20, at(1), {{1, "z"}}));
  ASSERT_TRUE(take(d, 30, at(1), {}));
  EXPECT_THAT(d.take_completed(), ElementsAre(30)) << "it concerns nobody";
  const auto zero = d.next(true);
  const auto one = d.next(true);
  d.ack(1, one->id, 2);
  EXPECT_THAT(d.take_completed(), ElementsAre(20));
  EXPECT_EQ(d.low_water(), 0u);
  d.ack(0, zero->id, 2);
  EXPECT_THAT(d.take_completed(), ElementsAre(10));
  EXPECT_EQ(d.low_water(), 30u);
  EXPECT_EQ(d.unacked_bytes(), 0u);
}

TEST(door, live_clock_is_the_oldest_unacked_arrival_else_now) {
  door d = opened(small(2));
  EXPECT_EQ(d.stamp(at(10)), at(10));
  EXPECT_EQ(d.tick().clock, at(10));
  ASSERT_TRUE(take(d, 1, at(10), {{0, "x"}}));
  EXPECT_EQ(d.stamp(at(20)), at(20));
  EXPECT_EQ(d.stamp(at(15)), at(20)) << "a clock set back does not take arrivals with it";
  ASSERT_TRUE(take(d, 2, at(20), {{1, "y"}}));
  EXPECT_FALSE(take(d, 3, at(19), {{1, "y"}}));
  EXPECT_EQ(d.tick().clock, at(10));
  const auto zero = d.next(true);
  const auto one = d.next(true);
  EXPECT_EQ(one->clock, at(10));
  EXPECT_EQ(one->entries.front().before, at(10));
  d.ack(0, zero->id, 5);
  EXPECT_EQ(d.tick().clock, at(20));
  d.ack(1, one->id, 6);
  d.stamp(at(30));
  EXPECT_EQ(d.tick().clock, at(30));
  EXPECT_THAT(d.tick().acked, ElementsAre(5, 6));
}

TEST(door, import_clock_is_the_running_maximum_before_the_next_unsent_entry) {
  door d = opened(small(1, true));
  ASSERT_TRUE(take(d, 1, at(50), {{0, "a"}}));
  ASSERT_TRUE(take(d, 2, at(40), {{0, "b"}}));
  ASSERT_TRUE(take(d, 3, at(60), {{0, "c"}}));
  ASSERT_TRUE(take(d, 4, at(99), {{0, "d"}}));
  const auto first = d.next(false);
  EXPECT_EQ(first->entries[0].before, beginning);
  EXPECT_EQ(first->entries[1].before, at(50));
  EXPECT_EQ(first->clock, at(50)) << "the third row was read when the maximum was 50";
  const auto second = d.next(true);
  EXPECT_EQ(second->clock, at(99));
  EXPECT_EQ(d.tick().clock, beginning) << "nothing is acked";
  d.ack(0, first->id, 1);
  EXPECT_EQ(d.tick().clock, at(50));
  d.ack(0, second->id, 2);
  EXPECT_EQ(d.tick().clock, at(99));
}

TEST(door, an_import_read_again_skips_what_is_stored_but_not_its_times) {
  door_settings settings = small(1, true);
  settings.resume_after = 2;
  door d = opened(settings);
  EXPECT_EQ(d.low_water(), 2u);
  ASSERT_TRUE(take(d, 1, at(70), {{0, "a"}}));
  ASSERT_TRUE(take(d, 2, at(40), {{0, "b"}}));
  ASSERT_TRUE(take(d, 3, at(60), {{0, "c"}}));
  const auto out = d.next(true);
  EXPECT_THAT(positions(*out), ElementsAre(3));
  EXPECT_EQ(out->entries.front().before, at(70));
}

TEST(door, ends_each_queue_after_its_last_entry) {
  door d = opened(small(2, true));
  ASSERT_TRUE(take(d, 1, at(50), {{0, "a"}}));
  d.end(at(80));
  EXPECT_FALSE(take(d, 2, at(60), {{0, "b"}}));
  const auto end_of_one = d.next(false);
  ASSERT_TRUE(end_of_one);
  EXPECT_EQ(end_of_one->queue, 1u);
  EXPECT_EQ(end_of_one->kind, envelope_kind::end);
  EXPECT_EQ(end_of_one->clock, at(80));
  const auto entry = d.next(true);
  EXPECT_EQ(entry->kind, envelope_kind::entries);
  EXPECT_FALSE(d.next(true));
  d.ack(0, entry->id, 1);
  const auto end_of_zero = d.next(false);
  ASSERT_TRUE(end_of_zero);
  EXPECT_EQ(end_of_zero->after, 1u);
  d.ack(0, end_of_zero->id, 2);
  EXPECT_FALSE(d.ended());
  d.ack(1, end_of_one->id, 2);
  EXPECT_TRUE(d.ended());
}

TEST(door, may_end_before_it_began) {
  door fresh(small(1));
  fresh.end();
  EXPECT_TRUE(fresh.ended());
  door d(small(1));
  d.begin({});
  const auto begin = d.next(false);
  d.end();
  d.ack(0, begin->id, 1);
  EXPECT_FALSE(d.accepting());
  const auto end = d.next(false);
  ASSERT_TRUE(end);
  d.ack(0, end->id, 2);
  EXPECT_TRUE(d.ended());
}

TEST(door, bounds_what_is_not_acked) {
  door d = opened(small(1));
  std::uint64_t position = 0;
  while (!d.full()) ASSERT_TRUE(take(d, ++position, at(1), {{0, std::string(50, 'x')}}));
  const auto refused = take(d, position + 1, at(1), {{0, "x"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::exhausted);
  EXPECT_EQ(d.last_position(), position);
  const auto out = d.next(true);
  d.ack(0, out->id, 1);
  EXPECT_FALSE(d.full());
}

TEST(door, ignores_answers_it_does_not_wait_for) {
  door d = opened(small(1));
  ASSERT_TRUE(take(d, 1, at(1), {{0, "x"}}));
  const auto out = d.next(true);
  d.ack(0, out->id + 1, 5);
  d.ack(7, out->id, 5);
  EXPECT_EQ(d.low_water(), 0u);
  d.ack(0, out->id, 5);
  d.fail(0, out->id);
  EXPECT_EQ(d.low_water(), 1u);
  EXPECT_FALSE(d.has_held());
}

door_settings with_item_log() {
  door_settings s = small(1);
  s.item_log = true;
  return s;
}

TEST(door, puts_rows_on_the_log_of_items_which_neither_begins_nor_ends_nor_ticks) {
  door d(with_item_log());
  d.begin({});
  const auto begin = d.next(true);
  ASSERT_TRUE(begin);
  EXPECT_FALSE(d.next(true)) << "one queue";
  d.ack(begin->queue, begin->id, 1);
  ASSERT_TRUE(take(d, 1, at(1), {{1, "row"}}));
  const auto row = d.next(true);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->queue, 1u);
  EXPECT_THAT(d.take_completed(), IsEmpty());
  EXPECT_EQ(d.low_water(), 0u);
  d.ack(row->queue, row->id, 77);
  EXPECT_THAT(d.take_completed(), ElementsAre(1));
  EXPECT_EQ(d.low_water(), 1u);
  EXPECT_THAT(d.tick().acked, ElementsAre(1));
  d.end();
  const auto end = d.next(true);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->kind, envelope_kind::end);
  EXPECT_FALSE(d.next(true));
  d.ack(end->queue, end->id, 2);
  EXPECT_TRUE(d.ended());
}

TEST(door, sends_rows_again_in_their_order) {
  door d = opened(with_item_log());
  for (std::uint64_t p = 1; p <= 4; ++p) ASSERT_TRUE(take(d, p, at(1), {{1, "row"}}));
  const auto first = d.next(true);
  const auto second = d.next(true);
  d.fail(1, first->id);
  d.ack(1, second->id, 1);
  d.retry();
  EXPECT_THAT(positions(*d.next(true)), ElementsAre(1, 2));
  EXPECT_THAT(positions(*d.next(true)), ElementsAre(3, 4));
}

TEST(door, has_ended_when_the_log_has_its_rows) {
  door d = opened(with_item_log());
  ASSERT_TRUE(take(d, 1, at(1), {{1, "row"}}));
  d.end();
  std::optional<outgoing_envelope> row;
  while (auto out = d.next(true)) {
    if (out->kind == envelope_kind::entries)
      row = out;
    else
      d.ack(out->queue, out->id, 2);
  }
  ASSERT_TRUE(row);
  EXPECT_FALSE(d.ended());
  d.ack(row->queue, row->id, 1);
  EXPECT_TRUE(d.ended());
}

// ---- quiet

TEST(door, a_quiet_one_is_open_at_once_and_neither_begins_nor_ends) {
  door_settings settings = small(2);
  settings.quiet = true;
  door d(settings);
  d.begin({});
  EXPECT_TRUE(d.accepting());
  EXPECT_FALSE(d.next(true));
  ASSERT_TRUE(take(d, 41, d.stamp(at(0)), {{1, "a"}})) << "its counter goes on where it was";
  const auto out = d.next(true);
  ASSERT_TRUE(out);
  EXPECT_THAT(positions(*out), ElementsAre(41));
  EXPECT_EQ(out->after, 0u);
  d.ack(out->queue, out->id, 1);
  EXPECT_EQ(d.low_water(), 41u);
  d.end();
  EXPECT_TRUE(d.ended());
  EXPECT_FALSE(d.next(true));
}

}  // namespace
}  // namespace beckon

#include "engine/delivery/outbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::delivery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr retry_policy policy{3, duration(1000), duration(8000), 0};

outbox_entry entry(std::uint64_t order, std::string channel = "inbox") {
  outbox_entry e;
  e.order = order;
  e.delivery = hash128{7, order};
  e.who.id = "u1";
  e.channel = std::move(channel);
  return e;
}

std::vector<std::uint64_t> offered(outbox& o, std::int64_t ms, std::size_t credit,
                                   std::string_view channel = "inbox") {
  const channel_credit c{channel, credit};
  std::vector<std::uint64_t> orders;
  for (const auto& e : o.next(from_ms(ms), {&c, 1}).start) orders.push_back(e->order);
  return orders;
}

std::optional<settlement> answered(outbox& o, std::uint64_t order, std::uint32_t attempt, answer a,
                                   std::int64_t ms = 0) {
  return o.apply({hash128{7, order}, attempt, a}, policy, from_ms(ms), 0.5);
}

TEST(outbox, offers_in_commit_order_by_credit_and_once) {
  outbox o;
  for (std::uint64_t i = 1; i <= 5; ++i) o.add(entry(i));
  EXPECT_THAT(offered(o, 0, 2), ElementsAre(1, 2));
  EXPECT_THAT(offered(o, 0, 0), IsEmpty());
  EXPECT_THAT(offered(o, 0, 9), ElementsAre(3, 4, 5));
  EXPECT_THAT(offered(o, 0, 9), IsEmpty());
  EXPECT_EQ(o.in_flight(), 5u);
}

TEST(outbox, channels_do_not_hold_each_other) {
  outbox o;
  o.add(entry(1, "slow"));
  o.add(entry(2, "fast"));
  EXPECT_THAT(offered(o, 0, 9, "fast"), ElementsAre(2));
  EXPECT_THAT(offered(o, 0, 9, "other"), IsEmpty());
}

TEST(outbox, a_delivered_entry_leaves) {
  outbox o;
  o.add(entry(1));
  offered(o, 0, 1);
  const auto s = answered(o, 1, 1, answer::delivered);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->what, settlement::row::remove);
  EXPECT_TRUE(s->delivered);
  EXPECT_FALSE(s->release);
  EXPECT_EQ(s->attempts, 1u);
  EXPECT_EQ(s->entry, entry(1));
  EXPECT_EQ(o.size(), 0u);
  EXPECT_EQ(o.in_flight(), 0u);
}

TEST(outbox, a_retry_is_rewritten_and_comes_back_after_the_commit) {
  outbox o;
  o.add(entry(1));
  offered(o, 0, 1);
  const auto s = answered(o, 1, 1, answer::unknown, 500);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->what, settlement::row::rewrite);
  EXPECT_EQ(s->entry.attempt, 2u);
  EXPECT_EQ(s->entry.retry_at, from_ms(1500));
  EXPECT_TRUE(s->entry.may_have_taken_effect);
  EXPECT_THAT(offered(o, 9000, 1), IsEmpty());
  o.add(s->entry);
  EXPECT_EQ(o.wakes_at(from_ms(500)), from_ms(1500));
  EXPECT_THAT(offered(o, 1499, 1), IsEmpty());
  EXPECT_THAT(offered(o, 1500, 1), ElementsAre(1));
}

TEST(outbox, an_entry_in_retry_does_not_hold_later_ones) {
  outbox o;
  o.add(entry(1));
  o.add(entry(2));
  offered(o, 0, 1);
  o.add(answered(o, 1, 1, answer::busy)->entry);
  EXPECT_THAT(offered(o, 0, 9), ElementsAre(2));
}

TEST(outbox, due_retries_and_first_attempts_take_turns) {
  outbox o;
  for (std::uint64_t i = 1; i <= 3; ++i) o.add(entry(i));
  offered(o, 0, 3);
  for (std::uint64_t i = 1; i <= 3; ++i) o.add(answered(o, i, 1, answer::busy)->entry);
  for (std::uint64_t i = 4; i <= 6; ++i) o.add(entry(i));
  std::vector<std::uint64_t> order;
  for (int i = 0; i < 6; ++i) order.push_back(offered(o, 5000, 1).at(0));
  EXPECT_THAT(order, ElementsAre(1, 4, 2, 5, 3, 6));
}

TEST(outbox, stale_results_are_ignored) {
  outbox o;
  o.add(entry(1));
  offered(o, 0, 1);
  EXPECT_FALSE(answered(o, 2, 1, answer::delivered));
  EXPECT_FALSE(answered(o, 1, 2, answer::delivered));
  EXPECT_EQ(o.size(), 1u);
  const auto s = answered(o, 1, 1, answer::busy);
  EXPECT_FALSE(answered(o, 1, 1, answer::delivered));
  o.add(s->entry);
  EXPECT_FALSE(answered(o, 1, 1, answer::delivered));
  EXPECT_EQ(o.size(), 1u);
}

TEST(outbox, adding_again_offers_nothing_twice) {
  outbox o;
  o.add(entry(1));
  offered(o, 0, 1);
  o.add(entry(1));
  EXPECT_THAT(offered(o, 0, 1), IsEmpty());
  EXPECT_EQ(o.size(), 1u);
}

TEST(outbox, what_waits_expires_and_what_is_in_flight_does_not) {
  outbox o;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    auto e = entry(i);
    if (i < 3) e.expires = from_ms(100);
    o.add(e);
  }
  offered(o, 0, 1);
  EXPECT_EQ(o.wakes_at(from_ms(0)), from_ms(100));
  EXPECT_THAT(o.expire(from_ms(99)), IsEmpty());
  EXPECT_THAT(offered(o, 100, 9), ElementsAre(3));  // not the expired one, even before expire
  const auto dead = o.expire(from_ms(100));
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0].entry.order, 2u);
  EXPECT_EQ(dead[0].reason, "expired");
  EXPECT_EQ(dead[0].attempts, 0u);
  EXPECT_FALSE(dead[0].letter);
  EXPECT_TRUE(dead[0].release);
  EXPECT_TRUE(answered(o, 1, 1, answer::delivered, 200)->delivered);
  EXPECT_EQ(o.wakes_at(from_ms(200)), never);
}

TEST(outbox, what_was_there_before_the_process_may_have_taken_effect) {
  outbox o;
  o.recover(entry(1), 2);
  auto late = entry(2);
  late.expires = from_ms(5);
  o.recover(late, 2);
  offered(o, 0, 1);
  EXPECT_FALSE(answered(o, 1, 1, answer::refused)->release);
  EXPECT_FALSE(o.expire(from_ms(5)).at(0).release);
}

TEST(outbox, what_this_process_committed_may_still_be_running) {
  outbox o;
  o.recover(entry(1), 0);
  auto late = entry(2);
  late.expires = from_ms(5);
  o.recover(late, 0);
  EXPECT_TRUE(
      answered(o, 1, 1, answer::refused)->release);  // its result came before it was offered again
  EXPECT_FALSE(o.expire(from_ms(5)).at(0).release);
}

TEST(outbox, recovered_retries_keep_their_time) {
  outbox o;
  auto e = entry(1);
  e.attempt = 2;
  e.retry_at = from_ms(700);
  o.recover(e, 2);
  o.recover(entry(2), 2);
  EXPECT_THAT(offered(o, 0, 9), ElementsAre(2));
  EXPECT_THAT(offered(o, 700, 9), ElementsAre(1));
}

TEST(outbox, retries_already_due_wait_for_credit_not_for_time) {
  outbox o;
  auto e = entry(1);
  e.attempt = 2;
  e.retry_at = from_ms(700);
  o.add(e);
  EXPECT_EQ(o.wakes_at(from_ms(699)), from_ms(700));
  EXPECT_EQ(o.wakes_at(from_ms(700)), never);
}

outbox_entry strict(std::uint64_t order) {
  auto e = entry(order);
  e.when_unknown = ambiguity::at_most_once;
  return e;
}

std::vector<settlement> announced(outbox& o, std::int64_t ms, std::size_t credit) {
  const channel_credit c{"inbox", credit};
  return o.next(from_ms(ms), {&c, 1}).announce;
}

TEST(outbox_at_most_once, an_attempt_is_made_only_after_a_commit_that_announces_it) {
  outbox o;
  o.add(strict(1));
  o.add(strict(2));
  const auto first = announced(o, 0, 1);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].what, settlement::row::rewrite);
  EXPECT_TRUE(first[0].entry.attempting);
  EXPECT_THAT(announced(o, 0, 1), IsEmpty()) << "what is announced holds its credit";
  EXPECT_THAT(offered(o, 0, 1), IsEmpty());
  o.add(first[0].entry);
  EXPECT_THAT(offered(o, 0, 1), ElementsAre(1));
  EXPECT_TRUE(answered(o, 1, 1, answer::delivered)->delivered);
}

TEST(outbox_at_most_once, no_second_attempt_after_an_unknown_end) {
  outbox o;
  o.add(strict(1));
  o.add(announced(o, 0, 1).at(0).entry);
  offered(o, 0, 1);
  const auto s = answered(o, 1, 1, answer::unknown);
  EXPECT_EQ(s->what, settlement::row::remove);
  EXPECT_EQ(s->reason, "ambiguous");
  EXPECT_TRUE(s->letter);
  EXPECT_FALSE(s->release);
}

TEST(outbox_at_most_once, what_certainly_had_no_effect_is_announced_and_tried_again) {
  outbox o;
  o.add(strict(1));
  o.add(announced(o, 0, 1).at(0).entry);
  offered(o, 0, 1);
  const auto s = answered(o, 1, 1, answer::busy);
  EXPECT_FALSE(s->entry.attempting);
  o.add(s->entry);
  const auto again = announced(o, 9000, 1);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].entry.attempt, 2u);
}

TEST(outbox_at_most_once, an_announced_attempt_of_a_process_that_is_gone_is_never_made) {
  outbox o;
  auto e = strict(1);
  e.attempting = true;
  o.recover(e, 1);
  EXPECT_THAT(offered(o, 0, 9), IsEmpty());
  const auto dead = o.expire(from_ms(0));
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0].reason, "ambiguous");
  EXPECT_EQ(dead[0].attempts, 1u);
  EXPECT_FALSE(dead[0].release);
  EXPECT_THAT(o.expire(from_ms(0)), IsEmpty());
}

TEST(outbox_at_most_once, of_this_process_it_is_offered_again_and_attaches) {
  outbox o;
  auto e = strict(3);
  e.attempting = true;
  o.recover(e, 2);
  EXPECT_THAT(offered(o, 0, 9), ElementsAre(3));
}

TEST(outbox, what_the_channel_holds_back_comes_again_under_its_number) {
  outbox o;
  o.add(entry(1));
  offered(o, 0, 1);
  EXPECT_FALSE(o.hold_back(hash128{7, 1}, 1, from_ms(50)));
  EXPECT_EQ(o.in_flight(), 0u);
  EXPECT_EQ(o.wakes_at(from_ms(0)), from_ms(50));
  EXPECT_THAT(offered(o, 49, 1), IsEmpty());
  EXPECT_THAT(offered(o, 50, 1), ElementsAre(1));
  EXPECT_EQ(answered(o, 1, 1, answer::delivered)->attempts, 1u);
}

TEST(outbox_at_most_once, held_back_its_announcement_is_taken_back) {
  outbox o;
  o.add(strict(1));
  o.add(announced(o, 0, 1).at(0).entry);
  offered(o, 0, 1);
  const auto s = o.hold_back(hash128{7, 1}, 1, from_ms(50));
  ASSERT_TRUE(s);
  EXPECT_EQ(s->what, settlement::row::rewrite);
  EXPECT_FALSE(s->entry.attempting);
  o.add(s->entry);
  EXPECT_THAT(announced(o, 49, 1), IsEmpty());
  EXPECT_EQ(announced(o, 50, 1).at(0).entry.attempt, 1u);
}

}  // namespace
}  // namespace beckon::delivery

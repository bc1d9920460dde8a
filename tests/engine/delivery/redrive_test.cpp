#include "engine/delivery/redrive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::delivery {
namespace {

using ::testing::HasSubstr;

constexpr timestamp fired = from_ms(1'000'000);
constexpr timestamp now = from_ms(9'000'000);
constexpr duration hour{3'600'000};

outbox_entry given_up() {
  outbox_entry e;
  e.order = 4;
  e.delivery = {1, 2};
  e.occurrence = {3, 4};
  e.who = {"user", "u1"};
  e.rule = "r";
  e.action = "remind";
  e.channel = "inbox";
  e.body = "hello";
  e.fired = e.decided = fired;
  e.expires = now + duration{1};
  e.attempt = 8;
  e.retry_at = now - duration{5};
  e.arrival = fired;
  return e;
}
redrive_answer ask(outbox_entry e, const redrive_options& how = {},
                   const redrive_terms& terms = {true, hour}) {
  return redrive(std::move(e), how, terms, now);
}

TEST(redrive, begins_anew_under_the_same_id_with_the_same_words) {
  const auto answer = ask(given_up());
  ASSERT_TRUE(answer.entry) << answer.refused;
  outbox_entry expected = given_up();
  expected.attempt = 1;
  expected.retry_at = beginning;
  expected.arrival = beginning;
  expected.expires = now + hour;
  expected.redriven = 1;
  EXPECT_EQ(*answer.entry, expected);
  EXPECT_EQ(ask(*answer.entry).entry->redriven, 2u);
}

TEST(redrive, gives_as_much_time_as_the_action_gives_now) {
  EXPECT_EQ(ask(given_up(), {}, {true, duration::zero()}).entry->expires, never);
  EXPECT_EQ(ask(given_up(), {}, {true, std::nullopt}).entry->expires,
            now + (now + duration{1} - fired))
      << "the action is gone: as much as at first";
  outbox_entry e = given_up();
  e.expires = never;
  EXPECT_EQ(ask(e, {}, {true, std::nullopt}).entry->expires, never);
}

TEST(redrive, of_what_expired_has_to_be_asked_for) {
  outbox_entry e = given_up();
  e.expires = now;
  const auto refused = ask(e);
  EXPECT_FALSE(refused.entry);
  EXPECT_THAT(refused.refused, HasSubstr("--expired"));
  EXPECT_THAT(ask(e, {.ambiguous = true}).refused, HasSubstr("--expired"));
  EXPECT_EQ(ask(e, {.expired = true}).entry->expires, now + hour);
}

TEST(redrive, of_what_may_happen_once_at_most_has_to_be_asked_for) {
  outbox_entry e = given_up();
  e.when_unknown = ambiguity::at_most_once;
  e.attempting = true;
  ASSERT_TRUE(ask(e).entry) << "refused for sure: nothing can happen twice";
  EXPECT_FALSE(ask(e).entry->attempting) << "a commit announces the next attempt";
  e.may_have_taken_effect = true;
  EXPECT_THAT(ask(e).refused, HasSubstr("--ambiguous"));
  EXPECT_THAT(ask(e, {.expired = true}).refused, HasSubstr("--ambiguous"));
  EXPECT_TRUE(ask(e, {.ambiguous = true}).entry);
  e.when_unknown = ambiguity::at_least_once;
  EXPECT_TRUE(ask(e).entry->may_have_taken_effect) << "and a failure gives nothing back";
}

TEST(redrive, needs_its_channel) {
  EXPECT_THAT(ask(given_up(), {true, true}, {false, hour}).refused, HasSubstr("'inbox'"));
}

TEST(redrive, offers_the_entry_as_a_first_attempt) {
  auto entry = *ask(given_up()).entry;
  entry.order = 9;
  outbox waiting;
  waiting.add(entry);
  const channel_credit credit{"inbox", 1};
  const auto offers = waiting.next(now, {&credit, 1});
  ASSERT_EQ(offers.start.size(), 1u);
  EXPECT_EQ(offers.start[0]->attempt, 1u);
}

TEST(given_up, says_whether_its_last_attempt_may_have_taken_effect) {
  for (const auto what : {answer::refused, answer::unknown}) {
    outbox tried;
    auto e = given_up();
    e.attempt = 1;
    e.retry_at = beginning;
    tried.add(e);
    const channel_credit credit{"inbox", 1};
    tried.next(now, {&credit, 1});
    const auto end =
        tried.apply({e.delivery, 1, what, {}}, {.most_attempts = 1, .jitter = 0}, now, 0);
    ASSERT_TRUE(end && end->letter);
    EXPECT_EQ(end->entry.may_have_taken_effect, what == answer::unknown);
  }
}

}  // namespace
}  // namespace beckon::delivery

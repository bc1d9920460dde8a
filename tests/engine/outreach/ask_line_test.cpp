// Who may ask, who waits, who gives up.
#include "engine/outreach/ask_line.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::outreach {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const predicate_answer yes;
const predicate_answer silence{no_answer::timeout, {}};
const predicate_answer wrong_status{no_answer::status, {}};

timestamp at(std::int64_t ms) {
  return from_ms(1'000'000 + ms);
}

asking at_most(std::uint32_t in_flight, std::uint32_t failures = 0) {
  asking how;
  how.most_in_flight = in_flight;
  how.breaker.failures = failures;
  return how;
}

TEST(ask_line, lets_so_many_ask_at_once_in_their_order) {
  ask_line line(at_most(2));
  for (ask_line::ticket i = 1; i <= 4; ++i) line.add(i, at(1000));
  EXPECT_THAT(line.advance(at(0)).begin, ElementsAre(1, 2));
  EXPECT_EQ(line.under_way(), 2u);
  EXPECT_EQ(line.waiting(), 2u);
  EXPECT_THAT(line.advance(at(1)).begin, IsEmpty());
  line.end(yes, 200, at(2));
  EXPECT_THAT(line.advance(at(2)).begin, ElementsAre(3));
}

TEST(ask_line, nobody_waits_longer_than_it_may) {
  ask_line line(at_most(1));
  for (ask_line::ticket i = 1; i <= 3; ++i) line.add(i, at(100 * static_cast<int>(i)));
  EXPECT_THAT(line.advance(at(0)).begin, ElementsAre(1));
  line.end(yes, 200, at(200));
  const auto turn = line.advance(at(200));
  EXPECT_THAT(turn.give_up, ElementsAre(Pair(2, no_answer::timeout)));
  EXPECT_THAT(turn.begin, ElementsAre(3));
}

TEST(ask_line, leaves_an_endpoint_alone_that_keeps_failing) {
  ask_line line(at_most(1, 2));
  for (ask_line::ticket i = 1; i <= 4; ++i) line.add(i, at(100'000));
  EXPECT_THAT(line.advance(at(0)).begin, ElementsAre(1));
  EXPECT_FALSE(line.end(silence, 0, at(1)));
  EXPECT_THAT(line.advance(at(1)).begin, ElementsAre(2));
  EXPECT_TRUE(line.end(wrong_status, 503, at(2)));
  EXPECT_TRUE(line.left_alone());
  EXPECT_THAT(line.advance(at(3)).give_up,
              ElementsAre(Pair(3, no_answer::breaker_open), Pair(4, no_answer::breaker_open)));
  line.add(5, at(100'000));
  line.add(6, at(100'000));
  const auto probe = line.advance(at(6'000));
  EXPECT_THAT(probe.begin, ElementsAre(5)) << "one is let through";
  EXPECT_THAT(probe.give_up, ElementsAre(Pair(6, no_answer::breaker_open)));
  EXPECT_TRUE(line.end(yes, 200, at(6'001)));
  EXPECT_FALSE(line.left_alone());
}

TEST(ask_line, a_wrong_answer_is_no_failure_of_the_endpoint) {
  ask_line line(at_most(1, 1));
  for (const auto& [what, status] : {std::pair{wrong_status, 404},
                                     {predicate_answer{no_answer::bad_answer, {}}, 200},
                                     {predicate_answer{no_answer::too_large, {}}, 200}}) {
    line.add(1, at(1000));
    EXPECT_THAT(line.advance(at(0)).begin, ElementsAre(1));
    EXPECT_FALSE(line.end(what, status, at(0))) << status;
  }
}

/// Whatever happens: nobody is lost, nobody told twice, never too many at once.
TEST(ask_line, answers_everybody_once_in_random_orders) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    ask_line line(at_most(1 + random() % 4, random() % 4));
    std::map<ask_line::ticket, int> told;
    std::vector<ask_line::ticket> under_way;
    ask_line::ticket last = 0;
    std::int64_t now = 0;
    const auto advance = [&] {
      const auto turn = line.advance(at(now));
      for (const auto t : turn.begin) under_way.push_back(t);
      for (const auto& one : turn.give_up) ++told[one.first];
    };
    const auto end_one = [&] {
      ++told[under_way.back()];
      under_way.pop_back();
      line.end(random() % 2 ? yes : silence, 200, at(now));
      advance();
    };
    for (int step = 0; step < 200; ++step) {
      now += random() % 3'000;
      if (random() % 2) {
        line.add(++last, at(now + 2'000));
        advance();
      } else if (!under_way.empty()) {
        end_one();
      }
      ASSERT_EQ(under_way.size(), line.under_way()) << seed;
      ASSERT_LE(line.under_way(), 4u) << seed;
    }
    while (!under_way.empty()) end_one();
    ASSERT_EQ(line.waiting(), 0u) << seed;
    ASSERT_EQ(told.size(), last) << seed;
    for (const auto& [who, times] : told) ASSERT_EQ(times, 1) << who << " seed " << seed;
  }
}

}  // namespace
}  // namespace beckon::outreach

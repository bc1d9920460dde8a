#include "engine/base/node_clock.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace beckon {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using news = node_clock::news;

/// A node whose wall clock somebody sets: true time passes, looks are taken.
struct watched_node {
  timestamp wall() const {
    return timestamp{std::chrono::floor<duration>(passed + off + 1'700'000'000s)};
  }
  node_clock::sight look() { return clock.look(boot + passed, wall()); }
  node_clock::sight run(nanoseconds span, nanoseconds every = 100ms) {
    node_clock::sight last;
    for (const nanoseconds end = passed + span; passed < end;) {
      passed += every;
      last = look();
      if (last.what != news::none) said.push_back(last.what);
    }
    return last;
  }
  timestamp now() const { return clock.line().now(boot + passed); }

  nanoseconds boot = 4'711s;  // what the monotonic clock says at the start
  nanoseconds passed{0};
  nanoseconds off{0};  // of the wall clock
  std::vector<news> said;
  node_clock clock{boot, wall()};
};

TEST(node_clock, begins_at_the_wall_clock_and_goes_on_by_the_monotonic_one) {
  watched_node node;
  node.passed = 1h;
  node.off = 2h;  // nobody has looked
  EXPECT_EQ(node.now(), timestamp{1'700'000'000s + 1h});
}

TEST(node_clock, an_hour_is_made_up_for_in_ten_without_a_step) {
  for (const nanoseconds step : {nanoseconds(1h), nanoseconds(-1h)}) {
    watched_node node;
    node.run(1min);
    node.off = step;
    const timestamp before = node.now();
    EXPECT_EQ(node.look().what, news::was_set);
    EXPECT_EQ(node.now(), before) << "no step";
    const auto after_an_hour = node.run(1h);
    EXPECT_NEAR(static_cast<double>(after_an_hour.ahead / 1s), step.count() * 0.9e-9, 1);
    const auto after_ten = node.run(9h + 10min);
    EXPECT_LT(std::chrono::abs(after_ten.ahead), 1s);
    EXPECT_EQ(node.said, std::vector{news::agrees_again}) << "once, when it was there";
  }
}

TEST(node_clock, each_step_is_said_once) {
  watched_node node;
  node.run(1min);
  node.off = 1h;
  node.run(1min);
  node.off = 2h;
  node.run(1min);
  node.off = 0s;  // set right again: node time has gained seconds meanwhile, and loses them
  node.run(10min);
  EXPECT_EQ(node.said,
            (std::vector{news::was_set, news::was_set, news::was_set, news::agrees_again}));
}

TEST(node_clock, what_a_time_server_corrects_is_followed_and_not_said) {
  watched_node node;
  node.off = 5s;
  EXPECT_EQ(node.look().what, news::none);
  EXPECT_EQ(node.clock.line().quicker, 83'333);
  node.run(10min);
  EXPECT_TRUE(node.said.empty());
  EXPECT_LE(std::chrono::abs(node.look().ahead), 2ms);
  for (int i = 0; i < 6'000; ++i) {  // a quartz of 500 ppm
    node.off += 50us;
    node.run(100ms);
  }
  EXPECT_LE(std::chrono::abs(node.look().ahead), 50ms);
}

TEST(node_clock, a_difference_as_large_as_a_life_is_followed_at_the_same_pace) {
  watched_node node;
  node.off = -24h * 365 * 53;  // to 1970
  node.look();
  EXPECT_EQ(node.clock.line().quicker, -node_clock::quickest);
  const timestamp before = node.now();
  node.passed += 24h * 365 * 3;  // and nobody looks for years
  EXPECT_EQ(node.now() - before, 24h * 365 * 3 * 9 / 10);
}

class random_schedules : public ::testing::TestWithParam<unsigned> {};

/// Whenever looks come and whatever the wall clock does: node time never goes back, never leaves
/// its pace, never passes the wall clock it follows, and is there when that is left alone for long
/// enough.
TEST_P(random_schedules, keep_the_bounds) {
  std::mt19937_64 random(GetParam());
  const auto up_to = [&](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n + 1));
  };
  watched_node node;
  nanoseconds node_before = node.clock.line().exactly(node.boot);
  const auto pass = [&](nanoseconds span) {
    node.passed += span;
    const nanoseconds at = node.clock.line().exactly(node.boot + node.passed);
    const nanoseconds gone = at - node_before;
    ASSERT_GE(gone * 10, span * 9 - 10ns);
    ASSERT_LE(gone * 10, span * 11 + 10ns);
    node_before = at;
  };
  for (int i = 0; i < 3'000; ++i) {
    for (auto reads = up_to(3); reads-- > 0;) pass(nanoseconds(up_to(200'000'000)));
    if (up_to(20) == 0) pass(std::chrono::seconds(up_to(900)));  // a look that comes late
    if (up_to(50) == 0) node.off = std::chrono::milliseconds(up_to(7'200'000) - 3'600'000);
    if (up_to(5) == 0) node.off += std::chrono::microseconds(up_to(2'000) - 1'000);
    const auto seen = node.look();
    const nanoseconds at = node.clock.line().exactly(node.boot + node.passed);
    ASSERT_EQ(at, node_before) << "a look moves nothing";
    const auto much_later = node.clock.line().exactly(node.boot + node.passed + 24h) - at - 24h;
    ASSERT_EQ(std::chrono::duration_cast<duration>(much_later), seen.ahead)
        << "it gains what it lacked, and no more";
  }
  node.run(24h, 10s);
  ASSERT_LE(std::chrono::abs(node.look().ahead), 5ms);
}

INSTANTIATE_TEST_SUITE_P(seeds, random_schedules, ::testing::Range(1u, 21u));

}  // namespace
}  // namespace beckon

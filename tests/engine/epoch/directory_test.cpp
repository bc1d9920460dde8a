#include "engine/epoch/directory.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::epoch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::size_t all = SIZE_MAX;

/// Keys with few home slots at the end of the table, so that runs are long and wrap around.
hash128 crowded(std::uint64_t n) {
  return {n * 0x9E3779B97F4A7C15u, 1020 + n % 8};
}

TEST(directory, knows_what_it_obtained_until_it_is_removed) {
  directory d;
  const auto a = d.obtain(crowded(1));
  EXPECT_EQ(d.obtain(crowded(1)), a);
  EXPECT_EQ(d.find(crowded(1)), a);
  EXPECT_EQ(d.find(crowded(9)), directory::none);
  d.at(a).interest = 7;
  d.set_deadline(a, from_ms(5));
  d.remove(a);
  EXPECT_EQ(d.find(crowded(1)), directory::none);
  EXPECT_EQ(d.size(), 0u);
  EXPECT_EQ(d.armed(), 0u);
  const auto again = d.obtain(crowded(1));
  EXPECT_EQ(d.at(again).interest, 0u);
  EXPECT_EQ(d.at(again).deadline, never);
}

TEST(directory, of_many_that_come_and_go_is_what_a_map_is) {
  std::mt19937_64 random(3);
  directory d;
  std::map<hash128, directory::index> oracle;
  for (int i = 0; i < 100'000; ++i) {
    const auto k = crowded(random() % 600);
    const auto known = oracle.find(k);
    if (random() % 2 == 0) {
      const auto at = d.obtain(k);
      if (known != oracle.end()) {
        ASSERT_EQ(at, known->second);
      }
      oracle[k] = at;
    } else if (known != oracle.end()) {
      d.remove(known->second);
      oracle.erase(known);
    }
    ASSERT_EQ(d.size(), oracle.size());
    if (i % 1000 != 0) continue;
    for (std::uint64_t n = 0; n < 600; ++n) {
      const auto there = oracle.find(crowded(n));
      ASSERT_EQ(d.find(crowded(n)), there == oracle.end() ? directory::none : there->second) << n;
    }
  }
}

TEST(directory, keeps_indexes_while_it_grows) {
  directory d;
  std::vector<directory::index> of;
  for (std::uint64_t n = 0; n < 20'000; ++n) {
    of.push_back(d.obtain(hash128{n, n * 31}));
    d.set_deadline(of.back(), from_ms(static_cast<std::int64_t>(n)));
  }
  for (std::uint64_t n = 0; n < 20'000; ++n) ASSERT_EQ(d.find(hash128{n, n * 31}), of[n]);
  EXPECT_EQ(d.armed(), 20'000u);
  EXPECT_EQ(d.due(from_ms(20'000), all), of) << "by deadline";
}

TEST(due, is_what_has_come_by_deadline_and_then_key) {
  directory d;
  const auto late = d.obtain({1, 1});
  const auto tie_b = d.obtain({3, 0});
  const auto tie_a = d.obtain({2, 0});
  d.set_deadline(late, from_ms(1001));
  d.set_deadline(tie_b, from_ms(1000));
  d.set_deadline(tie_a, from_ms(1000));
  EXPECT_THAT(d.due(from_ms(999), all), IsEmpty());
  EXPECT_THAT(d.due(from_ms(1000), all), ElementsAre(tie_a, tie_b));
  d.set_deadline(tie_a, never);
  d.set_deadline(tie_b, never);
  EXPECT_THAT(d.due(from_ms(1001), all), ElementsAre(late));
}

TEST(due, gives_the_rest_the_next_time) {
  directory d;
  std::vector<directory::index> of;
  for (std::uint64_t n = 0; n < 10; ++n) {
    of.push_back(d.obtain({n, n}));
    d.set_deadline(of.back(), from_ms(static_cast<std::int64_t>(n) * 1000));
  }
  std::vector<directory::index> got;
  for (int i = 0; i < 4; ++i) {
    for (const auto at : d.due(from_ms(60'000), 3)) {
      got.push_back(at);
      d.set_deadline(at, never);
    }
  }
  EXPECT_EQ(got, of);
}

TEST(due, sees_a_deadline_set_in_the_past) {
  directory d;
  const auto a = d.obtain({1, 1});
  d.set_deadline(a, from_ms(500'000));
  EXPECT_THAT(d.due(from_ms(400'000), all), IsEmpty());
  d.set_deadline(a, from_ms(1'000));
  EXPECT_THAT(d.due(from_ms(400'000), all), ElementsAre(a));
}

TEST(due, asked_for_an_earlier_time_loses_nothing) {
  directory d;
  const auto a = d.obtain({1, 1});
  d.set_deadline(a, from_ms(20'000'000));
  EXPECT_THAT(d.due(from_ms(10'000'000), all), IsEmpty());
  d.set_deadline(a, from_ms(9'000'000));
  EXPECT_THAT(d.due(from_ms(8'000'000), all), IsEmpty());
  EXPECT_THAT(d.due(from_ms(10'000'001), all), ElementsAre(a));
}

TEST(due, before_the_clock_is_known_is_nothing) {
  directory d;
  d.set_deadline(d.obtain({1, 1}), from_ms(-5'000'000'000));
  EXPECT_THAT(d.due(beginning, all), IsEmpty());
  EXPECT_EQ(d.due(from_ms(-4'000'000'000), all).size(), 1u)
      << "years before 1970 are times like others";
}

/// Subjects that come, go, arm, re-arm and fall due, against a map that is searched whole.
class due_oracle {
 public:
  explicit due_oracle(std::uint64_t seed) : random_(seed) {}

  void step() {
    for (auto n = random_() % 20; n > 0; --n) change();
    clock_ += jump();
    const std::size_t most = random_() % 4 == 0 ? 1 + random_() % 3 : all;
    std::vector<std::pair<timestamp, hash128>> expected;
    for (const auto& [k, deadline] : deadlines_) {
      if (deadline <= clock_) expected.emplace_back(deadline, k);
    }
    std::sort(expected.begin(), expected.end());
    if (expected.size() > most) expected.resize(most);
    std::vector<std::pair<timestamp, hash128>> got;
    for (const auto at : d_.due(clock_, most)) got.emplace_back(d_.at(at).deadline, d_.at(at).key);
    ASSERT_EQ(got, expected) << "at " << to_ms(clock_);
    for (const auto& [deadline, k] : got) handle(k);
  }

 private:
  duration jump() {
    switch (random_() % 10) {
      case 0:
        return duration{random_() % 2'000'000};  // far beyond the wheel's turn
      case 1:
        return duration{409'600};  // exactly one turn
      case 2:
        return duration{0};
      default:
        return duration{random_() % 300};
    }
  }
  timestamp some_deadline() {
    const auto spread = random_() % 8 == 0 ? 1'500'000 : 3'000;
    return clock_ +
           duration{static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(spread)) -
                    500};
  }
  void arm(hash128 k, timestamp deadline) {
    d_.set_deadline(d_.obtain(k), deadline);
    deadlines_[k] = deadline;
  }
  void change() {
    const auto k = crowded(random_() % 300);
    if (random_() % 5 != 0)
      arm(k, some_deadline());
    else
      drop(k);
  }
  void drop(hash128 k) {
    if (deadlines_.erase(k) > 0) d_.remove(d_.find(k));
  }
  /// What a session's answer does: later, never, gone.
  void handle(hash128 k) {
    if (random_() % 3 == 0)
      arm(k, clock_ + duration{1 + random_() % 5'000});
    else if (random_() % 2 == 0)
      arm(k, never);
    else
      drop(k);
  }

  std::mt19937_64 random_;
  directory d_;
  std::map<hash128, timestamp> deadlines_;
  timestamp clock_ = from_ms(1'700'000'000'000);
};

TEST(due, of_random_subjects_and_jumps_is_what_a_search_finds) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    due_oracle o(seed);
    for (int i = 0; i < 2'000; ++i)
      ASSERT_NO_FATAL_FAILURE(o.step()) << "seed " << seed << ", step " << i;
  }
}

}  // namespace
}  // namespace beckon::epoch

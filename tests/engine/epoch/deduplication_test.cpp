#include "engine/epoch/deduplication.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/subject.hpp"

namespace beckon::epoch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr duration day = std::chrono::hours(24);
constexpr std::size_t plenty = 64 << 20;
constexpr std::size_t slot_bytes = 24;

constexpr timestamp hours(std::int64_t n) {
  return timestamp{std::chrono::hours(n)};
}
hash128 key(std::uint64_t n) {
  return hash_builder{}.number(n).finish();
}

TEST(deduplication_key, differs_by_every_part) {
  const auto u1 = key_of("user", "u1");
  const std::set<hash128> all{
      deduplication_key("web", "e1", u1), deduplication_key("shop", "e1", u1),
      deduplication_key("web", "e2", u1), deduplication_key("web", "e1", key_of("user", "u2")),
      deduplication_key("webe", "1", u1)};
  EXPECT_EQ(all.size(), 5u);
}

TEST(arrival_hour, is_the_hour_since_1970_also_before_it) {
  EXPECT_EQ(hour_of(from_ms(0)), 0);
  EXPECT_EQ(hour_of(from_ms(3'599'999)), 0);
  EXPECT_EQ(hour_of(from_ms(3'600'000)), 1);
  EXPECT_EQ(hour_of(from_ms(-1)), -1);
}

TEST(deduplication, says_exactly_what_a_set_says) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 20; ++round) {
    deduplication seen(day, plenty);
    std::set<hash128> oracle;
    const auto most = 1 + random() % 20'000;
    for (int i = 0; i < 20'000; ++i) {
      // Half of the keys fall into few home slots.
      const hash128 k =
          random() % 2 ? key(random() % most) : hash128{1020 + random() % 8, random() % 100};
      ASSERT_EQ(seen.insert(k, static_cast<arrival_hour>(random() % 24)), oracle.insert(k).second);
    }
    ASSERT_EQ(seen.size(), oracle.size());
  }
}

TEST(deduplication, is_exact_while_hours_are_forgotten) {
  std::mt19937_64 random(11);
  deduplication seen(std::chrono::hours(3), plenty);
  std::map<hash128, arrival_hour> oracle;
  for (arrival_hour now = 0; now < 60; ++now) {
    for (int i = 0; i < 500; ++i) {
      const auto k = key(random() % 3'000);
      ASSERT_EQ(seen.insert(k, now), oracle.try_emplace(k, now).second) << "hour " << now;
    }
    seen.forget(hours(now + 1));
    std::erase_if(oracle, [&](const auto& e) { return e.second < now + 1 - 3; });
    ASSERT_EQ(seen.size(), oracle.size()) << "hour " << now;
  }
}

TEST(deduplication, forgets_an_hour_once_all_of_it_left_the_window) {
  deduplication seen(day, plenty);
  seen.insert(key(1), 100);
  seen.insert(key(2), 101);
  seen.insert(key(3), 102);
  EXPECT_THAT(seen.forget(hours(124)), IsEmpty());
  EXPECT_THAT(seen.forget(hours(126)), ElementsAre(100, 101));
  EXPECT_THAT(seen.forget(hours(126)), IsEmpty()) << "said once";
  EXPECT_EQ(seen.size(), 1u);
  EXPECT_TRUE(seen.insert(key(1), 126));
  EXPECT_FALSE(seen.insert(key(3), 126));
}

TEST(deduplication, keeps_to_its_memory_and_lets_the_oldest_hour_go) {
  constexpr std::size_t slots = 1024;
  deduplication seen(day, slots * slot_bytes);
  std::map<arrival_hour, std::set<hash128>> oracle;
  std::uint64_t next = 0;
  for (arrival_hour hour = 0; hour < 20; ++hour) {
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(seen.insert(key(++next), hour));
      oracle[hour].insert(key(next));
      ASSERT_LE(seen.size(), slots * 3 / 4);
    }
  }
  const auto dropped = seen.forget(hours(20));
  EXPECT_FALSE(dropped.empty()) << "all are within the window, but not within the memory";
  EXPECT_TRUE(std::is_sorted(dropped.begin(), dropped.end()));
  for (const auto hour : dropped) oracle.erase(hour);
  EXPECT_EQ(dropped.back() + 1, oracle.begin()->first) << "the oldest went";
  EXPECT_GE(oracle.size(), 6u) << "and no more than had to";
  std::size_t left = 0;
  for (const auto& [hour, keys] : oracle) {
    left += keys.size();
    for (const auto& k : keys) EXPECT_FALSE(seen.insert(k, 20)) << "hour " << hour;
  }
  EXPECT_EQ(seen.size(), left);
  EXPECT_EQ(seen.real_window(hours(20)), std::chrono::hours(20 - oracle.begin()->first));
  EXPECT_EQ(seen.evicted(), dropped.size() * 100);
}

TEST(deduplication, is_exact_within_one_hour_even_beyond_its_memory) {
  deduplication seen(day, 1024 * slot_bytes);
  for (std::uint64_t i = 0; i < 5'000; ++i) ASSERT_TRUE(seen.insert(key(i), 7));
  for (std::uint64_t i = 0; i < 5'000; ++i) ASSERT_FALSE(seen.insert(key(i), 7));
  EXPECT_THAT(seen.forget(hours(8)), IsEmpty());
}

TEST(deduplication, is_restored_from_chunks) {
  deduplication seen(day, plenty);
  seen.restore(5, to_bytes(key(1)) + to_bytes(key(2)));
  seen.restore(6, to_bytes(key(3)) + "torn");
  EXPECT_EQ(seen.size(), 3u);
  EXPECT_FALSE(seen.insert(key(2), 6));
  EXPECT_FALSE(seen.insert(key(3), 6));
  EXPECT_TRUE(seen.insert(key(4), 6));
  EXPECT_THAT(seen.forget(hours(30)), ElementsAre(5));
}

/// A table for 768 keys, with 100 keys in each of `hours` hours, from hour 0 on.
deduplication full_table(arrival_hour hours) {
  deduplication seen(day, 1024 * slot_bytes);
  for (arrival_hour hour = 0; hour < hours; ++hour) {
    for (std::uint64_t i = 0; i < 100; ++i)
      seen.insert(key(static_cast<std::uint64_t>(hour) * 100 + i), hour);
  }
  return seen;
}

TEST(deduplication, looks_back_its_whole_window_however_young_it_is) {
  deduplication seen(day, plenty);
  EXPECT_EQ(seen.real_window(hours(50)), day);
  seen.insert(key(1), 47);
  EXPECT_EQ(seen.real_window(hours(50)), day) << "nothing was forgotten: nothing can come twice";
  seen.forget(hours(90));
  EXPECT_EQ(seen.real_window(hours(90)), day) << "what left the window is not missed";
  EXPECT_EQ(seen.evicted(), 0u);
}

TEST(deduplication, says_that_its_window_shrinks_under_its_memory) {
  deduplication seen = full_table(7);
  EXPECT_EQ(seen.real_window(hours(7)), day);
  EXPECT_LE(seen.bytes(), 1024 * slot_bytes);
  seen = full_table(9);
  EXPECT_EQ(seen.evicted(), 200u);
  EXPECT_EQ(seen.real_window(hours(9)), std::chrono::hours(7)) << "hours 0 and 1 went";
  EXPECT_EQ(seen.real_window(hours(2)), duration::zero());
  EXPECT_EQ(seen.real_window(hours(30)), day) << "the gap has left the window by itself";
  seen.forget(hours(26));
  EXPECT_EQ(seen.evicted(), 200u) << "hours that ended in time are no evictions";
}

TEST(deduplication, is_exact_inside_its_real_window_however_short) {
  deduplication seen(day, 1024 * slot_bytes);
  std::mt19937_64 random(3);
  std::map<hash128, arrival_hour> first;  // when a key was last taken for new
  std::uint64_t inside = 0;
  for (arrival_hour now = 0; now < 48; ++now) {
    for (int i = 0; i < 120; ++i) {
      const auto k = key(random() % 2'000);
      const auto known = first.find(k);
      const bool is_new = seen.insert(k, now);
      const auto window = seen.real_window(hours(now));
      const bool must_be_known =
          known != first.end() && hours(known->second) >= hours(now) - window;
      ASSERT_FALSE(is_new && must_be_known) << "taken twice within " << to_string(window);
      ASSERT_FALSE(!is_new && known == first.end()) << "refused though it never came";
      inside += must_be_known ? 1 : 0;
      if (is_new) first[k] = now;
    }
    seen.forget(hours(now));
  }
  EXPECT_GT(inside, 500u);
  EXPECT_GT(seen.evicted(), 1'000u);
  EXPECT_LT(seen.real_window(hours(48)), std::chrono::hours(12));
}

TEST(deduplication, knows_after_a_restart_what_went_before_its_time) {
  const deduplication before = full_table(9);
  deduplication after(day, plenty);
  after.restore_whole_since(before.whole_since());
  after.restore(8, to_bytes(key(800)));
  EXPECT_EQ(after.real_window(hours(9)), before.real_window(hours(9)));
  EXPECT_EQ(after.evicted(), 0u) << "counted since the start";
}

}  // namespace
}  // namespace beckon::epoch

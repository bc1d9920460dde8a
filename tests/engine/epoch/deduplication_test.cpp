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
constexpr auto all = forgotten_keys::all;

constexpr timestamp hours(std::int64_t n) {
  return timestamp{std::chrono::hours(n)};
}
hash128 key(std::uint64_t n) {
  return hash_builder{}.number(n).finish();
}

/// Arrives on the hour, in an epoch of that number.
bool take(deduplication& seen, hash128 k, arrival_hour hour) {
  return seen.insert(k, hours(hour), static_cast<std::uint64_t>(hour) + 1);
}
std::vector<arrival_hour> whole_hours(const std::vector<forgotten_keys>& gone) {
  std::vector<arrival_hour> out;
  for (const auto& g : gone) {
    if (g.below == all) out.push_back(g.hour);
  }
  return out;
}

TEST(deduplication_key, differs_by_every_part) {
  const auto u1 = key_of("user", "u1");
  const std::set<hash128> keys{
      deduplication_key("web", "e1", u1), deduplication_key("shop", "e1", u1),
      deduplication_key("web", "e2", u1), deduplication_key("web", "e1", key_of("user", "u2")),
      deduplication_key("webe", "1", u1)};
  EXPECT_EQ(keys.size(), 5u);
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
      ASSERT_EQ(take(seen, k, static_cast<arrival_hour>(random() % 24)), oracle.insert(k).second);
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
      ASSERT_EQ(take(seen, k, now), oracle.try_emplace(k, now).second) << "hour " << now;
    }
    seen.forget(hours(now + 1));
    std::erase_if(oracle, [&](const auto& e) { return e.second < now + 1 - 3; });
    ASSERT_EQ(seen.size(), oracle.size()) << "hour " << now;
  }
}

TEST(deduplication, forgets_an_hour_once_all_of_it_left_the_window) {
  deduplication seen(day, plenty);
  take(seen, key(1), 100);
  take(seen, key(2), 101);
  take(seen, key(3), 102);
  EXPECT_THAT(seen.forget(hours(124)), IsEmpty());
  EXPECT_THAT(seen.forget(hours(126)),
              ElementsAre(forgotten_keys{100, all}, forgotten_keys{101, all}));
  EXPECT_THAT(seen.forget(hours(126)), IsEmpty()) << "said once";
  EXPECT_EQ(seen.size(), 1u);
  EXPECT_TRUE(take(seen, key(1), 126));
  EXPECT_FALSE(take(seen, key(3), 126));
}

TEST(deduplication, keeps_to_its_memory_and_lets_the_oldest_go) {
  constexpr std::size_t slots = 1024;
  deduplication seen(day, slots * slot_bytes);
  std::map<arrival_hour, std::set<hash128>> oracle;
  std::uint64_t next = 0;
  for (arrival_hour hour = 0; hour < 20; ++hour) {
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(take(seen, key(++next), hour));
      oracle[hour].insert(key(next));
      ASSERT_LE(seen.size(), slots * 3 / 4);
      ASSERT_LE(seen.bytes(), slots * slot_bytes);
    }
  }
  const auto window = seen.real_window(hours(20));
  EXPECT_GT(window, std::chrono::hours(6)) << "and no more went than had to";
  EXPECT_LT(window, std::chrono::hours(8));
  const auto dropped = whole_hours(seen.forget(hours(20)));
  EXPECT_FALSE(dropped.empty()) << "all are within the window, but not within the memory";
  EXPECT_TRUE(std::is_sorted(dropped.begin(), dropped.end()));
  for (const auto hour : dropped) oracle.erase(hour);
  EXPECT_EQ(dropped.back() + 1, oracle.begin()->first) << "the oldest went";
  const auto evicted = seen.evicted();
  EXPECT_EQ(seen.size(), 2'000 - evicted);
  for (const auto& [hour, keys] : oracle) {
    if (hours(hour) < hours(20) - window) continue;
    for (const auto& k : keys) EXPECT_FALSE(take(seen, k, 20)) << "hour " << hour;
  }
  EXPECT_EQ(seen.evicted(), evicted);
}

/// The bound holds where one hour alone exceeds it.
TEST(deduplication, forgets_the_older_part_of_an_hour_that_does_not_fit) {
  constexpr std::size_t slots = 1024;
  deduplication seen(day, slots * slot_bytes);
  timestamp now = hours(7);
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    now += duration(500);
    ASSERT_TRUE(seen.insert(key(i), now, 10 + i / 50));
    ASSERT_LE(seen.bytes(), slots * slot_bytes);
    const auto window = seen.real_window(now);
    const auto inside =
        std::min<std::uint64_t>(i, static_cast<std::uint64_t>(window.count() / 500));
    ASSERT_TRUE(i < 768 || (inside >= 768 * 7 / 8 - 1 && inside <= 768)) << inside;
    ASSERT_FALSE(seen.insert(key(i - inside), now, 10 + i / 50)) << "the oldest inside";
  }
  EXPECT_LT(seen.real_window(now), duration(768 * 500)) << "far below an hour, and said";
  EXPECT_EQ(seen.real_window(hours(9)), hours(9) - *seen.whole_since());
  const auto gone = seen.forget(now);
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].hour, 7);
  const auto first_left = (5'000 - seen.size());
  EXPECT_EQ(gone[0].below, 10 + first_left / 50) << "epochs all of whose keys went";
  EXPECT_THAT(seen.forget(now), IsEmpty()) << "said once";
}

TEST(deduplication, needs_no_second_table_to_forget) {
  deduplication seen(day, 1);
  EXPECT_EQ(seen.bytes(), 16 * slot_bytes) << "the least";
  for (std::uint64_t i = 0; i < 100; ++i) {
    ASSERT_TRUE(seen.insert(key(i), hours(7), i + 1));
    ASSERT_FALSE(seen.insert(key(i), hours(7), i + 1));
  }
  EXPECT_EQ(seen.bytes(), 16 * slot_bytes);
  EXPECT_EQ(seen.size(), 12u);
}

TEST(deduplication, is_restored_from_rows) {
  deduplication seen(day, plenty);
  const std::string first = to_bytes(key(1)) + to_bytes(key(2));
  const std::string second = to_bytes(key(3)) + "torn";
  seen.restore({5, 1, std::nullopt, first});
  seen.restore({6, 1, hours(6), second});
  EXPECT_EQ(seen.size(), 3u);
  EXPECT_FALSE(take(seen, key(2), 6));
  EXPECT_FALSE(take(seen, key(3), 6));
  EXPECT_TRUE(take(seen, key(4), 6));
  EXPECT_THAT(seen.forget(hours(30)), ElementsAre(forgotten_keys{5, all}));
}

/// As one before this version left them: a run of an hour without order or arrivals.
TEST(deduplication, of_rows_that_say_no_arrival_it_takes_the_latest_there_can_be) {
  deduplication seen(day, 16 * slot_bytes);
  std::string run;
  for (std::uint64_t i = 0; i < 12; ++i) run += to_bytes(key(i));
  seen.restore({5, 0, std::nullopt, run});
  EXPECT_EQ(seen.real_window(hours(7)), day);
  EXPECT_TRUE(take(seen, key(100), 6));
  EXPECT_EQ(seen.real_window(hours(7)), std::chrono::hours(1)) << "none of hour 5 is counted on";
  EXPECT_THAT(seen.forget(hours(7)), IsEmpty()) << "the row cannot be dropped in part";
}

TEST(deduplication, a_key_of_two_rows_stays_as_long_as_the_later_one) {
  deduplication seen(day, 16 * slot_bytes);
  const std::string early = to_bytes(key(1));
  const std::string late = to_bytes(key(1)) + to_bytes(key(2));
  seen.restore({5, 3, hours(5), early});
  seen.restore({5, 9, hours(5) + duration(500), late});
  EXPECT_EQ(seen.size(), 2u);
  for (std::uint64_t i = 10; i < 21; ++i) take(seen, key(i), 6);  // one more than there is room for
  EXPECT_TRUE(seen.whole_since().has_value());
  EXPECT_LE(*seen.whole_since(), hours(5) + duration(501));
  EXPECT_FALSE(*seen.whole_since() <= hours(5) + duration(500) && take(seen, key(1), 6))
      << "it arrived again after the first row was forgotten";
}

/// A table for 768 keys, with 100 keys in each of `hours` hours, from hour 0 on.
deduplication full_table(arrival_hour hours) {
  deduplication seen(day, 1024 * slot_bytes);
  for (arrival_hour hour = 0; hour < hours; ++hour) {
    for (std::uint64_t i = 0; i < 100; ++i)
      take(seen, key(static_cast<std::uint64_t>(hour) * 100 + i), hour);
  }
  return seen;
}

TEST(deduplication, looks_back_its_whole_window_however_young_it_is) {
  deduplication seen(day, plenty);
  EXPECT_EQ(seen.real_window(hours(50)), day);
  take(seen, key(1), 47);
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
  EXPECT_EQ(seen.evicted(), 196u) << "96 for the 769th, 100 for the 865th";
  EXPECT_EQ(seen.real_window(hours(9)), std::chrono::hours(8) - duration(1)) << "behind hour 1";
  EXPECT_EQ(seen.real_window(hours(1)), duration::zero());
  EXPECT_EQ(seen.real_window(hours(30)), day) << "the gap has left the window by itself";
  seen.forget(hours(26));
  EXPECT_EQ(seen.evicted(), 196u) << "hours that ended in time are no evictions";
}

TEST(deduplication, knows_after_a_restart_what_went_before_its_time) {
  const deduplication before = full_table(9);
  deduplication after(day, plenty);
  after.restore_whole_since(before.whole_since());
  const std::string row = to_bytes(key(800));
  after.restore({8, 9, hours(8), row});
  EXPECT_EQ(after.real_window(hours(9)), before.real_window(hours(9)));
  EXPECT_EQ(after.evicted(), 0u) << "counted since the start";
}

}  // namespace
}  // namespace beckon::epoch

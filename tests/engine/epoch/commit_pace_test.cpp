#include "engine/epoch/commit_pace.hpp"

#include <gtest/gtest.h>

namespace beckon::epoch {
namespace {

/// The first time of a commit at which the next epoch may begin.
duration begins(const commit_pace& pace) {
  duration t{};
  while (!pace.may_begin(t)) ++t;
  return t;
}

TEST(commit_pace, waits_for_quick_commits) {
  commit_pace pace;
  EXPECT_EQ(begins(pace), commit_pace::least);
  for (int i = 0; i < 100; ++i) pace.committed(duration{i % 2});
  EXPECT_EQ(begins(pace), commit_pace::least);
}

TEST(commit_pace, begins_half_way_through_slow_ones) {
  commit_pace pace;
  for (int i = 0; i < 100; ++i) pace.committed(duration{20});
  EXPECT_NEAR(static_cast<double>(begins(pace).count()), 10, 1);
}

TEST(commit_pace, forgets_a_full_disk_soon) {
  commit_pace pace;
  pace.committed(duration{3'600'000});
  EXPECT_LE(begins(pace), duration{7});
  for (int i = 0; i < 10; ++i) pace.committed(duration{1});
  EXPECT_LE(begins(pace), duration{3});
}

}  // namespace
}  // namespace beckon::epoch

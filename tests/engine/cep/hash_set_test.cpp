#include "engine/cep/hash_set.hpp"

#include <random>
#include <unordered_set>

#include <gtest/gtest.h>

namespace beckon::cep {
namespace {

TEST(hash_sets, know_what_they_have_seen) {
  std::mt19937_64 dice(3);
  hash_set ours;
  std::unordered_set<hash128> theirs;
  for (int i = 0; i < 20'000; ++i) {
    // Few high and low halves: much comes again, and much that differs meets in one slot.
    const hash128 key{dice() % 300, (dice() % 100) << 20};
    ASSERT_EQ(ours.insert(key), theirs.insert(key).second);
  }
}

TEST(hash_sets, keep_the_hash_of_zeros) {
  hash_set ours;
  EXPECT_TRUE(ours.insert({}));
  EXPECT_FALSE(ours.insert({}));
  EXPECT_TRUE(ours.insert({0, 1}));
}

}  // namespace
}  // namespace beckon::cep

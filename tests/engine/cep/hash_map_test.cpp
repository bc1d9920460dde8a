#include "engine/cep/hash_map.hpp"

#include <random>
#include <unordered_map>

#include <gtest/gtest.h>

namespace beckon::cep {
namespace {

TEST(hash_maps, find_what_was_added_where_it_was_put) {
  std::mt19937_64 dice(7);
  hash_map<int> ours;
  std::unordered_map<hash128, int*> theirs;
  for (int i = 0; i < 20'000; ++i) {
    // Few high and low halves: much comes again, and much that differs meets in one slot.
    const hash128 key{dice() % 300, (dice() % 100) << 20};
    ours.fetch(key);
    int* const found = ours.find(key);
    const auto known = theirs.find(key);
    ASSERT_EQ(found, known == theirs.end() ? nullptr : known->second);
    if (found != nullptr) continue;
    int& fresh = ours.add(key);
    fresh = i;
    theirs.emplace(key, &fresh);
  }
  EXPECT_EQ(ours.entries().size(), theirs.size());
  for (const auto& [key, content] : ours.entries()) EXPECT_EQ(&content, theirs.at(key));
}

TEST(hash_maps, hold_the_hash_of_zeros) {
  hash_map<int> ours;
  EXPECT_EQ(ours.find({}), nullptr);
  ours.add({}) = 5;
  ASSERT_NE(ours.find({}), nullptr);
  EXPECT_EQ(*ours.find({}), 5);
  EXPECT_EQ(ours.find({0, 1}), nullptr);
}

}  // namespace
}  // namespace beckon::cep

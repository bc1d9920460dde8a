#include "engine/cep/short_list.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace beckon::cep {
namespace {

TEST(short_lists, hold_what_a_vector_would) {
  std::mt19937 dice(5);
  for (int round = 0; round < 200; ++round) {
    short_list<std::uint64_t> ours;
    std::vector<std::uint64_t> theirs;
    for (int step = 0; step < 60; ++step) {
      if (dice() % 3 != 0 || theirs.empty()) {
        const std::uint64_t v = dice();
        ours.push_back(v);
        theirs.push_back(v);
      } else {
        const auto first = static_cast<std::ptrdiff_t>(dice() % theirs.size());
        const auto left = theirs.size() - static_cast<std::size_t>(first);
        const auto last = first + static_cast<std::ptrdiff_t>(dice() % (left + 1));
        ours.erase(ours.begin() + first, ours.begin() + last);
        theirs.erase(theirs.begin() + first, theirs.begin() + last);
      }
      ASSERT_EQ(std::vector<std::uint64_t>(ours.begin(), ours.end()), theirs);
      ASSERT_EQ(ours.empty(), theirs.empty());
      ASSERT_EQ(ours.size(), theirs.size());
      if (theirs.empty()) continue;
      ASSERT_EQ(ours.front(), theirs.front());
      ASSERT_EQ(ours.back(), theirs.back());
      ASSERT_EQ(ours[theirs.size() / 2], theirs[theirs.size() / 2]);
    }
  }
}

TEST(short_lists, take_no_memory_for_two) {
  short_list<std::uint64_t> list;
  EXPECT_EQ(sizeof(list), sizeof(std::vector<std::uint64_t>));
  list.push_back(1);
  list.push_back(2);
  EXPECT_EQ(list.capacity(), 0U);
  list.push_back(3);
  EXPECT_EQ(list.capacity(), 4U);
}

TEST(short_lists, are_moved_with_what_they_hold) {
  for (const std::size_t n : {1U, 2U, 3U}) {
    short_list<std::uint64_t> from, to;
    for (std::size_t i = 0; i < n; ++i) from.push_back(i);
    to.push_back(7);
    to = std::move(from);
    const short_list<std::uint64_t> made(std::move(to));
    ASSERT_EQ(made.size(), n);
    EXPECT_EQ(made.back(), n - 1);
  }
}

}  // namespace
}  // namespace beckon::cep

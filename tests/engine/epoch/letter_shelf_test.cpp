#include "engine/epoch/letter_shelf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::epoch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr hash128 id(std::uint64_t n) {
  return {0, n};
}

TEST(letter_shelf, lets_the_oldest_go_for_a_new_one) {
  letter_shelf kept(2);
  EXPECT_THAT(kept.add(id(1)), IsEmpty());
  EXPECT_THAT(kept.add(id(2)), IsEmpty());
  EXPECT_THAT(kept.add(id(3)), ElementsAre(id(1)));
  EXPECT_FALSE(kept.holds(id(1)));
  EXPECT_TRUE(kept.holds(id(2)));
  EXPECT_EQ(kept.size(), 2u);
}

TEST(letter_shelf, takes_what_was_found_by_age_and_keeps_to_its_bound_with_the_next) {
  letter_shelf kept(2);
  kept.restore({{from_ms(30), id(3)}, {from_ms(10), id(1)}, {from_ms(20), id(2)}});
  EXPECT_EQ(kept.size(), 3u) << "a bound that was lowered counts from the next letter on";
  EXPECT_THAT(kept.add(id(4)), ElementsAre(id(1), id(2)));
}

TEST(letter_shelf, one_that_was_given_again_makes_room) {
  letter_shelf kept(2);
  kept.add(id(1));
  kept.add(id(2));
  EXPECT_TRUE(kept.remove(id(1)));
  EXPECT_FALSE(kept.remove(id(1))) << "once";
  EXPECT_FALSE(kept.holds(id(1)));
  EXPECT_THAT(kept.add(id(3)), IsEmpty());
  EXPECT_THAT(kept.add(id(4)), ElementsAre(id(2)));
}

TEST(letter_shelf, written_again_a_letter_is_the_newest) {
  letter_shelf kept(2);
  kept.add(id(1));
  kept.add(id(2));
  EXPECT_THAT(kept.add(id(1)), IsEmpty());
  EXPECT_THAT(kept.add(id(3)), ElementsAre(id(2)));
}

TEST(letter_shelf, keeps_one_at_least) {
  letter_shelf kept(0);
  EXPECT_THAT(kept.add(id(1)), IsEmpty());
  EXPECT_TRUE(kept.holds(id(1)));
}

}  // namespace
}  // namespace beckon::epoch

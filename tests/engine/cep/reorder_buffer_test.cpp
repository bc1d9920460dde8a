// Time order of one subject's events.
#include "engine/cep/reorder_buffer.hpp"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

held_event one(double second, std::string id) {
  return {made_event("a", second, {}, std::move(id)), {"user_id"}};
}

bool hold(reorder_buffer& buffer, double second, std::string id, std::int64_t passed) {
  held_event e = one(second, std::move(id));
  return buffer.hold(e, at_second(passed));
}

std::vector<std::string> ids(const std::vector<held_event>& events) {
  std::vector<std::string> all;
  for (const auto& e : events) all.push_back(e.what.id);
  return all;
}

TEST(a_reorder_buffer, gives_events_in_the_order_in_which_they_happened) {
  reorder_buffer buffer;
  for (const int second : {13, 11, 12})
    ASSERT_TRUE(hold(buffer, second, std::to_string(second), 5));
  EXPECT_THAT(ids(buffer.release(at_second(20))), ElementsAre("11", "12", "13"));
  EXPECT_TRUE(buffer.empty());
}

TEST(a_reorder_buffer, leaves_events_of_one_time_as_they_came) {
  reorder_buffer buffer;
  hold(buffer, 11, "first", 5);
  hold(buffer, 12, "later", 5);
  hold(buffer, 11, "second", 5);
  hold(buffer, 11, "third", 5);
  EXPECT_THAT(ids(buffer.release(at_second(11))), ElementsAre("first", "second", "third"));
  EXPECT_THAT(ids(buffer.content()), ElementsAre("later"));
}

TEST(a_reorder_buffer, releases_when_the_time_itself_has_passed_and_not_before) {
  reorder_buffer buffer;
  hold(buffer, 11, "x", 5);
  EXPECT_EQ(buffer.next(), at_second(11));
  EXPECT_THAT(buffer.release(at_second(11) - duration{1}), IsEmpty());
  EXPECT_THAT(ids(buffer.release(at_second(11))), ElementsAre("x"));
  EXPECT_EQ(buffer.next(), never);
}

TEST(a_reorder_buffer, hands_back_what_comes_too_late_to_be_put_in_order) {
  reorder_buffer buffer;
  held_event late = one(11, "late");
  EXPECT_FALSE(buffer.hold(late, at_second(11)));
  EXPECT_EQ(late.what.id, "late") << "untouched";
  EXPECT_THAT(late.roles, ElementsAre("user_id"));
  EXPECT_TRUE(buffer.empty());
  EXPECT_TRUE(buffer.hold(late, at_second(11) - duration{1})) << "a millisecond earlier it counts";
}

TEST(a_reorder_buffer, keeps_the_roles_beside_the_event) {
  reorder_buffer buffer;
  hold(buffer, 11, "x", 5);
  const auto ripe = buffer.release(never);
  ASSERT_EQ(ripe.size(), 1U);
  EXPECT_THAT(ripe[0].roles, ElementsAre("user_id"));
}

TEST(a_reorder_buffer, filled_again_from_its_content_goes_on_the_same) {
  reorder_buffer buffer;
  for (const auto& [second, id] : {std::pair{12, "c"}, {11, "a"}, {11, "b"}})
    hold(buffer, second, id, 5);
  reorder_buffer loaded;
  loaded.content() = buffer.content();
  hold(buffer, 11, "d", 5);
  hold(loaded, 11, "d", 5);
  EXPECT_THAT(ids(loaded.release(never)), ElementsAre("a", "b", "d", "c"));
  EXPECT_THAT(ids(buffer.release(never)), ElementsAre("a", "b", "d", "c"));
}

// Whatever comes, what is judged is in time order, but for what came too late, and equal times keep
// their order of arrival: so it is a stable sort where nothing is late.
TEST(a_reorder_buffer, of_random_arrivals_is_a_stable_sort) {
  std::mt19937 random(11);
  std::size_t late_ones = 0;
  for (int round = 0; round < 500; ++round) {
    const std::int64_t allowed = 1 + static_cast<std::int64_t>(random() % 6);
    reorder_buffer buffer;
    std::vector<held_event> in_time;
    std::vector<held_event> given;
    std::int64_t clock = 100;
    for (int i = 0; i < 40; ++i) {
      clock += random() % 3;
      const auto passed = at_second(clock - allowed);
      for (auto& e : buffer.release(passed)) given.push_back(std::move(e));
      held_event e = one(static_cast<double>(clock - static_cast<std::int64_t>(random() % 8)),
                         std::to_string(i));
      const bool late = e.what.time <= passed;
      const held_event copy = e;
      ASSERT_EQ(buffer.hold(e, passed), !late);
      if (late) {
        ++late_ones;
      } else {
        in_time.push_back(copy);
      }
    }
    for (auto& e : buffer.release(never)) given.push_back(std::move(e));
    std::stable_sort(in_time.begin(), in_time.end(),
                     [](const auto& a, const auto& b) { return a.what.time < b.what.time; });
    ASSERT_EQ(ids(given), ids(in_time)) << "round " << round;
  }
  EXPECT_GT(late_ones, 500U);
}

}  // namespace
}  // namespace beckon::cep::testing

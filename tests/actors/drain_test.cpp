// A smooth stop under load, then a start on the same data: nothing accepted is lost, nothing is
// delivered twice.
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "tests/actors/small_shop.hpp"

namespace beckon::tests {
namespace {

TEST(drain, under_load_is_in_time_and_loses_and_doubles_nothing) {
  small_shop shop;
  ASSERT_NO_FATAL_FAILURE(shop.start());
  std::set<std::string> accepted;
  std::set<std::string> offered;
  bool refused = false;  // the three are the thread's until it is joined
  std::jthread load([&](const std::stop_token& stop) {
    for (std::size_t first = 0; !refused && !stop.stop_requested(); first += 50) {
      const auto events = one_of_each("ping", 50, first);
      for (const auto& e : events) offered.insert(e.user);
      if (shop.post(events) != 202)
        refused = true;
      else
        for (const auto& e : events) accepted.insert(e.user);
    }
  });
  ASSERT_TRUE(shop.comes_true([&] { return shop.in("inbox").size() >= 500; }));
  EXPECT_TRUE(shop.running().drain());
  load.join();
  EXPECT_TRUE(refused) << "a draining node says so";
  EXPECT_GE(accepted.size(), 400u);

  ASSERT_NO_FATAL_FAILURE(shop.start_again());
  EXPECT_TRUE(shop.comes_true(
      [&] { return shop.users("inbox").size() >= accepted.size() && shop.figures().at_rest(); }));
  EXPECT_TRUE(shop.stop());
  const auto delivered = shop.users("inbox");
  for (const auto& user : accepted)
    EXPECT_TRUE(delivered.contains(user)) << user << " was accepted and is lost";
  std::set<std::string> ids;
  for (const auto& m : shop.in("inbox"))
    EXPECT_TRUE(ids.insert(m.delivery).second) << "delivered twice";
  for (const auto& [user, times] : delivered) {
    EXPECT_EQ(times, 1u) << user;
    EXPECT_TRUE(offered.contains(user)) << user;
  }
  std::size_t matches = 0;
  for (const auto& [epoch, n] : shop.matches_by_epoch()) matches += n;
  EXPECT_EQ(ids.size(), matches);
}

TEST(drain, of_a_partition_between_two_lives_is_answered) {
  small_shop shop({}, "  partition: {restarts: 5, within: 1 min, first: 500 ms, longest: 1 s}\n");
  ASSERT_NO_FATAL_FAILURE(shop.start());
  shop.faults.throw_at({"outbox", "inbox", "", 2});  // restarted at once, then after 500 ms
  ASSERT_EQ(shop.post(one_of_each("ping", 100)), 202);
  ASSERT_TRUE(shop.comes_true(
      [&] { return shop.metric("beckon_restarts_total{station=\"partition\"}") == 2; }));
  EXPECT_TRUE(shop.running().drain());
  ASSERT_NO_FATAL_FAILURE(shop.start_again());
  EXPECT_TRUE(shop.comes_true([&] { return shop.in("inbox").size() >= 100; }));
  EXPECT_TRUE(shop.stop());
  EXPECT_EQ(shop.users("inbox").size(), 100u);
  for (const auto& [user, times] : shop.users("inbox")) EXPECT_EQ(times, 1u) << user;
}

TEST(drain, of_a_source_between_two_lives_is_answered) {
  small_shop shop({}, "  source: {restarts: 5, within: 1 min, first: 500 ms, longest: 1 s}\n");
  ASSERT_NO_FATAL_FAILURE(shop.start());
  shop.faults.throw_at({"source", "web", "accept", 2});  // restarted at once, then after 500 ms
  ASSERT_TRUE(shop.comes_true([&] {
    shop.post(one_of_each("ping", 1));
    return shop.faults.thrown() == 2;
  }));
  EXPECT_TRUE(shop.running().drain());
  EXPECT_TRUE(shop.stop());
}

TEST(abrupt_end, with_deliveries_under_way_loses_nothing_and_decides_nothing_twice) {
  small_shop shop;
  ASSERT_NO_FATAL_FAILURE(shop.start());
  constexpr std::size_t sent = 3'000;
  for (std::size_t first = 0; first < sent; first += 500) {
    ASSERT_EQ(shop.post(one_of_each("ping", 500, first)), 202);
  }
  ASSERT_NO_FATAL_FAILURE(shop.start_again());
  EXPECT_TRUE(shop.comes_true([&] {
    return shop.users("inbox").size() == sent && shop.figures().at_rest();
  })) << shop.users("inbox").size();
  EXPECT_TRUE(shop.stop());
  std::set<std::pair<std::string, std::string>> deliveries;
  for (const auto& m : shop.in("inbox")) deliveries.emplace(m.user, m.delivery);
  EXPECT_EQ(deliveries.size(), sent)
      << "written again after the restart, a delivery has its old id";
  std::size_t matches = 0;
  for (const auto& [epoch, n] : shop.matches_by_epoch()) matches += n;
  EXPECT_EQ(matches, sent);
}

}  // namespace
}  // namespace beckon::tests

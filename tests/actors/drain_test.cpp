// A smooth stop under load, then a start on the same data: nothing accepted is lost, nothing is delivered twice.
#include <atomic>
#include <gtest/gtest.h>
#include <set>
#include <thread>

#include "tests/actors/small_shop.hpp"

namespace beckon::tests {
namespace {

TEST(drain, under_load_is_in_time_and_loses_and_doubles_nothing) {
  small_shop shop;
  ASSERT_NO_FATAL_FAILURE(shop.start());
  std::set<std::string> accepted;
  std::set<std::string> offered;
  std::atomic<bool> refused = false;
  std::jthread load([&] {
    for (std::size_t first = 0; !refused; first += 50) {
      const auto events = one_of_each("ping", 50, first);
      for (const auto& e : events) offered.insert(e.user);
      if (shop.post(events) != 202) refused = true;
      else for (const auto& e : events) accepted.insert(e.user);
    }
  });
  ASSERT_TRUE(shop.comes_true([&] { return shop.in("inbox").size() >= 500; }));
  EXPECT_TRUE(shop.running().drain());
  load.join();
  EXPECT_GE(accepted.size(), 500u);

  ASSERT_NO_FATAL_FAILURE(shop.start_again());
  EXPECT_TRUE(shop.comes_true([&] { return shop.users("inbox").size() >= accepted.size() && shop.figures().at_rest(); }));
  EXPECT_TRUE(shop.stop());
  const auto delivered = shop.users("inbox");
  for (const auto& user : accepted) EXPECT_TRUE(delivered.contains(user)) << user << " was accepted and is lost";
  std::set<std::string> ids;
  for (const auto& m : shop.in("inbox")) EXPECT_TRUE(ids.insert(m.delivery).second) << "delivered twice";
  for (const auto& [user, times] : delivered) {
    EXPECT_EQ(times, 1u) << user;
    EXPECT_TRUE(offered.contains(user)) << user;
  }
  std::size_t matches = 0;
  for (const auto& [epoch, n] : shop.matches_by_epoch()) matches += n;
  EXPECT_EQ(ids.size(), matches);
}

}  // namespace
}  // namespace beckon::tests

#include "engine/outreach/request.hpp"

#include <gtest/gtest.h>

namespace beckon::outreach {
namespace {

reservation sent(std::uint64_t id, std::int64_t ms, std::string action = "a") {
  return {hash128{0, id}, std::move(action), "inbox", from_ms(ms)};
}

TEST(ledger, keeps_time_order_whatever_the_order_of_sends) {
  ledger l;
  for (const std::int64_t ms : {50, 10, 30, 20, 40, 30}) l.reserve(sent(1, ms));
  std::vector<std::int64_t> times;
  for (const reservation& r : l.all()) times.push_back(to_ms(r.time));
  EXPECT_EQ(times, (std::vector<std::int64_t>{10, 20, 30, 30, 40, 50}));
}

TEST(ledger, counts_what_is_after_a_time_and_of_an_action) {
  ledger l;
  l.reserve(sent(1, 10, "a"));
  l.reserve(sent(2, 20, "b"));
  l.reserve(sent(3, 30, "a"));
  EXPECT_EQ(l.count(from_ms(9)), 3u);
  EXPECT_EQ(l.count(from_ms(10)), 2u);
  EXPECT_EQ(l.count(from_ms(10), "a"), 1u);
  EXPECT_EQ(l.count(from_ms(30)), 0u);
  EXPECT_EQ(l.count(beginning, "c"), 0u);
}

TEST(ledger, releases_one_send_once) {
  ledger l;
  l.reserve(sent(1, 10));
  l.reserve(sent(2, 10));
  EXPECT_TRUE(l.release(hash128{0, 1}));
  EXPECT_FALSE(l.release(hash128{0, 1}));
  ASSERT_EQ(l.all().size(), 1u);
  EXPECT_EQ(l.all().front().delivery, (hash128{0, 2}));
}

TEST(ledger, forgets_up_to_and_including_a_time) {
  ledger l;
  for (const std::int64_t ms : {10, 20, 30}) l.reserve(sent(1, ms));
  l.forget(from_ms(20));
  ASSERT_EQ(l.all().size(), 1u);
  l.forget(from_ms(30));
  EXPECT_TRUE(l.empty());
}

}  // namespace
}  // namespace beckon::outreach

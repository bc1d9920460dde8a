// Ten throws in a row are one too many: the filter, rule or channel is off until restart, as
// design.md says
// ("Supervision"), and everything else goes on.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/actors/small_shop.hpp"

namespace beckon::tests {
namespace {

class over_budget : public ::testing::Test {
 protected:
  /// 100 pings, which pass what throws, and 100 pongs, which do not, in one request.
  void send_both(const fault_place& place) {
    ASSERT_NO_FATAL_FAILURE(shop.start());
    shop.faults.throw_at(place);
    auto events = one_of_each("ping", 100);
    for (auto& e : one_of_each("pong", 100)) events.push_back(std::move(e));
    ASSERT_EQ(shop.post(events), 202);
    ASSERT_TRUE(shop.comes_true([this] { return shop.in("other").size() >= 100; }))
        << "the others go on";
    ASSERT_TRUE(shop.comes_true([&] { return off(place.station) == 1; }));
    EXPECT_EQ(shop.faults.thrown(), small_shop::throws_over_budget);
    EXPECT_EQ(shop.metric("beckon_restarts_total{station=\"" + place.station + "\"}"),
              small_shop::throws_over_budget - 1);
    EXPECT_FALSE(shop.ready());
    EXPECT_NE(shop.readiness().find(place.station + " " + place.id), std::string::npos)
        << shop.readiness();
    shop.faults.calm();
  }

  double off(const std::string& station) const {
    return shop.metric("beckon_stations_off{station=\"" + station + "\"}");
  }

  /// Ten more pongs come through, once each.
  void later_pongs_flow() {
    ASSERT_EQ(shop.post(one_of_each("pong", 10, 1000)), 202);
    EXPECT_TRUE(shop.comes_true([this] { return shop.in("other").size() >= 110; }));
    for (const auto& [user, times] : shop.users("other")) EXPECT_EQ(times, 1u) << user;
    EXPECT_EQ(shop.users("other").size(), 110u);
  }

  small_shop shop;
};

TEST_F(over_budget, a_filter_answers_by_its_fail_policy) {
  ASSERT_NO_FATAL_FAILURE(send_both({"filter", "not_blocked", ""}));
  ASSERT_TRUE(shop.comes_true([this] { return shop.figures().final_verdicts() == 200; }));
  auto verdicts = shop.figures().verdicts;
  EXPECT_EQ(verdicts["not_blocked: filter_down"] + verdicts["filter not_blocked: error"], 100u);
  EXPECT_GE(verdicts["not_blocked: filter_down"], 1u);
  EXPECT_EQ(verdicts["send: sent"], 100u);
  const auto before = verdicts["not_blocked: filter_down"];
  ASSERT_EQ(shop.post(one_of_each("ping", 10, 1000)), 202);
  EXPECT_TRUE(shop.comes_true(
      [&] { return shop.figures().verdicts["not_blocked: filter_down"] == before + 10; }));
  later_pongs_flow();
  EXPECT_TRUE(shop.stop());
  EXPECT_TRUE(shop.in("inbox").empty()) << "closed means closed";
  EXPECT_EQ(shop.dead_letters().size(), verdicts["filter not_blocked: error"]);
}

TEST_F(over_budget, a_rule_is_off_until_restart) {
  ASSERT_NO_FATAL_FAILURE(send_both({"rule", "pinged", ""}));
  ASSERT_TRUE(shop.comes_true([this] { return shop.figures().final_verdicts() == 200; }));
  const auto pinged = shop.metric("beckon_matches_total{rule=\"pinged\"}");
  ASSERT_EQ(shop.post(one_of_each("ping", 10, 1000)), 202);
  later_pongs_flow();
  EXPECT_EQ(shop.metric("beckon_matches_total{rule=\"pinged\"}"), pinged)
      << "nobody judges by it any more";
  EXPECT_TRUE(shop.stop());
  EXPECT_TRUE(shop.in("inbox").empty());

  ASSERT_NO_FATAL_FAILURE(shop.start());
  ASSERT_EQ(shop.post(one_of_each("ping", 10, 2000)), 202);
  EXPECT_TRUE(shop.comes_true([this] { return shop.in("inbox").size() == 10; }))
      << "a restart brings it back";
  EXPECT_TRUE(shop.stop());
}

TEST_F(over_budget, a_channel_gives_its_deliveries_up_and_another_goes_on) {
  ASSERT_NO_FATAL_FAILURE(send_both({"channel", "inbox", ""}));
  later_pongs_flow();
  ASSERT_TRUE(shop.comes_true([this] { return shop.figures().dead == 100; }))
      << shop.figures().dead;
  const auto attempts =
      shop.metric("beckon_deliveries_total{channel=\"inbox\",outcome=\"attempts\"}");
  EXPECT_GE(attempts, 1) << "channel_down is busy: tried again until the attempts are spent";
  EXPECT_TRUE(shop.stop());
  EXPECT_TRUE(shop.in("inbox").empty());
  const auto letters = shop.dead_letters();
  EXPECT_EQ(letters.size(), 100u);
  EXPECT_EQ(std::count_if(letters.begin(), letters.end(),
                          [](const auto& l) { return l.reason == "attempts"; }),
            attempts);
  for (const auto& l : letters) EXPECT_EQ(l.actor, "channel inbox");
}

TEST(committer_over_budget, ends_the_node) {
  small_shop shop({}, "  committer: {restarts: 0, within: 1 min, first: 5 ms, longest: 20 ms}\n");
  ASSERT_NO_FATAL_FAILURE(shop.start());
  shop.faults.throw_at({"committer", "0", ""});
  ASSERT_EQ(shop.post(one_of_each("ping", 1)), 202);
  ASSERT_TRUE(shop.comes_true([&] { return shop.running().failed().has_value(); }));
  EXPECT_EQ(*shop.running().failed(), std::string("committer writer: ") + throwing_faults::reason);
  shop.faults.calm();
  ASSERT_NO_FATAL_FAILURE(shop.start_again());
  EXPECT_TRUE(shop.comes_true([&] { return shop.in("inbox").size() == 1; }))
      << "the next process does it";
  EXPECT_TRUE(shop.stop());
}

}  // namespace
}  // namespace beckon::tests

// One poison input among 100 in the same epoch: whoever throws on it, the other 99 reach the sink
// exactly once, the restart is counted, and the poison is a dead letter that says who failed on it
// and why. And what a restart of a source or a partition costs: nothing.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/actors/small_shop.hpp"

namespace beckon::tests {
namespace {

constexpr const char* poison_user = "u42";

std::string restarts_of(const std::string& station) {
  return "beckon_restarts_total{station=\"" + station + "\"}";
}

std::map<std::string, std::size_t> everyone_once_but(const std::string& left_out) {
  std::map<std::string, std::size_t> all;
  for (const auto& e : one_of_each("ping", 100)) {
    if (e.user != left_out) all[e.user] = 1;
  }
  return all;
}

class poison : public ::testing::Test {
 protected:
  /// 100 pings in one request, one of them poison at `place`; until all is settled.
  void send_with(const fault_place& place) {
    ASSERT_NO_FATAL_FAILURE(shop.start());
    shop.faults.throw_at(place);
    ASSERT_EQ(shop.post(one_of_each("ping", 100)), 202);
    ASSERT_TRUE(shop.comes_true([this] {
      return shop.in("inbox").size() >= 99 && letters() >= 1 && at_rest();
    })) << shop.in("inbox").size()
        << " delivered, " << letters() << " dead letters";
    EXPECT_GE(shop.metric(restarts_of(place.station)), 1);
  }

  double letters() const { return shop.metric("beckon_dead_letters_total"); }
  bool at_rest() const { return shop.figures().at_rest(); }

  /// Ends the node; the one dead letter it left.
  codec::dead_letter_row only_letter() {
    EXPECT_TRUE(shop.stop());
    EXPECT_EQ(shop.users("inbox"), everyone_once_but(poison_user));
    const auto all = shop.dead_letters();
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? codec::dead_letter_row{} : all.front();
  }

  small_shop shop;
};

TEST_F(poison, of_a_session_costs_its_own_user_one_event_only) {
  ASSERT_NO_FATAL_FAILURE(send_with({"session", poison_user, ""}));
  const auto letter = only_letter();
  EXPECT_EQ(letter.actor, "session");
  EXPECT_EQ(letter.reason, throwing_faults::reason);
  EXPECT_EQ(letter.who, (subject{"user", poison_user}));
  EXPECT_EQ(letter.source, "web");
  EXPECT_EQ(letter.event_type, "ping");
  EXPECT_EQ(letter.event_id, std::string("ping ") + poison_user);
  EXPECT_FALSE(letter.input.empty());
  EXPECT_EQ(shop.matches_by_epoch()[letter.epoch], 99u) << "of the epoch that held the poison";
}

TEST_F(poison, of_a_session_is_gone_when_the_next_event_comes) {
  ASSERT_NO_FATAL_FAILURE(send_with({"session", poison_user, ""}));
  shop.faults.calm();
  ASSERT_EQ(shop.post({{"pong", poison_user}}), 202);
  EXPECT_TRUE(shop.comes_true([this] { return shop.in("other").size() == 1; }));
  EXPECT_TRUE(shop.stop());
}

TEST_F(poison, of_a_rule_is_one_request_with_an_error) {
  ASSERT_NO_FATAL_FAILURE(send_with({"rule", "pinged", poison_user}));
  EXPECT_EQ(shop.figures().verdicts["rule pinged: error"], 1u);
  EXPECT_EQ(shop.figures().final_verdicts(), 100u);
  const auto letter = only_letter();
  EXPECT_EQ(letter.actor, "rule pinged");
  EXPECT_EQ(letter.reason, throwing_faults::reason);
  EXPECT_EQ(letter.who, (subject{"user", poison_user}));
  EXPECT_EQ(letter.event_type, "$decision pinged");
  EXPECT_EQ(shop.matches_by_epoch()[letter.epoch], 100u) << "of the epoch that held the poison";
}

TEST_F(poison, of_a_filter_is_one_request_with_an_error) {
  ASSERT_NO_FATAL_FAILURE(send_with({"filter", "not_blocked", poison_user}));
  EXPECT_EQ(shop.figures().verdicts["filter not_blocked: error"], 1u);
  EXPECT_EQ(shop.figures().final_verdicts(), 100u);
  const auto letter = only_letter();
  EXPECT_EQ(letter.actor, "filter not_blocked");
  EXPECT_EQ(letter.reason, throwing_faults::reason);
  EXPECT_EQ(letter.who, (subject{"user", poison_user}));
  EXPECT_EQ(letter.event_type, "$decision pinged");
  EXPECT_EQ(shop.matches_by_epoch()[letter.epoch], 100u) << "of the epoch that held the poison";
}

TEST_F(poison, of_a_channel_is_one_delivery_given_up) {
  ASSERT_NO_FATAL_FAILURE(send_with({"channel", "inbox", poison_user}));
  EXPECT_EQ(shop.figures().dead, 1u);
  EXPECT_EQ(shop.figures().delivered, 99u);
  const auto letter = only_letter();
  EXPECT_EQ(letter.actor, "channel inbox");
  EXPECT_EQ(letter.reason, throwing_faults::reason);
  EXPECT_EQ(letter.who, (subject{"user", poison_user}));
  EXPECT_EQ(letter.event_type, "$delivery answer_ping");
  EXPECT_FALSE(letter.input.empty());
  const auto matches = shop.matches_by_epoch();
  EXPECT_TRUE(
      std::any_of(matches.begin(), matches.end(), [](const auto& m) { return m.second == 100; }));
}

TEST(restart, of_a_source_is_answered_and_the_request_can_be_sent_again) {
  small_shop shop;
  ASSERT_NO_FATAL_FAILURE(shop.start());
  shop.faults.throw_at({"source", "web", "accept", 1});
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(shop.post(one_of_each("ping", 100)), 503);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5))
      << "not by running into a timeout";
  ASSERT_TRUE(shop.comes_true([&] { return shop.post(one_of_each("ping", 100)) == 202; }));
  ASSERT_TRUE(
      shop.comes_true([&] { return shop.in("inbox").size() >= 100 && shop.figures().at_rest(); }));
  EXPECT_EQ(shop.metric(restarts_of("source")), 1);
  EXPECT_TRUE(shop.stop());
  EXPECT_EQ(shop.users("inbox"), everyone_once_but("nobody"));
}

TEST(restart, of_a_partition_whose_outbox_failed_loses_and_doubles_nothing) {
  small_shop shop;
  ASSERT_NO_FATAL_FAILURE(shop.start());
  shop.faults.throw_at({"outbox", "inbox", "u42", 2});
  ASSERT_EQ(shop.post(one_of_each("ping", 100)), 202);
  ASSERT_TRUE(shop.comes_true([&] {
    return shop.users("inbox").size() == 100 && shop.figures().at_rest();
  })) << shop.users("inbox").size();
  EXPECT_EQ(shop.metric(restarts_of("partition")), 2);
  ASSERT_EQ(shop.post(one_of_each("pong", 100)), 202);
  ASSERT_TRUE(
      shop.comes_true([&] { return shop.in("other").size() >= 100 && shop.figures().at_rest(); }));
  EXPECT_TRUE(shop.ready()) << shop.readiness();
  EXPECT_TRUE(shop.stop());
  for (const auto& [user, times] : shop.users("inbox")) EXPECT_EQ(times, 1u) << user;
  for (const auto& [user, times] : shop.users("other")) EXPECT_EQ(times, 1u) << user;
  EXPECT_TRUE(shop.dead_letters().empty());
}

TEST(restart, of_the_committer_loses_and_doubles_nothing) {
  small_shop shop;
  ASSERT_NO_FATAL_FAILURE(shop.start());
  shop.faults.throw_at({"committer", "0", "", 1});
  ASSERT_EQ(shop.post(one_of_each("ping", 100)), 202);
  ASSERT_TRUE(shop.comes_true([&] {
    return shop.users("inbox").size() == 100 && shop.figures().at_rest();
  })) << shop.users("inbox").size();
  EXPECT_EQ(shop.metric(restarts_of("committer")), 1);
  EXPECT_EQ(shop.metric(restarts_of("partition")), 1);
  EXPECT_EQ(shop.running().failed(), std::nullopt);
  EXPECT_TRUE(shop.ready()) << shop.readiness();
  EXPECT_TRUE(shop.stop());
  EXPECT_EQ(shop.users("inbox"), everyone_once_but("nobody"));
}

TEST(dead_letters, beyond_the_bound_go_oldest_first) {
  small_shop shop("  dead_letters: 3\n");
  ASSERT_NO_FATAL_FAILURE(shop.start());
  shop.faults.throw_at({"session", "", ""});
  for (std::size_t i = 0; i < 5; ++i) {
    ASSERT_EQ(shop.post(one_of_each("ping", 1, i)), 202);
    ASSERT_TRUE(
        shop.comes_true([&] { return shop.metric("beckon_dead_letters_total") == i + 1.0; }));
  }
  EXPECT_EQ(shop.metric("beckon_dead_letters_dropped_total"), 2);
  ASSERT_NO_FATAL_FAILURE(shop.start_again());
  ASSERT_EQ(shop.post(one_of_each("ping", 1, 5)), 202);
  ASSERT_TRUE(shop.comes_true([&] { return shop.metric("beckon_dead_letters_total") == 1; }));
  EXPECT_TRUE(shop.stop());
  std::set<std::string> kept;
  for (const auto& letter : shop.dead_letters()) kept.insert(letter.who.id);
  EXPECT_EQ(kept, (std::set<std::string>{"u3", "u4", "u5"}));
}

}  // namespace
}  // namespace beckon::tests

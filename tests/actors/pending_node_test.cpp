// Quiet hours on a whole node: what fires in them is told once when they end, whatever happens to
// the node meanwhile.
#include <chrono>

#include <gtest/gtest.h>

#include "messages/codec/pending_row.hpp"
#include "tests/actors/small_shop.hpp"

namespace beckon::tests {
namespace {

using std::chrono::seconds;
using node_clock = std::chrono::system_clock;

constexpr std::size_t users = 40;
constexpr const char* deferred = "beckon_pending_decisions{why=\"deferred\"}";

/// "22:00:30".
std::string time_of_day(node_clock::time_point t) {
  return to_rfc3339(std::chrono::time_point_cast<duration>(t)).substr(11, 8);
}

/// Who pings is told outside of the quiet hours, which have begun and end at `until`.
void be_quiet(small_shop& shop, node_clock::time_point until) {
  shop.write("filters.yaml",
             "filters:\n"
             "  - {id: not_blocked, kind: blacklist, ids: [nobody]}\n"
             "  - {id: not_barred, kind: blacklist, ids: [nobody]}\n"
             "  - {id: night, kind: quiet_hours, from: \"" +
                 time_of_day(until - std::chrono::hours(8)) + "\", to: \"" + time_of_day(until) +
                 "\"}\n"
                 "chains:\n"
                 "  - {id: checked, filters: [not_blocked, night]}\n"
                 "  - {id: guarded, filters: [not_barred]}\n");
}

void expect_told_once(const small_shop& shop) {
  const auto told = shop.users("inbox");
  EXPECT_EQ(told.size(), users);
  for (const auto& [user, times] : told) EXPECT_EQ(times, 1u) << user;
}

TEST(quiet_hours_of_a_node, are_waited_for_over_restarts) {
  small_shop shop;
  be_quiet(shop, node_clock::now() + std::chrono::hours(2));
  ASSERT_NO_FATAL_FAILURE(shop.start());
  ASSERT_EQ(shop.post(one_of_each("ping", users)), 202);
  ASSERT_EQ(shop.post(one_of_each("pong", users)), 202);
  ASSERT_TRUE(shop.comes_true([&] { return shop.metric(deferred) == users; }));
  ASSERT_TRUE(shop.comes_true([&] { return shop.users("other").size() == users; }))
      << "others are not held up";
  EXPECT_TRUE(shop.in("inbox").empty());
  EXPECT_TRUE(shop.stop()) << "nobody waits for the end of the night";
  ASSERT_EQ(shop.rows(port::row_kind::pending).size(), users);
  for (const auto& [key, content] : shop.rows(port::row_kind::pending)) {
    const auto d = codec::decode_pending(key, content);
    ASSERT_TRUE(d.ok());
    EXPECT_EQ(d->filter, "night");
    EXPECT_EQ(d->action, "answer_ping");
  }

  ASSERT_NO_FATAL_FAILURE(shop.start());
  EXPECT_TRUE(shop.comes_true([&] { return shop.metric(deferred) == users; }));
  EXPECT_TRUE(shop.in("inbox").empty());
  EXPECT_TRUE(shop.stop());
}

TEST(quiet_hours_of_a_node, end_and_each_is_told_once) {
  small_shop shop;
  const auto end = node_clock::now() + seconds(4);
  be_quiet(shop, end);
  ASSERT_NO_FATAL_FAILURE(shop.start());
  ASSERT_EQ(shop.post(one_of_each("ping", users)), 202);
  ASSERT_TRUE(shop.comes_true([&] { return shop.figures().matches == users; }));
  ASSERT_NO_FATAL_FAILURE(shop.start_again());
  ASSERT_TRUE(shop.comes_true([&] { return shop.users("inbox").size() == users; }));
  ASSERT_TRUE(shop.comes_true([&] { return shop.metric(deferred) == 0; }));
  ASSERT_TRUE(shop.comes_true([&] { return shop.figures().at_rest(); }));
  EXPECT_TRUE(shop.stop());
  expect_told_once(shop);
  EXPECT_TRUE(shop.rows(port::row_kind::pending).empty());
}

TEST(quiet_hours_of_a_node, under_a_plan_that_changed_meanwhile_go_by_it) {
  small_shop shop;
  be_quiet(shop, node_clock::now() + seconds(4));
  ASSERT_NO_FATAL_FAILURE(shop.start());
  ASSERT_EQ(shop.post(one_of_each("ping", users)), 202);
  ASSERT_TRUE(shop.comes_true([&] { return shop.figures().matches == users; }));
  EXPECT_TRUE(shop.stop());
  shop.write("actions.yaml",
             "actions:\n"
             "  - {id: answer_ping, rule: pinged, chain: checked, material: note, channel: inbox, "
             "enabled: false}\n");
  const auto left = shop.rows(port::row_kind::pending).size();
  ASSERT_NO_FATAL_FAILURE(shop.start());
  EXPECT_TRUE(shop.comes_true([&] {
    return shop.metric("beckon_verdicts_total{by=\"pending\",reason=\"disabled\"}") ==
           static_cast<double>(left);
  }));
  EXPECT_TRUE(shop.comes_true([&] { return shop.figures().at_rest(); }));
  EXPECT_EQ(shop.in("inbox").size(), users - left) << "those told before the stop";
  EXPECT_TRUE(shop.stop());
  EXPECT_TRUE(shop.rows(port::row_kind::pending).empty());
}

}  // namespace
}  // namespace beckon::tests

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/outreach/ask_filter.hpp"

namespace beckon::testing {
namespace {

filter_ptr cap(const std::string& scope, int most, const std::string& within) {
  problems out;
  auto made = make_filter(
      "fatigue",
      map({{"scope", text(scope)}, {"most", text(std::to_string(most))}, {"within", text(within)}}),
      out);
  EXPECT_THAT(said(out), ::testing::IsEmpty());
  return made;
}

outreach::ledger sends_at(std::initializer_list<std::int64_t> times) {
  outreach::ledger l;
  std::uint64_t id = 0;
  for (const std::int64_t ms : times) l.reserve({hash128{0, ++id}, "pay", "inbox", from_ms(ms)});
  return l;
}

TEST(fatigue, a_send_exactly_the_window_ago_counts_no_more) {
  const auto f = cap("user", 1, "1 s");
  EXPECT_FALSE(ask(*f, "u", "pay", from_ms(1999), sends_at({1000})).pass);
  EXPECT_TRUE(ask(*f, "u", "pay", from_ms(2000), sends_at({1000})).pass);
}

TEST(fatigue, sends_later_than_now_count) {
  const auto f = cap("user", 1, "1 s");
  EXPECT_FALSE(ask(*f, "u", "pay", from_ms(0), sends_at({60'000})).pass);
}

TEST(fatigue, shows_what_it_compared) {
  const auto v = ask(*cap("user", 2, "1 day"), "u", "pay", from_ms(500), sends_at({100, 200}));
  EXPECT_EQ(v.reason, "capped");
  const field_list expected = {{"count", 2}, {"most", 2}, {"within", duration(86'400'000)}};
  EXPECT_EQ(v.values, expected);
}

TEST(fatigue, per_action_leaves_other_actions_alone) {
  const auto f = cap("user+action", 1, "1 h");
  EXPECT_FALSE(ask(*f, "u", "pay", from_ms(10), sends_at({5})).pass);
  EXPECT_TRUE(ask(*f, "u", "cart", from_ms(10), sends_at({5})).pass);
}

TEST(fatigue, looks_back_its_window) {
  EXPECT_EQ(cap("user", 1, "7 days")->looks_back(), std::chrono::hours(24 * 7));
}

TEST(fatigue, agrees_with_counting_one_by_one) {
  std::mt19937 random(7);
  const auto any = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  const std::string actions[] = {"pay", "cart", "view"};
  int passes = 0;
  for (int round = 0; round < 3000; ++round) {
    const bool per_action = any(2) == 1;
    const int most = 1 + any(4), within = 1 + any(60);
    const auto f = cap(per_action ? "user+action" : "user", most, std::to_string(within) + " ms");
    outreach::ledger sends;
    std::vector<std::pair<std::string, int>> all;
    for (int i = any(12); i > 0; --i) {
      all.emplace_back(actions[any(3)], any(120));
      sends.reserve({hash128{0, static_cast<std::uint64_t>(i)}, all.back().first, "inbox",
                     from_ms(all.back().second)});
    }
    const std::string by = actions[any(3)];
    const int now = any(150);
    int count = 0;
    for (const auto& [action, time] : all) {
      if (time > now - within && (!per_action || action == by)) ++count;
    }
    const auto v = ask(*f, "u", by, from_ms(now), sends);
    ASSERT_EQ(v.pass, count < most) << round;
    ASSERT_EQ(*find_field(v.values, "count"), value(count)) << round;
    passes += v.pass ? 1 : 0;
  }
  EXPECT_GT(passes, 300);
  EXPECT_LT(passes, 2700);
}

TEST(fatigue, refuses_wrong_settings_where_they_stand) {
  problems out;
  EXPECT_EQ(make_filter("fatigue", map({{"scope", text("users")}, {"most", text("0")}}), out),
            nullptr);
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[0].line, 1);
  EXPECT_EQ(out[0].hint, "did you mean 'user'?");
  EXPECT_EQ(out[1].line, 2);
  EXPECT_THAT(out[2].message, ::testing::HasSubstr("'within'"));
}

TEST(fatigue, refuses_a_window_of_nothing) {
  problems out;
  EXPECT_EQ(make_filter("fatigue", map({{"most", text("1")}, {"within", text("0 s")}}), out),
            nullptr);
  EXPECT_FALSE(out.empty());
  EXPECT_EQ(out[0].line, 2);
}

}  // namespace
}  // namespace beckon::testing

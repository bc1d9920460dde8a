#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/outreach/ask_filter.hpp"

namespace beckon::testing {
namespace {

constexpr int users = 20'000;

filter_ptr gray(const std::string& percent, const std::string& salt = "") {
  problems out;
  auto made =
      make_filter("gray_release", map({{"percent", text(percent)}, {"salt", quoted(salt)}}), out);
  EXPECT_TRUE(out.empty());
  return made;
}

/// Whom the filter passes, user by user.
std::vector<bool> passed(const outreach::filter& f, const std::string& action) {
  std::vector<bool> out;
  for (int i = 0; i < users; ++i) out.push_back(ask(f, "user-" + std::to_string(i), action).pass);
  return out;
}

TEST(gray_release, is_sticky_and_monotone) {
  const auto five = passed(*gray("5"), "pay");
  const auto ten = passed(*gray("10"), "pay");
  EXPECT_EQ(five, passed(*gray("5.00"), "pay"));
  for (int i = 0; i < users; ++i) EXPECT_LE(five[i], ten[i]) << i;
  EXPECT_NE(five, ten);
}

TEST(gray_release, passes_about_its_share) {
  for (const auto& [percent, share] :
       {std::pair{"5", 0.05}, {"10", 0.1}, {"50", 0.5}, {"0.5", 0.005}}) {
    const auto in = passed(*gray(percent), "pay");
    const double part = static_cast<double>(std::count(in.begin(), in.end(), true)) / users;
    const double deviation = std::sqrt(share * (1 - share) / users);
    EXPECT_NEAR(part, share, 5 * deviation) << percent;
  }
}

TEST(gray_release, ends_are_nobody_and_everybody) {
  const auto none = passed(*gray("0"), "pay");
  const auto all = passed(*gray("100"), "pay");
  EXPECT_EQ(std::count(none.begin(), none.end(), true), 0);
  EXPECT_EQ(std::count(all.begin(), all.end(), true), users);
}

TEST(gray_release, actions_choose_apart_unless_they_share_a_salt) {
  EXPECT_NE(passed(*gray("50"), "pay"), passed(*gray("50"), "cart"));
  EXPECT_EQ(passed(*gray("50", "autumn"), "pay"), passed(*gray("50", "autumn"), "cart"));
  EXPECT_EQ(passed(*gray("50", "cart"), "pay"), passed(*gray("50"), "cart"));
}

TEST(gray_release, shows_bucket_and_percent) {
  const auto v = ask(*gray("0"), "u1");
  EXPECT_EQ(v.reason, "outside");
  ASSERT_NE(find_field(v.values, "bucket"), nullptr);
  EXPECT_EQ(*find_field(v.values, "bucket"),
            value(static_cast<std::int64_t>(hash_bucket("u1", 10'000, "pay"))));
  EXPECT_EQ(*find_field(v.values, "percent"), value(0.0));
}

TEST(gray_release, refuses_what_is_no_percentage) {
  for (const char* percent : {"101", "-1", "ten", "nan"}) {
    problems out;
    EXPECT_EQ(make_filter("gray_release", map({{"percent", text(percent)}}), out), nullptr);
    EXPECT_THAT(said(out), ::testing::ElementsAre(::testing::StartsWith("1:10: 'percent'")));
  }
}

}  // namespace
}  // namespace beckon::testing

// Scalar functions, as "Details that decide a test" has them.
#include <gtest/gtest.h>
#include <xxhash.h>

#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

struct call {
  std::string expression;
  value result;
};

const field_list& sample() {
  static const field_list fields{{"i", value(-7)},
                                 {"r", value(2.5)},
                                 {"s", value("Ärger Bäcker")},
                                 {"l", value(value_list{value("a"), value(7)})}};
  return fields;
}

class function : public ::testing::TestWithParam<call> {};

TEST_P(function, gives) {
  const value seen = evaluated(GetParam().expression, sample());
  EXPECT_EQ(seen, GetParam().result)
      << GetParam().expression << " is " << to_string(seen.type()) << " " << to_display(seen);
}

INSTANTIATE_TEST_SUITE_P(
    numbers, function,
    ::testing::Values(
        call{"abs(i)", 7}, call{"abs(-2.5)", 2.5}, call{"abs(-9223372036854775808)", value()},
        call{"round(2.5)", 3.0}, call{"round(-2.5)", -3.0}, call{"round(0.5)", 1.0},
        call{"round(i)", -7}, call{"floor(-2.5)", -3.0}, call{"ceil(-2.5)", -2.0},
        call{"ceil(i)", -7}, call{"abs(j)", value()}, call{"least(3, 1.5, 2)", 1.5},
        call{"greatest(3, 1.5, 2)", 3}, call{"least(1, j)", value()},
        call{"greatest(j, 1)", value()}, call{"least(1)", 1}, call{"greatest('a', 'b')", "b"},
        call{"least(TIME '2024-01-02 00:00', TIME '2024-01-01 00:00')", from_ms(1704067200000)},
        call{"coalesce(j, NULL, 3)", 3}, call{"coalesce(j, j)", value()}, call{"coalesce(1, 2)", 1},
        call{"COALESCE(j, Abs(-1))", 1}));

INSTANTIATE_TEST_SUITE_P(
    texts, function,
    ::testing::Values(call{"lower('AbC')", "abc"}, call{"upper('abc1')", "ABC1"},
                      call{"upper(s)", "ÄRGER BäCKER"}, call{"length(s)", 12},
                      call{"length('')", 0}, call{"length(l)", 2}, call{"length('租房')", 2},
                      call{"contains(s, 'Bä')", true}, call{"contains(s, 'x')", false},
                      call{"contains(l, 'a')", true}, call{"contains(l, 7.0)", true},
                      call{"contains(l, 'b')", value()}, call{"contains(l, NULL)", value()},
                      call{"starts_with(s, 'Är')", true}, call{"starts_with(s, 'är')", false},
                      call{"ends_with(s, 'ker')", true}, call{"ends_with(s, '')", true},
                      call{"lower(NULL)", value()}, call{"length(NULL)", value()},
                      call{"contains(NULL, 'a')", value()}));

INSTANTIATE_TEST_SUITE_P(
    times, function,
    ::testing::Values(call{"days_since(TIME '2024-02-29 12:00')", 1},
                      call{"days_since(TIME '2024-02-29 12:00:01')", 0}, call{"days_since(now)", 0},
                      call{"days_since(now + 12 h)", 0}, call{"days_since(now + 24 h)", -1},
                      call{"days_since(0)", 19783}, call{"days_since(t)", value()},
                      call{"hour_of_day(now)", 12}, call{"day_of_week(now)", 5},
                      call{"day_of_week(TIME '2024-03-03 00:00')", 7},
                      call{"day_of_week(TIME '2024-03-04 00:00')", 1}, call{"day_of_month(now)", 1},
                      call{"month_of(now)", 3}, call{"date_of(now)", "2024-03-01"},
                      call{"date_of(0)", "1970-01-01"}, call{"date_of(u)", value()},
                      call{"hour_of_day(TIME '2024-01-01 00:30 +08:00')", 16}));

TEST(zones, the_users_own_goes_before_the_deployments) {
  const auto at = [](std::string_view expression, value tz) {
    return evaluated(expression, {}, {{"tz", std::move(tz)}});
  };
  EXPECT_EQ(at("hour_of_day(now)", "Asia/Shanghai"), value(20));
  EXPECT_EQ(at("date_of(now + 5 h)", "Asia/Shanghai"), value("2024-03-02"));
  EXPECT_EQ(at("month_of(TIME '2024-02-29 23:30')", "Europe/Berlin"), value(3));
  for (const char* nonsense :
       {"", "Nowhere/Land", "/etc/passwd", "../../etc/localtime", "localtime", "libc:UTC"}) {
    EXPECT_EQ(at("hour_of_day(now)", nonsense), value(12)) << nonsense;
  }
  EXPECT_EQ(at("hour_of_day(now)", 5), value(12));
}

TEST(zones, the_deployments_stands_in_for_a_missing_one) {
  const auto rule = must_compile("RULE r WHEN probe FIRE ONCE RETURN hour_of_day(now) AS v");
  scope s;
  s.now = test_now();
  s.zone = "America/New_York";
  EXPECT_EQ(rule->returns[0].content.evaluate(s), value(7));
}

TEST(zones, times_without_offset_are_in_the_deployments) {
  environment berlin = shop();
  berlin.zone = "Europe/Berlin";
  const auto rule =
      compile("RULE r WHEN probe FIRE ONCE RETURN TIME '2024-07-01 00:00' AS v", "x", berlin).rule;
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->returns[0].content.evaluate({}), value(from_ms(1719784800000)));
}

TEST(hash_bucket, is_xxh3_of_salt_zero_and_text) {
  const auto bucket = [](std::string_view bytes, std::uint64_t n) {
    return value(static_cast<std::int64_t>(XXH3_64bits(bytes.data(), bytes.size()) % n));
  };
  using namespace std::string_view_literals;
  EXPECT_EQ(evaluated("hash_bucket('u1', 100)"), bucket("\0u1"sv, 100));
  EXPECT_EQ(evaluated("hash_bucket('u1', 100, 'exp')"), bucket("exp\0u1"sv, 100));
  EXPECT_EQ(evaluated("hash_bucket(-42, 7)"), bucket("\0-42"sv, 7));
  EXPECT_EQ(evaluated("hash_bucket('u1', 1)"), value(0));
  for (const std::string nothing :
       {"hash_bucket(s, 10)", "hash_bucket('u', 0)", "hash_bucket('u', -3)", "hash_bucket('u', i)",
        "hash_bucket('u', 10, s)"}) {
    EXPECT_TRUE(evaluated(nothing).is_null()) << nothing;
  }
  EXPECT_NE(
      problems_of("hash_bucket(2.5, 10)").find("argument 1 of hash_bucket must be int64 or string"),
      std::string::npos);
}

}  // namespace
}  // namespace beckon::language::testing

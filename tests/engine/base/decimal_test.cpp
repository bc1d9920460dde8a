// Sums of six decimals are exact.
#include "engine/base/decimal.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace beckon {
namespace {

decimal of(const value& v) {
  return decimal::of(v).value();
}

TEST(decimal, adds_tenths_exactly) {
  decimal sum;
  for (int i = 0; i < 1'000'000; ++i) sum += of(0.1);
  EXPECT_EQ(sum, of(100'000));
  EXPECT_EQ(sum.to_real(), 100'000.0);
}

TEST(decimal, rounds_half_away_from_zero_to_six_places) {
  EXPECT_EQ(of(0.0000005), of(0.000001));
  EXPECT_EQ(of(-0.0000005), of(-0.000001));
  EXPECT_EQ(of(0.00000049), of(0));
  EXPECT_EQ(of(1.9999999), of(2));
}

TEST(decimal, is_no_other_type_no_nan_and_nothing_too_large) {
  EXPECT_FALSE(decimal::of("1"));
  EXPECT_FALSE(decimal::of(true));
  EXPECT_FALSE(decimal::of(value()));
  EXPECT_FALSE(decimal::of(std::nan("")));
  EXPECT_FALSE(decimal::of(std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(decimal::of(1e18));
  EXPECT_FALSE(decimal::of(std::numeric_limits<std::int64_t>::min()));
  EXPECT_TRUE(decimal::of(std::int64_t{999'999'999'999'999'999}));
}

TEST(decimal, becomes_an_integer_where_it_fits) {
  decimal sum = of(2.5);
  EXPECT_EQ(sum.to_integer(), 2);
  sum = of(std::int64_t{999'999'999'999'999'999});
  for (int i = 0; i < 9; ++i) sum += of(std::int64_t{999'999'999'999'999'999});
  EXPECT_EQ(sum.to_integer(), std::nullopt) << "10^19 is beyond int64";
  for (int i = 0; i < 5; ++i) sum -= of(std::int64_t{999'999'999'999'999'999});
  EXPECT_EQ(sum.to_integer(), 4'999'999'999'999'999'995);
}

TEST(decimal, averages_with_one_rounding) {
  decimal sum = of(0.2);
  sum += of(0.2);
  sum += of(1);
  EXPECT_EQ(sum.average(3), 7.0 / 15);
}

TEST(decimal, comes_back_from_its_halves) {
  for (const double d : {0.0, 1.5, -1.5, 9e17, -9e17, 0.000001, -0.000001}) {
    const decimal whole = of(d);
    EXPECT_EQ(decimal::from_halves(whole.high(), whole.low()), whole) << d;
  }
}

}  // namespace
}  // namespace beckon

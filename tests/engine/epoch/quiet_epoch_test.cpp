#include "engine/epoch/quiet_epoch.hpp"

#include <gtest/gtest.h>

namespace beckon::epoch {
namespace {

const timestamp start = from_ms(1'000'000);
constexpr duration longest{100};

TEST(quiet_epoch, that_has_read_nothing_is_none) {
  quiet_epoch e;
  EXPECT_FALSE(e.has_read());
  e.read(1, start);
  EXPECT_TRUE(e.has_read());
  e.over();
  EXPECT_FALSE(e.has_read());
}

TEST(quiet_epoch, stays_open_for_so_long_since_it_first_read) {
  quiet_epoch e;
  e.read(1, start);
  e.read(1, start + longest - duration{1});
  EXPECT_TRUE(e.may_stay_open(100, longest, start + longest - duration{1}));
  EXPECT_FALSE(e.may_stay_open(100, longest, start + longest));
}

TEST(quiet_epoch, stays_open_until_it_has_read_so_much) {
  quiet_epoch e;
  e.read(60, start);
  EXPECT_TRUE(e.may_stay_open(100, longest, start));
  e.read(40, start);
  EXPECT_FALSE(e.may_stay_open(100, longest, start));
}

TEST(quiet_epoch, the_next_one_begins_anew) {
  quiet_epoch e;
  e.read(100, start);
  e.over();
  e.read(1, start + 2 * longest);
  EXPECT_TRUE(e.may_stay_open(100, longest, start + 2 * longest));
}

}  // namespace
}  // namespace beckon::epoch

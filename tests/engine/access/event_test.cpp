#include "engine/access/event.hpp"

#include <gtest/gtest.h>

namespace beckon {
namespace {

TEST(event, finds_attributes_among_few_and_among_many) {
  for (const int count : {0, 1, 6, 12, 13, 40}) {
    event e;
    for (int i = 0; i < count; ++i) {
      e.attributes.push_back({static_cast<attribute_id>(2 * i), value(i)});
    }
    for (int i = 0; i < count; ++i) {
      const value* found = e.find(static_cast<attribute_id>(2 * i));
      ASSERT_NE(found, nullptr);
      EXPECT_EQ(*found, value(i));
      EXPECT_EQ(e.find(static_cast<attribute_id>(2 * i + 1)), nullptr);
    }
    EXPECT_EQ(e.find(attribute_time), nullptr);
  }
}

}  // namespace
}  // namespace beckon

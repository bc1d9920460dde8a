// Whether two events are the same in every field.
#pragma once

#include <gtest/gtest.h>

#include "engine/access/event.hpp"

namespace beckon::tests {

inline void expect_same(const event& a, const event& b) {
  EXPECT_EQ(a.type, b.type);
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.arrival, b.arrival);
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.client_id, b.client_id);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.extra, b.extra);
  ASSERT_EQ(a.attributes.size(), b.attributes.size());
  for (std::size_t i = 0; i < a.attributes.size(); ++i) {
    EXPECT_EQ(a.attributes[i].name, b.attributes[i].name);
    EXPECT_EQ(a.attributes[i].content, b.attributes[i].content);
  }
}

}  // namespace beckon::tests

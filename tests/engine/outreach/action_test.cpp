#include "engine/outreach/action.hpp"

#include <gtest/gtest.h>

namespace beckon::outreach {
namespace {

TEST(route, validity_is_half_open) {
  action a;
  a.valid_from = from_ms(100);
  a.valid_to = from_ms(200);
  EXPECT_EQ(route(a, from_ms(99)), routing::not_yet_valid);
  EXPECT_EQ(route(a, from_ms(100)), routing::taken);
  EXPECT_EQ(route(a, from_ms(199)), routing::taken);
  EXPECT_EQ(route(a, from_ms(200)), routing::expired);
}

TEST(route, without_validity_every_firing_is_taken) {
  EXPECT_EQ(route(action{}, beginning), routing::taken);
  EXPECT_EQ(route(action{}, never), routing::taken);
}

TEST(route, disabled_says_so_before_anything_else) {
  action a;
  a.enabled = false;
  a.valid_to = from_ms(1);
  EXPECT_EQ(to_string(route(a, from_ms(5))), "disabled");
}

TEST(delivery_id, differs_by_each_of_its_parts_and_by_nothing_else) {
  const hash128 one{1, 2};
  const hash128 id = delivery_id_of(one, "pay", 0);
  EXPECT_EQ(id, delivery_id_of(one, "pay", 0));
  EXPECT_NE(id, delivery_id_of(hash128{1, 3}, "pay", 0));
  EXPECT_NE(id, delivery_id_of(one, "pay2", 0));
  EXPECT_NE(id, delivery_id_of(one, "pay", 1));
}

}  // namespace
}  // namespace beckon::outreach

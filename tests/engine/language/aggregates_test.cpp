// count(v), first(v.a), …: the slot each becomes, where it may stand, its type, NULL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/language/market.hpp"
#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

using ::testing::SizeIs;

/// `RETURN call AS n` behind a count of item views aliased v.
std::shared_ptr<const checked_rule> returning(const std::string& call) {
  return must_trade("RULE x WHEN item_view AS v AT LEAST 3 TIMES WITHIN 1 h FIRE ONCE RETURN " +
                    call + " AS n");
}

struct aggregate_case {
  std::string call;
  taken what;
  std::string attribute;
  value_type type;
};

class aggregates : public ::testing::TestWithParam<aggregate_case> {};

TEST_P(aggregates, are_slots_of_the_step_they_name) {
  const aggregate_case& c = GetParam();
  const auto r = returning(c.call);
  ASSERT_NE(r, nullptr);
  ASSERT_THAT(r->captures, SizeIs(1));
  EXPECT_EQ(r->captures[0].clause, 0U);
  EXPECT_EQ(r->captures[0].what, c.what);
  EXPECT_EQ(r->captures[0].content, nullptr);
  if (!c.attribute.empty()) {
    EXPECT_EQ(r->captures[0].attribute, market_attribute(c.attribute));
  }
  EXPECT_EQ(r->returns[0].content.type(), c.type);
  const std::vector<value> slots{value(std::int64_t{7})};
  EXPECT_EQ(r->returns[0].content.evaluate({.captured = slots}), slots[0]);
  EXPECT_TRUE(r->returns[0].content.evaluate({}).is_null());
}

INSTANTIATE_TEST_SUITE_P(
    all, aggregates,
    ::testing::Values(aggregate_case{"count(v)", taken::count, "", value_type::integer},
                      aggregate_case{"COUNT(v)", taken::count, "", value_type::integer},
                      aggregate_case{"first(v.item_id)", taken::first, "item_id", value_type::text},
                      aggregate_case{"first(v.tags)", taken::first, "tags", value_type::list},
                      aggregate_case{"last(v.price)", taken::last, "price", value_type::real},
                      aggregate_case{"sum(v.price)", taken::sum, "price", value_type::real},
                      aggregate_case{"sum(v.pieces)", taken::sum, "pieces", value_type::integer},
                      aggregate_case{"avg(v.pieces)", taken::avg, "pieces", value_type::real},
                      aggregate_case{"min(v.seen_at)", taken::min, "seen_at", value_type::time},
                      aggregate_case{"max(v.item_id)", taken::max, "item_id", value_type::text},
                      aggregate_case{"distinct(v.tags)", taken::distinct, "tags",
                                     value_type::integer}));

TEST(aggregate, of_what_every_event_has) {
  const auto r = returning("max(v.time) - min(v.time)");
  ASSERT_NE(r, nullptr);
  ASSERT_THAT(r->captures, SizeIs(2));
  EXPECT_EQ(r->captures[0].attribute, attribute_time);
  EXPECT_EQ(r->returns[0].content.type(), value_type::span);
}

TEST(aggregate, equal_ones_share_a_slot_and_different_ones_do_not) {
  const auto r = returning("sum(v.price) + sum(v.price) + max(v.price) + v.price + count(v)");
  ASSERT_NE(r, nullptr);
  ASSERT_THAT(r->captures, SizeIs(4));
  EXPECT_EQ(r->captures[2].what, taken::attribute);
}

TEST(aggregate, may_stand_in_if_a_later_where_until_and_unless) {
  const auto r = must_trade(R"(RULE x
WHEN item_view AS v AT LEAST 3 TIMES WITHIN 1 h
THEN order_placed AS o WHERE amount > 2 * max(v.price) WITHIN 1 h
BUT NOT order_paid WHERE amount > sum(v.price) UNTIL max(v.seen_at) + 1 h AT MOST 1 day
UNLESS chat_start WHERE count(v) > 5
IF avg(v.price) > 3 AND count(o) = 1 FIRE ONCE)");
  ASSERT_NE(r, nullptr);
  EXPECT_TRUE(step_of(*r, 1).pattern.where_uses_captures);
  EXPECT_TRUE(wait_of(*r, 2).cancelled_by.where_uses_captures);
  EXPECT_TRUE(r->unless[0].where_uses_captures);
  ASSERT_THAT(r->captures, SizeIs(7));
  EXPECT_EQ(r->captures[1].what, taken::sum);
  EXPECT_EQ(r->captures[2].attribute, market_attribute("seen_at"));
  EXPECT_EQ(r->captures[3].what, taken::until);
  EXPECT_EQ(r->captures[3].clause, 1U);
  EXPECT_EQ(r->captures[6].clause, 1U);
}

TEST(aggregate, distinct_of_a_sum_needs_a_window) {
  EXPECT_NE(must_trade("RULE x ACTIVE FROM '2024-01-01' TO '2024-02-01' WHEN order_paid AS o SUM "
                       "amount > 5 WITHIN 1 day FIRE ONCE RETURN distinct(o.order_id) AS n"),
            nullptr);
}

TEST(aggregate, over_several_types_is_of_what_they_agree_on) {
  const auto r = must_trade(
      "RULE x WHEN item_view OR order_paid AS v AT LEAST 3 TIMES WITHIN 1 h FIRE ONCE RETURN "
      "sum(v.pieces) AS n");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(r->returns[0].content.type(), value_type::integer);
}

}  // namespace
}  // namespace beckon::language::testing

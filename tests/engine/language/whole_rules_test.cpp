// Those of language.md's "rules that must work" that need more than counts and plain waits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/language/market.hpp"
#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

timestamp at(std::string_view text) {
  return *parse_time(text, "Asia/Shanghai");
}

TEST(whole_rules, price_drop_on_favorite) {
  const compiled_file file = in_market(R"(RULE price_drop_on_favorite "A favourite got cheaper"
FOR item
WHEN item_price_changed AS p WHERE new_price < old_price * 0.95
FIRE ONCE PER 1 day
TO EACH favorite
RETURN p.item_id AS item_id, p.new_price AS price)");
  ASSERT_NE(file.rule, nullptr) << listed(file.found);
  EXPECT_THAT(file.found, IsEmpty());
  EXPECT_EQ(file.rule->subject_kind, "item");
  EXPECT_EQ(file.rule->to_each, "favorite");
  EXPECT_EQ(file.rule->fire.per, 24h);
  EXPECT_THAT(file.rule->captures, SizeIs(2));
}

TEST(whole_rules, red_packet) {
  const auto r = must_trade(R"(RULE red_packet
WHEN item_view AT LEAST 8 DIFFERENT item_id WITHIN 1 h
BUT NOT order_placed IN THE LAST 90 days
FIRE ONCE PER 7 days)");
  ASSERT_NE(r, nullptr);
  ASSERT_THAT(r->clauses, SizeIs(1));
  const step& s = step_of(*r, 0);
  ASSERT_THAT(s.look_backs, SizeIs(1));
  EXPECT_EQ(s.look_backs[0].length, 24h * 90);
  EXPECT_THAT(s.look_backs[0].pattern.types, ElementsAre(market_type("order_placed")));
}

TEST(whole_rules, golden_scale_game) {
  const auto r = must_trade(R"(RULE golden_scale_game
ACTIVE FROM '2024-11-01 00:00' TO '2024-11-12 00:00'
WHEN page_enter OR item_click WHERE page IN LIST venue_pages
FIRE EVERY TIME RETURN page)");
  ASSERT_NE(r, nullptr);
  ASSERT_TRUE(r->active);
  EXPECT_EQ(r->active->from, at("2024-11-01 00:00")) << "in the zone of the deployment";
  EXPECT_EQ(r->active->to, at("2024-11-12 00:00"));
}

TEST(whole_rules, snatch_bot) {
  const auto r = must_trade(R"(RULE snatch_bot FOR user BY buyer_id
WHEN order_of_shop AT LEAST 6 TIMES WITHIN 1 h WHERE event.time - item.published_at <= 5 s
FIRE ONCE PER 1 day)");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(r->subject_by, "buyer_id");
  EXPECT_THAT(r->captures, IsEmpty()) << "the table's row travels with the event";
}

TEST(whole_rules, coupon_unused) {
  const auto r = must_trade(R"(RULE coupon_unused SAME coupon_id
WHEN coupon_granted AS c
BUT NOT coupon_used UNTIL c.expires_at - 1 day AT MOST 60 days
FIRE ONCE PER coupon_id RETURN c.expires_at AS expires_at)");
  ASSERT_NE(r, nullptr);
  const wait& w = wait_of(*r, 1);
  EXPECT_EQ(w.length, 24h * 60);
  EXPECT_THAT(w.cancelled_by.types, ElementsAre(market_type("coupon_used")));
  ASSERT_TRUE(w.until);
  ASSERT_THAT(r->captures, SizeIs(3));
  EXPECT_EQ(r->captures[0].attribute, market_attribute("expires_at"));
  EXPECT_EQ(r->captures[0].what, taken::attribute);
  const capture& slot = r->captures[*w.until];
  EXPECT_EQ(slot.clause, 0U);
  EXPECT_EQ(slot.what, taken::until);
  const std::vector<value> slots{value(at("2024-03-05 00:00")), {}, {}};
  EXPECT_EQ(slot.content->evaluate({.captured = slots}), value(at("2024-03-04 00:00")));
  EXPECT_TRUE(slot.content->evaluate({}).is_null());
}

TEST(whole_rules, reward_999) {
  const auto r = must_trade(R"(RULE reward_999
ACTIVE FROM '2024-11-01 00:00' TO '2024-11-12 00:00'
WHEN order_paid AS o SUM amount >= 999
FIRE ONCE RETURN sum(o.amount) AS total, count(o) AS orders)");
  ASSERT_NE(r, nullptr);
  const step& s = step_of(*r, 0);
  EXPECT_EQ(s.how, quantity::sum);
  EXPECT_EQ(s.summed, market_attribute("amount"));
  EXPECT_EQ(s.sum_op, operation::at_least);
  EXPECT_EQ(s.threshold, value(std::int64_t{999}));
  EXPECT_EQ(s.within, std::nullopt) << "a running total until ACTIVE ends";
}

TEST(whole_rules, hotel_hesitant) {
  const auto r = must_trade(R"(RULE hotel_hesitant
WHEN item_view AS v AT LEAST 3 TIMES WITHIN 30 min
BUT NOT order_placed IN THE LAST 24 h
BUT NOT order_placed FOR 30 min
IF days_since(user.registered_at) >= 90
FIRE ONCE PER 7 days RETURN v.item_id AS item_id)");
  ASSERT_NE(r, nullptr);
  ASSERT_THAT(r->clauses, SizeIs(2)) << "the look-back is part of the step";
  EXPECT_EQ(step_of(*r, 0).look_backs.at(0).length, 24h);
  EXPECT_EQ(wait_of(*r, 1).length, 30min);
  EXPECT_EQ(wait_of(*r, 1).until, std::nullopt);
}

}  // namespace
}  // namespace beckon::language::testing

// The rules of language.md that this version judges compile to what they mean.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

attribute_id attribute_named(std::string_view name) {
  return *shop().events->attribute(name);
}
event_type_id type_named(std::string_view name) {
  return *shop().events->type(name);
}

const step& step_at(const checked_rule& r, std::size_t i) {
  return std::get<step>(r.clauses.at(i));
}
const wait& wait_at(const checked_rule& r, std::size_t i) {
  return std::get<wait>(r.clauses.at(i));
}

constexpr std::string_view pay_reminder =
    R"(RULE pay_reminder "Remind people who ordered and did not pay"
SAME order_id
WHEN order_placed AS o WHERE amount >= 10
BUT NOT order_paid OR order_cancelled FOR 30 min
IF user.muted IS NOT TRUE
FIRE ONCE PER order_id
RETURN o.order_id AS order_id, o.amount AS amount

TEST "not paid"
  00:00:00 order_placed {order_id: "1", amount: 20}
  EXPECT FIRE AT 00:30:00 {order_id: "1", amount: 20}
TEST "paid one second before the end"
  00:00:00 order_placed {order_id: "1", amount: 20}
  00:29:59 order_paid   {order_id: "1"}
  EXPECT NOTHING
)";

TEST(rules, pay_reminder) {
  const compiled_file file = compiled(pay_reminder);
  ASSERT_NE(file.rule, nullptr) << listed(file.found);
  EXPECT_THAT(file.found, ::testing::IsEmpty());
  const checked_rule& r = *file.rule;
  EXPECT_EQ(r.name, "pay_reminder");
  EXPECT_EQ(r.title, "Remind people who ordered and did not pay");
  EXPECT_EQ(r.subject_kind, "user");
  EXPECT_EQ(r.subject_by, "");
  EXPECT_THAT(r.same, ElementsAre(attribute_named("order_id")));
  ASSERT_THAT(r.clauses, SizeIs(2));
  EXPECT_THAT(step_at(r, 0).pattern.types, ElementsAre(type_named("order_placed")));
  EXPECT_EQ(step_at(r, 0).alias, "o");
  EXPECT_EQ(step_at(r, 0).how, quantity::one);
  EXPECT_NE(step_at(r, 0).pattern.where, nullptr);
  EXPECT_FALSE(step_at(r, 0).pattern.where_uses_captures);
  EXPECT_EQ(wait_at(r, 1).length, 30min);
  EXPECT_THAT(wait_at(r, 1).cancelled_by.types,
              ElementsAre(type_named("order_paid"), type_named("order_cancelled")));
  EXPECT_EQ(r.fire.policy, fire_policy::once_per_attributes);
  EXPECT_EQ(r.fire.per, 24h * 30);
  ASSERT_THAT(r.returns, SizeIs(2));
  EXPECT_EQ(r.returns[1].name, "amount");
  ASSERT_THAT(r.captures, SizeIs(2));
  EXPECT_EQ(r.captures[0].clause, 0U);
  EXPECT_EQ(r.captures[0].attribute, attribute_named("order_id"));
  EXPECT_EQ(r.captures[1].attribute, attribute_named("amount"));
  EXPECT_THAT(file.tests, SizeIs(2));
}

TEST(rules, nudge_to_chat) {
  const auto r = must_compile(R"(RULE nudge_to_chat
WHEN item_view AT LEAST 5 DIFFERENT item_id WITHIN 30 min BUT NOT chat_start FOR 10 min
UNLESS chat_start IF days_since(user.registered_at) < 7 OR coalesce(days_since(user.last_order_at), 9999) >= 90
FIRE ONCE PER 7 days)");
  ASSERT_NE(r, nullptr);
  const step& s = step_at(*r, 0);
  EXPECT_EQ(s.how, quantity::different);
  EXPECT_EQ(s.count, 5U);
  EXPECT_EQ(s.different, attribute_named("item_id"));
  EXPECT_EQ(s.within, 30min);
  EXPECT_EQ(wait_at(*r, 1).length, 10min);
  ASSERT_THAT(r->unless, SizeIs(1));
  EXPECT_EQ(r->fire.policy, fire_policy::once_per_duration);
  EXPECT_EQ(r->fire.per, 24h * 7);
  EXPECT_THAT(r->captures, SizeIs(0));
  scope s0;
  s0.now = test_now();
  EXPECT_TRUE(r->condition->holds(s0))
      << "nobody who never ordered has ordered in the last 90 days";
  const field_list profile{{"registered_at", value(test_now() - 24h * 8)},
                           {"last_order_at", value(test_now() - 24h)}};
  s0.profile = &profile;
  EXPECT_FALSE(r->condition->holds(s0));
}

TEST(rules, high_risk_by_attribute) {
  const auto r = must_compile(R"(RULE high_risk FOR user BY target_user_id
WHEN user_blocked AT LEAST 2 DIFFERENT user_id WITHIN 1 min FIRE ONCE PER 1 day)");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(r->subject_by, "target_user_id");
}

TEST(rules, spam_broadcast) {
  const auto r = must_compile(R"(RULE spam_broadcast SAME content_hash
WHEN message_sent AT LEAST 100 DIFFERENT receiver_id WITHIN 5 min FIRE ONCE PER content_hash WITHIN 1 day)");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(step_at(*r, 0).count, 100U);
  EXPECT_EQ(r->fire.per, 24h);
  EXPECT_THAT(r->fire.attributes, SizeIs(1));
}

TEST(rules, cart_abandoned) {
  const auto r = must_compile(
      "RULE cart_abandoned SAME cart_id WHEN cart_add BUT NOT checkout FOR 1 h FIRE ONCE PER "
      "cart_id");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(wait_at(*r, 1).length, 1h);
}

TEST(rules, rental_seeker_bounds_its_steps_by_all_within) {
  const auto r = must_compile(R"(RULE rental_seeker
WHEN search WHERE query MATCHES '租房|rent'
THEN listing_view AT LEAST 3 DIFFERENT item_id WHERE kind = 'rental'
ALL WITHIN 2 h UNLESS chat_start FIRE ONCE PER 1 day)");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(r->all_within, 2h);
  EXPECT_EQ(step_at(*r, 1).within, std::nullopt);
  const auto equalities = step_at(*r, 1).pattern.where->equalities();
  ASSERT_EQ(equalities.size(), 1U);
  EXPECT_EQ(equalities[0].attribute, attribute_named("kind"));
  EXPECT_EQ(equalities[0].constant, value("rental"));
}

TEST(rules, fav_then_cart) {
  const auto r = must_compile(
      "RULE fav_then_cart SAME item_id WHEN favorite THEN cart_add WITHIN 24 h FIRE EVERY TIME "
      "RETURN item_id");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(step_at(*r, 1).within, 24h);
  EXPECT_EQ(r->returns[0].name, "item_id");
  EXPECT_EQ(r->captures[0].clause, 1U) << "a bare name is the last positive event";
}

TEST(rules, venue_free_shipping) {
  ASSERT_NE(must_compile(R"(RULE venue_free_shipping WHEN venue_enter
THEN item_click AT LEAST 3 DIFFERENT item_id ALL WITHIN 30 min FIRE ONCE PER 1 day)"),
            nullptr);
}

TEST(rules, login_brute_force) {
  const auto r = must_compile(
      "RULE login_brute_force WHEN login_fail AT LEAST 3 TIMES IN A ROW WITHIN 5 s FIRE ONCE PER 1 "
      "h");
  ASSERT_NE(r, nullptr);
  EXPECT_TRUE(step_at(*r, 0).in_a_row);
  EXPECT_EQ(step_at(*r, 0).how, quantity::times);
  EXPECT_EQ(step_at(*r, 0).within, 5s);
}

TEST(rules, still_reading_and_second_try) {
  ASSERT_NE(must_compile("RULE still_reading SAME page WHEN page_enter BUT NOT page_leave FOR 30 s "
                         "FIRE ONCE PER page"),
            nullptr);
  ASSERT_NE(
      must_compile(
          R"(RULE second_try SAME delivery_id WHEN outreach_delivered WHERE action = 'pay_inapp'
BUT NOT outreach_opened FOR 2 h FIRE ONCE PER delivery_id)"),
      nullptr);
}

TEST(rules, red_packet_asks_the_profile_for_what_was_bought) {
  ASSERT_NE(must_compile(R"(RULE red_packet WHEN item_view AT LEAST 8 DIFFERENT item_id WITHIN 1 h
IF coalesce(days_since(user.last_order_at), 9999) >= 90 FIRE ONCE PER 7 days)"),
            nullptr);
}

TEST(rules, old_names_mean_the_new_ones) {
  const auto old_names = must_compile("RULENAME x EVENT login_fail REPEAT 3 WITHIN 5 s FIRE ONCE");
  const auto new_names =
      must_compile("RULE x WHEN login_fail AT LEAST 3 TIMES WITHIN 5 s FIRE ONCE");
  ASSERT_NE(old_names, nullptr);
  ASSERT_NE(new_names, nullptr);
  EXPECT_EQ(old_names->canonical, new_names->canonical);
}

TEST(rules, quoted_names_and_any_event) {
  const auto r = must_compile(
      "RULE x WHEN `Order Completed` WHERE `total price` > 5 BUT NOT ANY EVENT FOR 1 h FIRE ONCE");
  ASSERT_NE(r, nullptr);
  EXPECT_TRUE(wait_at(*r, 1).cancelled_by.any);
  EXPECT_TRUE(wait_at(*r, 1).cancelled_by.types.empty());
}

TEST(rules, aliases_of_earlier_steps_are_captures) {
  const auto r = must_compile(R"(RULE x WHEN item_view AS v
THEN chat_start AS c WHERE item_id = v.item_id AND c.item_id != 'x' WITHIN 1 h
THEN order_placed WHERE amount > v.price WITHIN 1 h
UNLESS item_view WHERE price < v.price
FIRE ONCE RETURN v.item_id AS seen, event.time AS at)");
  ASSERT_NE(r, nullptr);
  EXPECT_FALSE(step_at(*r, 0).pattern.where_uses_captures);
  EXPECT_TRUE(step_at(*r, 1).pattern.where_uses_captures);
  EXPECT_TRUE(step_at(*r, 2).pattern.where_uses_captures);
  EXPECT_TRUE(r->unless[0].where_uses_captures);
  ASSERT_THAT(r->captures, SizeIs(3));
  EXPECT_EQ(r->captures[2].clause, 2U);
  EXPECT_EQ(r->captures[2].attribute, attribute_time);
}

TEST(rules, a_rule_may_go_on_behind_a_wait_and_wait_twice) {
  const auto r =
      must_compile(R"(RULE x WHEN cart_add BUT NOT checkout FOR 1 h BUT NOT checkout FOR 2 h
THEN item_view WITHIN 1 day FIRE ONCE RETURN item_id)");
  ASSERT_NE(r, nullptr);
  EXPECT_THAT(r->clauses, SizeIs(4));
  EXPECT_EQ(r->captures[0].clause, 3U);
}

TEST(rules, a_rule_ending_in_a_wait_returns_the_last_positive_event) {
  const auto r = must_compile(
      "RULE x WHEN cart_add THEN item_view WITHIN 1 h BUT NOT checkout FOR 1 h "
      "FIRE ONCE RETURN item_id");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(r->captures[0].clause, 1U);
}

TEST(rules, keywords_are_contextual) {
  ASSERT_NE(must_compile(
                "RULE rule WHEN outreach_delivered WHERE rule = 'x' AND action != 'y' FIRE ONCE"),
            nullptr);
  ASSERT_NE(must_compile("rule when when search where query = 'x' fire once return query"),
            nullptr);
}

TEST(rules, worst_case_grows_with_windows_and_keys) {
  const auto small = must_compile("RULE x WHEN item_view FIRE ONCE");
  const auto counted =
      must_compile("RULE x WHEN item_view AT LEAST 50 DIFFERENT item_id WITHIN 1 h FIRE ONCE");
  const auto keyed = must_compile(
      "RULE x SAME price WHEN item_view AT LEAST 50 DIFFERENT item_id WITHIN 1 h FIRE ONCE");
  EXPECT_LT(small->worst_case_bytes, 1000U);
  EXPECT_GT(counted->worst_case_bytes, small->worst_case_bytes);
  EXPECT_GT(keyed->worst_case_bytes, 200 * counted->worst_case_bytes);
}

TEST(rules, warnings_do_not_stop_a_rule) {
  const compiled_file file =
      compiled("RULE x\nWHEN item_view OR login_ok WHERE price > 5\nFIRE ONCE");
  EXPECT_NE(file.rule, nullptr);
  EXPECT_EQ(listed(file.found),
            "2:34 warning 'price' is NULL for event 'login_ok', which has no such attribute\n");
}

TEST(rules, all_within_bounds_a_first_window_too) {
  const auto r = must_compile("RULE x WHEN login_fail AT LEAST 3 TIMES ALL WITHIN 1 h FIRE ONCE");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(step_at(*r, 0).within, 1h);
}

}  // namespace
}  // namespace beckon::language::testing

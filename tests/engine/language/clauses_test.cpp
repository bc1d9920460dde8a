// What each clause compiles to: steps, waits, look-backs, interruptions, periods, subjects.
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

std::uint64_t structure_of(const clause& c) {
  return std::visit([](const auto& x) { return x.structure; }, c);
}

TEST(clauses, a_look_back_belongs_to_the_step_before_it_also_across_a_wait) {
  const auto r = must_trade(R"(RULE x WHEN item_view
THEN item_click WITHIN 1 h
WAIT 5 min
BUT NOT order_placed WHERE amount > 5 IN THE LAST 1 day
BUT NOT chat_start IN THE LAST 2 days
THEN page_enter WITHIN 1 h FIRE ONCE)");
  ASSERT_NE(r, nullptr);
  ASSERT_THAT(r->clauses, SizeIs(4));
  EXPECT_THAT(step_of(*r, 0).look_backs, IsEmpty());
  ASSERT_THAT(step_of(*r, 1).look_backs, SizeIs(2));
  EXPECT_NE(step_of(*r, 1).look_backs[0].pattern.where, nullptr);
  EXPECT_FALSE(step_of(*r, 1).look_backs[0].pattern.where_uses_captures);
  EXPECT_EQ(step_of(*r, 1).look_backs[1].length, 48h);
  EXPECT_THAT(step_of(*r, 3).look_backs, IsEmpty());
}

TEST(clauses, an_interruption_belongs_to_the_next_then_and_begins_behind_itself) {
  const auto r = must_trade(R"(RULE x WHEN item_view AS v
BUT NOT login_ok IN THE LAST 1 h
BUT NOT chat_start WHERE item_id = v.item_id
WAIT 5 min
BUT NOT login_fail OR login_ok
THEN page_enter WITHIN 1 h
THEN item_click WITHIN 1 h FIRE ONCE)");
  ASSERT_NE(r, nullptr);
  ASSERT_THAT(r->clauses, SizeIs(4));
  const auto& ends = step_of(*r, 2).interruptions;
  ASSERT_THAT(ends, SizeIs(2));
  EXPECT_EQ(ends[0].from, 1U) << "from the wait on";
  EXPECT_TRUE(ends[0].pattern.where_uses_captures);
  EXPECT_EQ(ends[1].from, 2U);
  EXPECT_THAT(ends[1].pattern.types, SizeIs(2));
  EXPECT_THAT(step_of(*r, 3).interruptions, IsEmpty());
  EXPECT_EQ(r->captures.at(0).clause, 0U);
}

TEST(clauses, captures_and_bare_names_use_positions_not_clauses) {
  const auto r = must_trade(R"(RULE x WHEN item_view AS v
BUT NOT login_ok IN THE LAST 1 h
BUT NOT login_fail
THEN item_click AS c WHERE item_id = v.item_id WITHIN 1 h
BUT NOT chat_start IN THE LAST 1 h
FIRE ONCE RETURN c.page AS page, item_id)");
  ASSERT_NE(r, nullptr);
  ASSERT_THAT(r->clauses, SizeIs(2));
  ASSERT_THAT(r->captures, SizeIs(3));
  EXPECT_EQ(r->captures[0].clause, 0U);
  EXPECT_EQ(r->captures[1].clause, 1U);
  EXPECT_EQ(r->captures[2].clause, 1U);
  EXPECT_EQ(r->captures[2].attribute, market_attribute("item_id"));
}

TEST(clauses, waits) {
  const auto r = must_trade(
      "RULE x WHEN item_view WAIT 5 min WAIT UNTIL event.time + 1 h AT MOST 1 day FIRE ONCE");
  ASSERT_NE(r, nullptr);
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_THAT(wait_of(*r, i).cancelled_by.types, IsEmpty());
    EXPECT_FALSE(wait_of(*r, i).cancelled_by.any);
    EXPECT_EQ(wait_of(*r, i).cancelled_by.where, nullptr);
  }
  EXPECT_EQ(wait_of(*r, 1).length, 5min);
  EXPECT_EQ(wait_of(*r, 1).until, std::nullopt);
  EXPECT_EQ(wait_of(*r, 2).length, 24h);
  ASSERT_EQ(wait_of(*r, 2).until, 1U) << "behind the slot its own expression reads";
  EXPECT_EQ(r->captures[1].clause, 0U) << "taken of the step, not of the wait between";
}

TEST(clauses, until_takes_a_time_an_int64_or_the_profile) {
  for (const std::string e : {"c.expires_ms", "expires_at", "user.wants_at", "now + 1 h",
                              "least(c.expires_at, user.wants_at)", "TIME '2030-01-01 00:00'"}) {
    EXPECT_NE(
        must_trade("RULE x WHEN coupon_granted AS c WAIT UNTIL " + e + " AT MOST 9 days FIRE ONCE"),
        nullptr)
        << e;
  }
}

TEST(clauses, next) {
  const auto r = must_trade(R"(RULE x WHEN login_fail
THEN NEXT login_ok AT LEAST 2 TIMES IN A ROW WITHIN 1 h THEN item_view WITHIN 1 h FIRE ONCE)");
  ASSERT_NE(r, nullptr);
  EXPECT_TRUE(step_of(*r, 1).next);
  EXPECT_TRUE(step_of(*r, 1).in_a_row);
  EXPECT_FALSE(step_of(*r, 2).next);
}

TEST(clauses, sums) {
  const auto r = must_trade(
      "RULE x WHEN order_paid SUM pieces > 12.5 WITHIN 1 day THEN order_paid SUM amount >= -1 "
      "WITHIN 2 h FIRE ONCE");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(step_of(*r, 0).summed, market_attribute("pieces"));
  EXPECT_EQ(step_of(*r, 0).sum_op, operation::greater);
  EXPECT_EQ(step_of(*r, 0).threshold, value(12.5));
  EXPECT_EQ(step_of(*r, 0).within, 24h);
  EXPECT_EQ(step_of(*r, 1).threshold, value(std::int64_t{-1}));
}

TEST(clauses, conditions_on_what_was_counted) {
  const auto r = must_trade(R"(RULE x
WHEN item_view AT LEAST 3 DIFFERENT item_id AND AVG price >= 20 WITHIN 1 h
THEN item_view AT LEAST 2 TIMES AND MIN pieces != 0 WITHIN 1 h
THEN order_paid SUM amount > 9 AND MAX pieces < 5.5 WITHIN 1 h FIRE ONCE)");
  ASSERT_NE(r, nullptr);
  const auto& avg = step_of(*r, 0).also;
  ASSERT_TRUE(avg);
  EXPECT_EQ(avg->how, taken::avg);
  EXPECT_EQ(avg->attribute, market_attribute("price"));
  EXPECT_EQ(avg->op, operation::at_least);
  EXPECT_EQ(avg->number, value(std::int64_t{20}));
  ASSERT_TRUE(step_of(*r, 1).also);
  EXPECT_EQ(step_of(*r, 1).also->how, taken::min);
  EXPECT_EQ(step_of(*r, 1).also->op, operation::not_equal);
  ASSERT_TRUE(step_of(*r, 2).also);
  EXPECT_EQ(step_of(*r, 2).also->how, taken::max);
  EXPECT_EQ(step_of(*r, 2).also->number, value(5.5));
}

TEST(clauses, keep_first_and_active_without_end) {
  const auto r = must_trade(
      "RULE x ACTIVE FROM '2024-11-11 00:00 +00:00' WHEN item_view WAIT 1 h KEEP FIRST FIRE ONCE");
  ASSERT_NE(r, nullptr);
  EXPECT_TRUE(r->keep_first);
  ASSERT_TRUE(r->active);
  EXPECT_EQ(r->active->to, never);
  EXPECT_FALSE(must_trade("RULE x WHEN item_view WAIT 1 h FIRE ONCE")->keep_first);
}

TEST(clauses, every_declared_entity_may_be_the_subject) {
  EXPECT_EQ(must_trade("RULE x FOR shop WHEN order_of_shop FIRE ONCE")->subject_kind, "shop");
  const auto swapped = must_trade("RULE x FOR item BY for_item_id WHEN item_swapped FIRE ONCE");
  EXPECT_EQ(swapped->subject_kind, "item");
  EXPECT_EQ(swapped->subject_by, "for_item_id");
  EXPECT_EQ(must_trade("RULE x FOR USER WHEN item_view FIRE ONCE")->subject_kind, "user");
}

TEST(clauses, fields_of_other_tables_come_with_the_event) {
  const auto r = must_trade(R"(RULE x WHEN item_view WHERE item.price > 5 AND item.title = 'a'
THEN order_placed WHERE item.title = 'a' WITHIN 1 h
IF item.published_at < now FIRE ONCE RETURN item.title, item.price * 2 AS twice)");
  ASSERT_NE(r, nullptr);
  const auto equalities = step_of(*r, 0).pattern.where->equalities();
  ASSERT_THAT(equalities, SizeIs(1)) << "an index can use it";
  EXPECT_EQ(equalities[0].attribute, market_attribute("item.title"));
  ASSERT_THAT(r->captures, SizeIs(3));
  EXPECT_EQ(r->captures[0].clause, 1U) << "of the last positive event";
  EXPECT_EQ(r->captures[0].attribute, market_attribute("item.published_at"));
  EXPECT_EQ(r->captures[0].what, taken::attribute);
  EXPECT_EQ(r->returns[0].name, "title");
}

TEST(clauses, any_event_is_no_background_and_no_tracking_step_and_of_the_subject) {
  EXPECT_EQ(
      listed(in_market("RULE x\nWHEN ANY EVENT WHERE load > 1\nFIRE ONCE").found).substr(0, 42),
      "2:22 no event has an attribute 'load' | th");
  EXPECT_NE(listed(in_market("RULE x\nWHEN ANY EVENT WHERE delivery_id = 'a'\nFIRE ONCE").found)
                .find("no event has an attribute 'delivery_id'"),
            std::string::npos);
  EXPECT_NE(listed(in_market("RULE x\nWHEN ANY EVENT WHERE new_price > 1\nFIRE ONCE").found)
                .find("no event has an attribute 'new_price'"),
            std::string::npos);
}

TEST(clauses, what_a_derived_event_holds_is_known_by_its_data_alone) {
  environment env = market();
  event_declaration derived;
  derived.name = "price_drop";
  derived.fields = {{"user_id", value_type::text, true},
                    {"price", value_type::null},
                    {"order_id", value_type::null}};
  derived.subjects = {{"user", {"user_id"}}};
  const auto extended = catalogue::extend(*env.events, {derived});
  ASSERT_TRUE(extended.ok()) << extended.error().to_string();
  env.events = *extended;
  const compiled_file file = compile(R"(RULE x SAME order_id
WHEN price_drop AS p SUM price > 5 AND AVG price > 2 WITHIN 1 h
THEN order_paid WITHIN 1 h
FIRE ONCE RETURN sum(p.price) AS total, min(p.price) AS least)",
                                     "test.rule", env);
  ASSERT_NE(file.rule, nullptr) << listed(file.found);
  EXPECT_THAT(file.found, IsEmpty());
  EXPECT_EQ(file.rule->returns[0].content.type(), value_type::null);
  EXPECT_EQ(file.rule->returns[1].content.type(), value_type::null);
}

TEST(bounds, retention_bounds_what_nothing_else_does) {
  const auto r =
      must_trade("RULE x WHEN order_placed AT LEAST 3 TIMES THEN order_paid OR visit FIRE ONCE");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(step_of(*r, 0).within, 24h * 30);
  EXPECT_EQ(step_of(*r, 1).within, 24h * 7) << "the shortest";
  const auto written =
      must_trade("RULE x WHEN order_placed AT LEAST 3 TIMES WITHIN 60 days FIRE ONCE");
  EXPECT_EQ(step_of(*written, 0).within, 24h * 60) << "what is written counts";
}

TEST(bounds, active_to_bounds_windows_and_steps) {
  const auto r = must_trade(
      "RULE x ACTIVE FROM '2024-01-01' TO '2024-02-01' WHEN login_fail AT LEAST 3 TIMES THEN "
      "login_ok FIRE ONCE");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(step_of(*r, 0).within, std::nullopt);
  EXPECT_EQ(step_of(*r, 1).within, std::nullopt);
}

TEST(bounds, all_within_stands_in_for_a_first_window) {
  const auto r = must_trade("RULE x WHEN order_paid SUM amount > 5 ALL WITHIN 2 h FIRE ONCE");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(step_of(*r, 0).within, 2h);
}

TEST(same, a_type_without_the_key_may_stand_in_every_but_not_and_unless) {
  const auto r = must_trade(R"(RULE x SAME order_id
WHEN order_placed
BUT NOT login_fail IN THE LAST 1 h
BUT NOT login_ok
THEN order_paid WITHIN 1 h
BUT NOT chat_start FOR 1 h
UNLESS item_view FIRE ONCE)");
  EXPECT_NE(r, nullptr);
}

TEST(clause_structure, covers_look_backs_interruptions_next_and_quantities) {
  const auto hashes = [](const std::string& text) {
    std::vector<std::uint64_t> out;
    const auto r = must_trade(text);
    for (const clause& c : r->clauses) out.push_back(structure_of(c));
    return out;
  };
  const std::string end = " FIRE ONCE";
  const auto plain = hashes("RULE x WHEN item_view WAIT 1 h THEN login_ok WITHIN 1 h" + end);
  const auto looks = hashes(
      "RULE x WHEN item_view WAIT 1 h BUT NOT login_fail IN THE LAST 1 h THEN login_ok WITHIN 1 h" +
      end);
  EXPECT_NE(plain[0], looks[0]) << "it is the step's, wherever it stands";
  EXPECT_EQ(looks, hashes("RULE x WHEN item_view BUT NOT login_fail IN THE LAST 1 h WAIT 1 h THEN "
                          "login_ok WITHIN 1 h" +
                          end));
  const auto between =
      hashes("RULE x WHEN item_view WAIT 1 h BUT NOT login_fail THEN login_ok WITHIN 1 h" + end);
  EXPECT_EQ(plain[0], between[0]);
  EXPECT_EQ(plain[1], between[1]) << "it does not reach the wait";
  EXPECT_NE(plain[2], between[2]);
  const auto early =
      hashes("RULE x WHEN item_view BUT NOT login_fail WAIT 1 h THEN login_ok WITHIN 1 h" + end);
  EXPECT_EQ(plain[0], early[0]);
  EXPECT_NE(plain[1], early[1]);
  const auto next = hashes("RULE x WHEN item_view WAIT 1 h THEN NEXT login_ok WITHIN 1 h" + end);
  EXPECT_EQ(plain[1], next[1]);
  EXPECT_NE(plain[2], next[2]);
  EXPECT_NE(hashes("RULE x WHEN order_paid SUM amount > 5 WITHIN 1 h" + end),
            hashes("RULE x WHEN order_paid SUM amount >= 5 WITHIN 1 h" + end));
  EXPECT_NE(hashes("RULE x WHEN order_paid AT LEAST 2 TIMES WITHIN 1 h" + end),
            hashes("RULE x WHEN order_paid AT LEAST 2 TIMES AND AVG amount > 1 WITHIN 1 h" + end));
}

TEST(look_back_structure, is_its_own_and_the_keys) {
  const auto hash = [](const std::string& text) {
    const auto r = must_trade(text);
    for (const clause& c : r->clauses) {
      const auto* s = std::get_if<step>(&c);
      if (s != nullptr && !s->look_backs.empty()) return s->look_backs[0].structure;
    }
    return std::uint64_t{0};
  };
  const std::string look = " BUT NOT order_placed WHERE amount > 5 IN THE LAST 1 day ";
  const auto plain = hash("RULE x WHEN order_paid" + look + "FIRE ONCE");
  EXPECT_NE(plain, 0U);
  EXPECT_EQ(plain, hash("RULE y WHEN login_ok THEN item_view AT LEAST 2 TIMES WITHIN 1 h" + look +
                        "WAIT 1 h FIRE EVERY TIME"));
  EXPECT_EQ(plain, hash("RULE x ACTIVE FROM '2024-01-01' WHEN order_paid" + look + "FIRE ONCE"));
  EXPECT_NE(plain, hash("RULE x SAME order_id WHEN order_paid" + look + "FIRE ONCE"));
  EXPECT_NE(plain, hash("RULE x WHEN order_paid BUT NOT order_placed WHERE amount > 6 IN THE LAST "
                        "1 day FIRE ONCE"));
  EXPECT_NE(plain, hash("RULE x WHEN order_paid BUT NOT order_placed WHERE amount > 5 IN THE LAST "
                        "2 days FIRE ONCE"));
}

TEST(worst_case, knows_sums_look_backs_and_aggregates) {
  const auto bytes = [](const std::string& text) {
    return must_trade("RULE x " + text)->worst_case_bytes;
  };
  const auto counted = bytes("WHEN order_paid AT LEAST 10 TIMES WITHIN 1 h FIRE ONCE");
  const auto summed = bytes("WHEN order_paid SUM amount > 5 WITHIN 1 h FIRE ONCE");
  const auto running =
      bytes("ACTIVE FROM '2024-01-01' TO '2024-02-01' WHEN order_paid SUM amount > 5 FIRE ONCE");
  EXPECT_GE(summed, 1000 * 16U) << "1,000 entries";
  EXPECT_LT(running, 1000U) << "a total";
  EXPECT_LT(counted, summed);
  EXPECT_LT(counted, bytes("WHEN order_paid AS o AT LEAST 10 TIMES WITHIN 1 h FIRE ONCE "
                           "RETURN max(o.amount) AS most"));
  EXPECT_LT(bytes("WHEN item_view FIRE ONCE"),
            bytes("WHEN item_view BUT NOT order_paid IN THE LAST 1 h FIRE ONCE"));
  EXPECT_GT(bytes("SAME order_id WHEN order_placed BUT NOT order_paid IN THE LAST 1 h FIRE ONCE"),
            bytes("SAME order_id WHEN order_placed FIRE ONCE") + 255 * 16);
}

}  // namespace
}  // namespace beckon::language::testing

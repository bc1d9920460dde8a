// TEST blocks of rules about items: whose events, rows of tables and relations, where time begins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/language/market.hpp"
#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

using ::testing::HasSubstr;

rule_test test_of(std::string_view rule, std::string_view lines) {
  compiled_file file = in_market(std::string(rule) + "\nTEST \"t\"\n" + std::string(lines));
  EXPECT_EQ(file.tests.size(), 1U) << listed(file.found);
  return file.tests.empty() ? rule_test{} : std::move(file.tests[0]);
}

std::string refusal_of(std::string_view line) {
  return listed(in_market("RULE r WHEN favorite FIRE ONCE\nTEST \"t\"\n" + std::string(line) +
                          "\nEXPECT NOTHING")
                    .found);
}

const std::string cheaper =
    "RULE cheaper FOR item WHEN item_price_changed FIRE EVERY TIME TO EACH favorite";

TEST(test_of_items, events_belong_to_the_item_they_name) {
  const rule_test t = test_of(cheaper, R"(  00:00:00 item_price_changed {item_id: "7"}
  00:00:00 item_price_changed
  EXPECT FIRE FOR 7 FIRE)");
  EXPECT_EQ(t.given.at(0).subject_id, "7");
  EXPECT_EQ(t.given.at(1).subject_id, "");
  EXPECT_EQ(t.expected.at(0).subject_id, "7");
}

TEST(test_of_items, by_names_the_role) {
  const rule_test t = test_of("RULE r FOR item BY for_item_id WHEN item_swapped FIRE EVERY TIME",
                              R"(  00:00:00 item_swapped {item_id: "7", for_item_id: "8"}
  EXPECT FIRE)");
  EXPECT_EQ(t.given.at(0).subject_id, "8");
}

TEST(test_of_items, rows_of_any_entity_are_given) {
  const rule_test t = test_of(cheaper, R"(  00:00:05 item_price_changed {item_id: "7"}
  GIVEN item {item_id: "7", title: "kite", price: 3, published_at: "2024-01-01T00:00:00Z"}
  GIVEN shop {shop_id: "s"}
  GIVEN user {user_id: "u", level: "gold"}
  EXPECT FIRE)");
  const given_event& item = t.given.at(1);
  EXPECT_EQ(market().events->name(item.content.type), "$item");
  EXPECT_EQ(item.subject_id, "7");
  EXPECT_EQ(item.content.time, t.given[0].content.time);
  EXPECT_EQ(*find_field(item.content.extra, "price"), value(3.0));
  EXPECT_EQ(*find_field(item.content.extra, "published_at"), value(from_ms(1704067200000)));
  EXPECT_EQ(market().events->name(t.given.at(2).content.type), "$shop");
  EXPECT_EQ(t.given.at(3).content.type, type_profile_row);
  EXPECT_EQ(t.given.at(3).subject_id, "u");
}

TEST(test_of_items, a_relation_row_names_both_sides) {
  const rule_test t = test_of(cheaper, R"(  GIVEN favorite {user_id: "u", item_id: 7}
  EXPECT NOTHING)");
  const event& row = t.given.at(0).content;
  EXPECT_EQ(market().events->name(row.type), "$relation.favorite");
  EXPECT_EQ(*row.find(market_attribute("user_id")), value("u"));
  EXPECT_EQ(*row.find(market_attribute("item_id")), value("7"));
  EXPECT_EQ(row.time, t.starts);
}

TEST(test_of_items, what_cannot_be_given_is_said) {
  EXPECT_THAT(refusal_of("GIVEN itm {item_id: \"7\"}"),
              HasSubstr("3:7 there is no table 'itm' | did you mean 'item'?"));
  EXPECT_THAT(refusal_of("GIVEN item {price: 1}"), HasSubstr("GIVEN item needs 'item_id'"));
  EXPECT_THAT(refusal_of("GIVEN item {item_id: \"7\", prize: 1}"),
              HasSubstr("item has no field 'prize' | did you mean 'price'?"));
  EXPECT_THAT(refusal_of("GIVEN favorite {user_id: \"u\"}"),
              HasSubstr("GIVEN favorite needs 'item_id'"));
  EXPECT_THAT(refusal_of("GIVEN favorite {user_id: \"u\", item_id: \"7\", since: 1}"),
              HasSubstr("the relation favorite has no attribute 'since'"));
  EXPECT_THAT(refusal_of("00:00:00 favorite {\"item.price\": 3}"),
              HasSubstr("'item.price' comes from the table"));
  EXPECT_THAT(refusal_of("00:00:00 `$item` {item_id: \"7\"}"), HasSubstr("there is no event"));
}

TEST(test_of_campaigns, begin_with_the_campaign) {
  const std::string rule =
      "RULE r ACTIVE FROM '2024-11-11 00:00' TO '2024-11-12 00:00' WHEN item_view FIRE EVERY TIME";
  const timestamp from = from_ms(1731254400000);  // in the deployment's zone, +08:00
  EXPECT_EQ(test_of(rule, "EXPECT NOTHING").starts, from);
  compiled_file other = in_market(
      rule + "\nTEST \"t\" STARTS '2024-11-10 12:00' 12:00:00 item_view EXPECT FIRE AT 12:00:00");
  ASSERT_EQ(other.tests.size(), 1U) << listed(other.found);
  EXPECT_EQ(other.tests[0].given[0].content.time, from);
}

}  // namespace
}  // namespace beckon::language::testing

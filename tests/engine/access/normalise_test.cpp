#include "engine/access/normalise.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/access/access_fixture.hpp"

namespace beckon {
namespace {

using ::testing::HasSubstr;

constexpr timestamp noon = from_ms(1731240000000);

class normalising : public ::testing::Test {
 protected:
  raw_event order(field_list more = {}) const {
    raw_event raw{"order_placed", std::nullopt, "", "", {{"user_id", "u1"}, {"order_id", "o1"}}};
    raw.attributes.insert(raw.attributes.end(), more.begin(), more.end());
    return raw;
  }

  event accepted(raw_event raw) const {
    auto out = normalise(std::move(raw), *types_, live_);
    EXPECT_TRUE(out) << out.error().to_string();
    return out ? *out : event{};
  }

  error rejected(raw_event raw) const {
    const auto out = normalise(std::move(raw), *types_, live_);
    EXPECT_FALSE(out);
    return out ? error{} : out.error();
  }

  value converted(std::string_view attribute, value v) const {
    const event e = accepted(order({{std::string(attribute), std::move(v)}}));
    const value* found = e.find(*types_->attribute(attribute));
    return found == nullptr ? value() : *found;
  }

  std::shared_ptr<const catalogue> types_ = testing::shop_catalogue();
  normalise_options live_{noon};
};

TEST_F(normalising, makes_the_canonical_event) {
  raw_event raw = order({{"count", 2}, {"colour", "red"}});
  raw.id = "e1";
  raw.source = "shop";
  raw.time = value(to_ms(noon) - 1000);
  const event e = accepted(raw);
  EXPECT_EQ(types_->name(e.type), "order_placed");
  EXPECT_EQ(e.time, noon - duration{1000});
  EXPECT_EQ(e.arrival, noon);
  EXPECT_EQ(e.id, "e1");
  EXPECT_TRUE(e.client_id);
  EXPECT_EQ(e.source, "shop");
  ASSERT_EQ(e.attributes.size(), 3u);
  EXPECT_LT(e.attributes[0].name, e.attributes[1].name);
  EXPECT_LT(e.attributes[1].name, e.attributes[2].name);
  EXPECT_EQ(*e.find(*types_->attribute("count")), value(2));
  EXPECT_EQ(e.extra, (field_list{{"colour", "red"}}));
}

TEST_F(normalising, an_event_without_id_has_no_client_id) {
  EXPECT_FALSE(accepted(order()).client_id);
}

TEST_F(normalising, takes_arrival_for_a_missing_time_and_holds_back_the_future) {
  EXPECT_EQ(accepted(order()).time, noon);
  raw_event raw = order();
  raw.time = value(noon + std::chrono::minutes{5});
  EXPECT_EQ(accepted(raw).time, noon + std::chrono::minutes{5});
  raw.time = value(noon + std::chrono::hours{2});
  EXPECT_EQ(accepted(raw).time, noon + std::chrono::minutes{5});
  raw.time = value("2024-11-10T11:59:00Z");
  EXPECT_EQ(accepted(raw).time, noon - std::chrono::minutes{1});
}

TEST_F(normalising, a_replay_arrives_at_its_own_time_and_needs_one) {
  live_.arrival.reset();
  raw_event raw = order();
  EXPECT_EQ(rejected(raw).where, "/time");
  raw.time = value(to_ms(noon) + 86400000);
  const event e = accepted(raw);
  EXPECT_EQ(e.time, noon + std::chrono::hours{24});
  EXPECT_EQ(e.arrival, e.time);
}

TEST_F(normalising, refuses_times_nobody_means) {
  raw_event raw = order();
  for (const value& bad : {value("yesterday"), value(true), value(1.5), value("1731240000000"),
                           value(std::numeric_limits<std::int64_t>::max())}) {
    raw.time = bad;
    EXPECT_EQ(rejected(raw).where, "/time") << to_display(bad);
  }
}

TEST_F(normalising, names_an_unknown_type) {
  raw_event raw = order();
  raw.type = "order_placd";
  EXPECT_THAT(rejected(raw).to_string(), HasSubstr("/type: "));
  EXPECT_THAT(rejected(raw).message, HasSubstr("did you mean 'order_placed'"));
  raw.type = "";
  EXPECT_EQ(rejected(raw).where, "/type");
}

TEST_F(normalising, names_a_missing_required_field) {
  raw_event raw = order();
  raw.attributes.pop_back();
  EXPECT_EQ(rejected(raw).where, "/order_id");
  EXPECT_THAT(rejected(raw).message, HasSubstr("'order_placed' requires"));
  raw.attributes.push_back({"order_id", value()});
  EXPECT_EQ(rejected(raw).where, "/order_id") << "NULL is missing";
}

TEST_F(normalising, converts_without_loss) {
  EXPECT_EQ(converted("amount", 5), value(5.0));
  EXPECT_EQ(converted("count", 5.0), value(5));
  EXPECT_EQ(converted("paid_at", "2024-11-10T12:00:00Z"), value(noon));
  EXPECT_EQ(converted("paid_at", to_ms(noon)), value(noon));
  EXPECT_EQ(converted("wait", "30 min"), value(duration{1800000}));
  EXPECT_EQ(converted("wait", 5), value(duration{5}));
  EXPECT_EQ(converted("tags", value_list{"a"}), value(value_list{"a"}));
  raw_event raw = order();
  raw.attributes[1].content = value(77);
  EXPECT_EQ(*accepted(raw).find(*types_->attribute("order_id")), value("77"));
}

TEST_F(normalising, refuses_what_would_lose) {
  const std::pair<const char*, value> cases[] = {
      {"count", "5"},
      {"count", 5.5},
      {"count", 0x1p63},
      {"count", true},
      {"amount", "5"},
      {"amount", (std::int64_t{1} << 53) + 1},
      {"first", 1},
      {"first", "true"},
      {"paid_at", "x"},
      {"paid_at", 1.5},
      {"wait", "5 m"},
      {"tags", "a"},
      {"amount", std::numeric_limits<double>::infinity()}};
  for (const auto& [name, v] : cases) {
    const error e = rejected(order({{name, v}}));
    EXPECT_EQ(e.where, "/" + std::string(name)) << to_display(v);
  }
  EXPECT_THAT(rejected(order({{"count", "5"}})).message, HasSubstr("must be int64, not string"));
}

TEST_F(normalising, refuses_a_field_given_twice) {
  EXPECT_EQ(rejected(order({{"count", 1}, {"count", 1}})).where, "/count");
  EXPECT_EQ(rejected(order({{"x", 1}, {"x", 1}})).where, "/x");
}

TEST_F(normalising, points_into_the_shape_the_client_used) {
  raw_event raw = order({{"count", "many"}});
  raw.shape = &track_shape;
  EXPECT_EQ(rejected(raw).where, "/properties/count");
  raw.attributes = {{"order_id", "o1"}};
  EXPECT_EQ(rejected(raw).where, "/userId");
  raw.type = "nothing";
  EXPECT_EQ(rejected(raw).where, "/event");
  EXPECT_EQ(pointer_to("/properties", "a.b/c~d"), "/properties/a/b~1c~0d");
}

TEST_F(normalising, bounds_ids) {
  raw_event raw = order();
  raw.id = std::string(513, 'x');
  EXPECT_EQ(rejected(raw).where, "/id");
}

TEST_F(normalising, keeps_every_field_of_a_user_row_in_extra) {
  raw_event raw{"$user",
                std::nullopt,
                "",
                "",
                {{"user_id", 7}, {"age", 30.0}, {"tz", value()}, {"colour", "red"}}};
  const event e = accepted(raw);
  EXPECT_EQ(e.type, type_profile_row);
  EXPECT_TRUE(e.attributes.empty());
  EXPECT_EQ(e.extra,
            (field_list{{"user_id", "7"}, {"age", 30}, {"tz", value()}, {"colour", "red"}}));
}

TEST_F(normalising, checks_a_user_row_against_the_entity) {
  raw_event raw{"$user", std::nullopt, "", "", {{"user_id", "u"}, {"age", "old"}}};
  EXPECT_EQ(rejected(raw).where, "/age");
  raw.attributes = {{"age", 3}};
  EXPECT_EQ(rejected(raw).where, "/user_id");
  raw.attributes = {{"user_id", ""}};
  EXPECT_EQ(rejected(raw).where, "/user_id");
  raw.attributes = {{"user_id", "u"}, {"a", 1}, {"a", 2}};
  EXPECT_EQ(rejected(raw).where, "/a");
}

class rows_and_items : public ::testing::Test {
 protected:
  result<event> recorded(std::string type, field_list attributes) const {
    normalise_options options;
    options.tables = true;
    return normalise({std::move(type), value(0), "", "", std::move(attributes)}, *types_, options);
  }
  std::string live(std::string type, field_list attributes) const {
    const auto out =
        normalise({std::move(type), std::nullopt, "", "", std::move(attributes)}, *types_, {noon});
    return out ? "" : out.error().to_string();
  }

  std::shared_ptr<const catalogue> types_ = testing::market_catalogue();
};

TEST_F(rows_and_items, an_item_row_keeps_its_fields_by_name_and_type) {
  const auto row =
      recorded("$item", {{"item_id", 7}, {"price", 3}, {"title", value()}, {"x", "y"}});
  ASSERT_TRUE(row) << row.error().to_string();
  EXPECT_TRUE(row->attributes.empty());
  EXPECT_EQ(row->extra,
            (field_list{{"item_id", "7"}, {"price", 3.0}, {"title", value()}, {"x", "y"}}));
  EXPECT_THAT(recorded("$item", {{"price", 3}}).error().message,
              HasSubstr("'$item' requires the field 'item_id'"));
  EXPECT_EQ(recorded("$item", {{"item_id", "7"}, {"price", "dear"}}).error().where, "/price");
}

TEST_F(rows_and_items, a_relation_row_names_both_sides) {
  const auto row = recorded("$relation.favorite", {{"user_id", "u"}, {"item_id", 7}});
  ASSERT_TRUE(row) << row.error().to_string();
  EXPECT_EQ(*row->find(*types_->attribute("item_id")), value("7"));
  EXPECT_THAT(recorded("$unrelation.favorite", {{"user_id", "u"}}).error().message,
              HasSubstr("requires the field 'item_id'"));
}

TEST_F(rows_and_items, a_door_takes_a_relation_row_with_both_ids) {
  const field_list ids = {{"user_id", "u"}, {"item_id", "7"}};
  EXPECT_EQ(live("$relation.favorite", ids), "");
  EXPECT_EQ(live("$unrelation.favorite", ids), "");
  raw_event raw{"$relation.favorite", std::nullopt, "", "", {{"user_id", "u"}}};
  raw.shape = &track_shape;
  EXPECT_EQ(normalise(raw, *types_, {noon}).error().where, "/properties/item_id");
  raw.attributes = {{"user_id", "u"}, {"item_id", ""}};
  EXPECT_EQ(normalise(raw, *types_, {noon}).error().where, "/properties/item_id");
  raw.attributes = {{"item_id", "7"}, {"user_id", ""}};
  EXPECT_EQ(normalise(raw, *types_, {noon}).error().where, "/userId");
  raw.attributes = {{"item_id", "7"}};
  EXPECT_EQ(normalise(raw, *types_, {noon}).error().where, "/userId");
}

TEST_F(rows_and_items, nobody_but_the_table_says_what_an_item_is) {
  const auto e = recorded("favorite", {{"user_id", "u"}, {"item_id", "7"}, {"item.title", "mine"}});
  ASSERT_TRUE(e) << e.error().to_string();
  EXPECT_EQ(e->find(*types_->attribute("item.title")), nullptr);
  EXPECT_EQ(e->extra, (field_list{{"item.title", "mine"}}));
}

TEST_F(rows_and_items, doors_take_rows_but_not_what_beckon_itself_says) {
  const field_list ids = {{"user_id", "u"}, {"item_id", "7"}};
  EXPECT_EQ(live("$item", ids), "");
  EXPECT_THAT(live("outreach_opened", ids), HasSubstr("what Beckon itself says"));
  EXPECT_EQ(live("favorite", ids), "");
  EXPECT_EQ(live("$user", ids), "");
  EXPECT_TRUE(recorded("outreach_opened", ids));
}

TEST_F(rows_and_items, a_row_without_its_id_is_refused_where_the_id_should_stand) {
  raw_event raw{"$item", std::nullopt, "", "", {{"title", "kite"}}, &track_shape};
  const auto out = normalise(std::move(raw), *types_, {noon});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().where, "/properties/item_id");
}

TEST_F(rows_and_items, a_derived_event_is_made_by_its_rule_alone) {
  event_declaration cheaper{"cheaper", {{"user_id", value_type::text}}, {{"user", {"user_id"}}}};
  types_ = *catalogue::extend(*types_, {cheaper});
  EXPECT_THAT(live("cheaper", {{"user_id", "u"}}), HasSubstr("nobody else can send it"));
  EXPECT_FALSE(recorded("cheaper", {{"user_id", "u"}}));
}

}  // namespace
}  // namespace beckon

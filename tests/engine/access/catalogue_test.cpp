#include "engine/access/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

event_declaration order_placed() {
  return {"order_placed",
          {{"user_id", value_type::text, true}, {"amount", value_type::real, false}},
          {{"user", {"user_id"}}},
          false};
}

event_declaration user_blocked() {
  return {"user_blocked",
          {{"target_user_id", value_type::text, true}, {"user_id", value_type::integer, true}},
          {{"user", {"target_user_id", "user_id"}}},
          true};
}

std::string refusal(std::vector<entity_declaration> entities,
                    std::vector<event_declaration> events) {
  const auto built = catalogue::build(std::move(entities), std::move(events));
  return built ? "" : built.error().to_string();
}

TEST(catalogue, always_has_the_user_and_its_rows) {
  const auto built = *catalogue::build({}, {});
  ASSERT_NE(built->entity("user"), nullptr);
  EXPECT_EQ(built->entity("user")->id_attribute, "user_id");
  EXPECT_EQ(built->type("$user"), type_profile_row);
  EXPECT_EQ(built->name(type_profile_row), "$user");
  EXPECT_EQ(built->declaration(type_profile_row).subjects.front().second.front(), "user_id");
  EXPECT_TRUE(built->declaration(type_profile_row).background);
  EXPECT_THAT(built->type_names(), ElementsAreArray(tracking_steps));
}

TEST(catalogue, numbers_types_and_attributes_densely) {
  const auto built = *catalogue::build({}, {order_placed(), user_blocked()});
  EXPECT_EQ(built->type("order_placed"), event_type_id{1});
  EXPECT_EQ(built->type("user_blocked"), event_type_id{2});
  EXPECT_EQ(built->type("nothing"), std::nullopt);
  ASSERT_EQ(built->type_names().size(), 2 + tracking_steps.size());
  EXPECT_EQ(built->type_names()[1], "user_blocked");
  EXPECT_EQ(built->type_count(), 1 + built->type_names().size());
  EXPECT_EQ(built->attribute("target_user_id"), attribute_id{2});
  for (std::uint16_t i = 0; i < built->attribute_count(); ++i) {
    EXPECT_EQ(built->attribute(built->name(attribute_id{i})), attribute_id{i});
  }
  EXPECT_EQ(built->attribute("nothing"), std::nullopt);
}

TEST(catalogue, types_an_attribute_per_event) {
  const auto built = *catalogue::build({}, {order_placed(), user_blocked()});
  const auto user_id = *built->attribute("user_id");
  const auto amount = *built->attribute("amount");
  EXPECT_EQ(built->attribute_type_in(event_type_id{1}, user_id), value_type::text);
  EXPECT_EQ(built->attribute_type_in(event_type_id{2}, user_id), value_type::integer);
  EXPECT_EQ(built->attribute_type_in(event_type_id{1}, amount), value_type::real);
  EXPECT_EQ(built->attribute_type_in(event_type_id{2}, amount), std::nullopt);
}

TEST(catalogue, keeps_a_declared_user_and_its_fields) {
  const auto built = *catalogue::build(
      {{"item", "item_id", {}}, {"user", "", {{"tz", value_type::text, false}}}}, {});
  EXPECT_EQ(built->entity("user")->id_attribute, "user_id");
  EXPECT_EQ(built->declaration(type_profile_row).fields.size(), 2u);
  EXPECT_NE(built->entity("item"), nullptr);
  EXPECT_EQ(built->entity("shop"), nullptr);
}

TEST(catalogue, names_what_is_wrong_with_names) {
  auto twice = order_placed();
  twice.fields.push_back(twice.fields.front());
  EXPECT_THAT(refusal({}, {twice}),
              HasSubstr("event 'order_placed': field 'user_id' is declared twice"));
  EXPECT_THAT(refusal({}, {order_placed(), order_placed()}), HasSubstr("declared twice"));
  EXPECT_THAT(refusal({{"user", "", {}}, {"user", "", {}}}, {}), HasSubstr("declared twice"));
  EXPECT_THAT(refusal({}, {{"$item", {}, {}, false}}), HasSubstr("starts with '$'"));
  EXPECT_THAT(refusal({}, {{"", {}, {}, false}}), HasSubstr("is empty"));
  EXPECT_THAT(refusal({}, {{"a\nb", {}, {}, false}}), HasSubstr("control character"));
  EXPECT_THAT(refusal({}, {{" a", {}, {}, false}}), HasSubstr("blank"));
  EXPECT_THAT(refusal({}, {{std::string(129, 'a'), {}, {}, false}}), HasSubstr("longer"));
  EXPECT_THAT(refusal({{"9lives", "id9", {}}}, {}), HasSubstr("not starting with a digit"));
  EXPECT_THAT(refusal({{"item", "", {}}}, {}), HasSubstr("id attribute name is empty"));
  EXPECT_THAT(refusal({}, {{"a", {{"time", value_type::time, false}}, {}, false}}),
              HasSubstr("every event has"));
  EXPECT_EQ(refusal({}, {{"Order Completed", {}, {}, false}}), "");
}

TEST(catalogue, names_what_is_wrong_with_subjects) {
  auto misspelt = order_placed();
  misspelt.subjects = {{"user", {"user_idd"}}};
  EXPECT_THAT(refusal({}, {misspelt}), HasSubstr("did you mean 'user_id'"));
  auto real_id = order_placed();
  real_id.subjects = {{"user", {"amount"}}};
  EXPECT_THAT(refusal({}, {real_id}), HasSubstr("must be string or int64, not double"));
  auto unknown = order_placed();
  unknown.subjects = {{"item", {"user_id"}}};
  EXPECT_THAT(refusal({}, {unknown}), HasSubstr("'item' is no declared entity"));
  auto roleless = order_placed();
  roleless.subjects = {{"user", {}}};
  EXPECT_THAT(refusal({}, {roleless}), HasSubstr("names no attribute"));
  auto role_twice = order_placed();
  role_twice.subjects = {{"user", {"user_id", "user_id"}}};
  EXPECT_THAT(refusal({}, {role_twice}), HasSubstr("listed twice"));
}

entity_declaration item() {
  return {"item", "item_id", {{"title", value_type::text}, {"price", value_type::real}}};
}

event_declaration favorite(std::string name = "favorite") {
  return {std::move(name),
          {{"user_id", value_type::text, true}, {"item_id", value_type::text, true}},
          {{"user", {"user_id"}}}};
}

relation_declaration favorites() {
  relation_declaration r;
  r.name = "favorite";
  r.member_kind = "user";
  r.member_attribute = "user_id";
  r.owner_kind = "item";
  r.owner_attribute = "item_id";
  r.added_by = {"favorite"};
  r.removed_by = {"unfavorite"};
  return r;
}

std::string refusal_of(relation_declaration r) {
  const auto built =
      catalogue::build({item()}, {favorite(), favorite("unfavorite"), order_placed()}, {r});
  return built ? "" : built.error().to_string();
}

TEST(catalogue, has_the_tracking_steps_as_events_of_the_user) {
  const auto built = *catalogue::build({{"user", "uid", {{"uid", value_type::integer}}}}, {});
  for (const std::string_view name : tracking_steps) {
    const auto type = built->type(name);
    ASSERT_TRUE(type) << name;
    EXPECT_TRUE(built->declaration(*type).built_in);
    EXPECT_EQ(built->subjects(*type).at(0).kind, "user");
    EXPECT_EQ(built->attribute_type_in(*type, *built->attribute("uid")), value_type::integer);
    for (const char* a : {"action", "rule", "task", "material", "channel", "delivery_id"}) {
      EXPECT_EQ(built->attribute_type_in(*type, *built->attribute(a)), value_type::text) << a;
    }
  }
}

TEST(catalogue, adds_to_a_tracking_step_declared_by_hand_what_it_lacks) {
  event_declaration opened = favorite("outreach_opened");
  opened.fields.push_back({"task", value_type::integer});
  const auto built = *catalogue::build({}, {opened});
  const auto type = *built->type("outreach_opened");
  EXPECT_EQ(type, event_type_id{1});
  EXPECT_FALSE(built->declaration(type).built_in);
  EXPECT_EQ(built->attribute_type_in(type, *built->attribute("task")), value_type::integer);
  EXPECT_EQ(built->attribute_type_in(type, *built->attribute("item_id")), value_type::text);
  EXPECT_EQ(built->attribute_type_in(type, *built->attribute("delivery_id")), value_type::text);
  EXPECT_EQ(built->type_names().size(), tracking_steps.size());
}

TEST(catalogue, attaches_an_items_fields_to_events_that_name_one) {
  const auto built = *catalogue::build({item()}, {favorite(), order_placed()});
  const auto title = built->attribute("item.title");
  ASSERT_TRUE(title);
  EXPECT_EQ(built->attribute_type_in(event_type_id{1}, *title), value_type::text);
  EXPECT_TRUE(built->is_attached(event_type_id{1}, *title));
  EXPECT_FALSE(built->is_attached(event_type_id{1}, *built->attribute("item_id")));
  EXPECT_EQ(built->attribute_type_in(event_type_id{2}, *title), std::nullopt);
  const auto& attached = built->attachments(event_type_id{1});
  ASSERT_EQ(attached.size(), 1u);
  EXPECT_EQ(attached[0].kind, "item");
  EXPECT_EQ(attached[0].id, *built->attribute("item_id"));
  EXPECT_THAT(attached[0].fields,
              ElementsAre(std::pair(std::string("title"), *title),
                          std::pair(std::string("price"), *built->attribute("item.price"))));
  auto taken = favorite();
  taken.fields.push_back({"item.title", value_type::text});
  EXPECT_THAT(refusal({item()}, {taken}), HasSubstr("is set from the item's own row"));
}

TEST(catalogue, has_a_row_for_every_table) {
  const auto built =
      *catalogue::build({item()}, {favorite(), favorite("unfavorite")}, {favorites()});
  const auto row = built->type("$item");
  ASSERT_TRUE(row);
  EXPECT_EQ(built->row_of(*row), built->entity("item"));
  EXPECT_EQ(built->row_of(type_profile_row), built->entity("user"));
  for (const char* name : {"$user", "$item", "$relation.favorite", "$unrelation.favorite"}) {
    ASSERT_TRUE(built->type(name)) << name;
    EXPECT_TRUE(built->is_row(*built->type(name)));
    EXPECT_TRUE(built->declaration(*built->type(name)).background);
  }
  EXPECT_FALSE(built->is_row(*built->type("favorite")));
  EXPECT_EQ(built->row_of(*built->type("$relation.favorite")), nullptr);
}

TEST(catalogue, says_what_changes_a_relation) {
  const auto built =
      *catalogue::build({item()}, {favorite(), favorite("unfavorite")}, {favorites()});
  ASSERT_NE(built->relation("favorite"), nullptr);
  const auto changes = [&](const char* type) {
    return built->relation_changes(*built->type(type));
  };
  for (const char* type :
       {"favorite", "$relation.favorite", "unfavorite", "$unrelation.favorite"}) {
    ASSERT_EQ(changes(type).size(), 1u) << type;
    EXPECT_EQ(changes(type)[0].adds, std::string_view(type).find("un") == std::string_view::npos);
    EXPECT_EQ(changes(type)[0].member, *built->attribute("user_id"));
    EXPECT_EQ(changes(type)[0].owner, *built->attribute("item_id"));
  }
  EXPECT_TRUE(changes("outreach_sent").empty());
}

TEST(catalogue, names_what_is_wrong_with_relations) {
  EXPECT_EQ(refusal_of(favorites()), "");
  const auto with = [](auto change) {
    relation_declaration r = favorites();
    change(r);
    return refusal_of(std::move(r));
  };
  EXPECT_THAT(with([](auto& r) { r.name = "item"; }), HasSubstr("an entity has the same name"));
  EXPECT_THAT(with([](auto& r) { r.name = "a b"; }), HasSubstr("must be letters"));
  EXPECT_THAT(with([](auto& r) { r.owner_kind = "shop"; }),
              HasSubstr("relation 'favorite': 'shop' is no declared entity"));
  EXPECT_THAT(with([](auto& r) { r.owner_attribute = "user_id"; }),
              HasSubstr("the same attribute"));
  EXPECT_THAT(with([](auto& r) { r.added_by = {}; }), HasSubstr("'added_by' names no event"));
  EXPECT_THAT(with([](auto& r) { r.added_by = {"favourite"}; }),
              HasSubstr("did you mean 'favorite'?"));
  EXPECT_THAT(with([](auto& r) { r.removed_by = {"favorite"}; }), HasSubstr("both add and remove"));
  EXPECT_THAT(with([](auto& r) { r.removed_by = {"order_placed"}; }),
              HasSubstr("event 'order_placed' has no field 'item_id'"));
  EXPECT_THAT(with([](auto& r) { r.most_per_member = 0; }), HasSubstr("at least one row"));
  EXPECT_THAT(with([](auto& r) { r.ttl = duration{0}; }), HasSubstr("ttl must be longer"));
}

TEST(catalogue, extended_by_derived_events_keeps_every_number) {
  const auto base =
      *catalogue::build({item()}, {favorite(), favorite("unfavorite")}, {favorites()});
  event_declaration cheaper = favorite("cheaper");
  cheaper.fields.push_back({"whatever", value_type::null});
  const auto extended = *catalogue::extend(*base, {cheaper});
  for (std::size_t i = 0; i < base->type_count(); ++i) {
    EXPECT_EQ(extended->name(event_type_id(i)), base->name(event_type_id(i)));
  }
  for (std::size_t i = 0; i < base->attribute_count(); ++i) {
    EXPECT_EQ(extended->name(attribute_id(i)), base->name(attribute_id(i)));
  }
  const auto type = extended->type("cheaper");
  ASSERT_TRUE(type);
  EXPECT_EQ(static_cast<std::size_t>(*type), base->type_count());
  EXPECT_TRUE(extended->declaration(*type).derived);
  EXPECT_EQ(extended->attribute_type_in(*type, *extended->attribute("whatever")), value_type::null);
  EXPECT_TRUE(extended->is_attached(*type, *extended->attribute("item.title")));
  EXPECT_EQ(base->type("cheaper"), std::nullopt);
  EXPECT_FALSE(catalogue::extend(*base, {favorite()}));
}

TEST(catalogue, keeps_and_checks_how_long_events_count) {
  auto order = order_placed();
  order.retention = std::chrono::hours{24};
  EXPECT_EQ((*catalogue::build({}, {order}))->declaration(event_type_id{1}).retention,
            std::chrono::hours{24});
  order.retention = duration{0};
  EXPECT_THAT(refusal({}, {order}), HasSubstr("retention must be longer"));
}

TEST(catalogue, refuses_more_attributes_than_an_id_can_number) {
  std::vector<event_declaration> events(2);
  for (std::size_t e = 0; e < events.size(); ++e) {
    events[e].name = "e" + std::to_string(e);
    for (int i = 0; i < 0x8000; ++i) {
      events[e].fields.push_back(
          {"f" + std::to_string(e) + "_" + std::to_string(i), value_type::text, false});
    }
  }
  EXPECT_THAT(refusal({}, events), HasSubstr("different fields"));
}

}  // namespace
}  // namespace beckon

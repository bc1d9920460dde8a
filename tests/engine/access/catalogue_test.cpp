#include "engine/access/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon {
namespace {

using ::testing::ElementsAre;
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
  EXPECT_THAT(built->type_names(), ElementsAre());
}

TEST(catalogue, numbers_types_and_attributes_densely) {
  const auto built = *catalogue::build({}, {order_placed(), user_blocked()});
  EXPECT_EQ(built->type_count(), 3u);
  EXPECT_EQ(built->type("order_placed"), event_type_id{1});
  EXPECT_EQ(built->type("user_blocked"), event_type_id{2});
  EXPECT_EQ(built->type("nothing"), std::nullopt);
  EXPECT_THAT(built->type_names(), ElementsAre("order_placed", "user_blocked"));
  EXPECT_EQ(built->attribute_count(), 3u);
  for (std::uint16_t i = 0; i < 3; ++i) {
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

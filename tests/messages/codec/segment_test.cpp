#include "messages/codec/segment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/codec/json.hpp"

namespace beckon::codec {
namespace {

result<raw_event> from(std::string_view text, std::string_view kind = "") {
  json_reader json;
  auto item = json.read_object(text);
  EXPECT_TRUE(item) << text;
  return from_segment(*item, kind, "user_id");
}

TEST(segment, a_track_is_an_event_of_its_user) {
  const auto e = from(R"({"type":"track","event":"Order Completed","userId":"u1","messageId":"m1",
    "timestamp":"2024-01-01T00:00:00Z","anonymousId":"anon","context":{"ip":"::1"},
    "properties":{"amount":5,"cart":{"id":"c"}},"sentAt":"x","integrations":{"All":true}})");
  ASSERT_TRUE(e) << e.error().to_string();
  EXPECT_EQ(e->type, "Order Completed");
  EXPECT_EQ(e->id, "m1");
  EXPECT_EQ(e->time, value("2024-01-01T00:00:00Z"));
  EXPECT_EQ(e->shape, &track_shape);
  EXPECT_EQ(e->attributes, (field_list{{"anonymousId", "anon"},
                                       {"context.ip", "::1"},
                                       {"amount", 5},
                                       {"cart.id", "c"},
                                       {"user_id", "u1"}}));
}

TEST(segment, an_identify_is_a_row_of_its_user) {
  const auto e =
      from(R"({"userId":7,"traits":{"tz":"UTC","old":null},"context":{"ip":"::1"}})", "identify");
  ASSERT_TRUE(e) << e.error().to_string();
  EXPECT_EQ(e->type, "$user");
  EXPECT_EQ(e->shape, &identify_shape);
  EXPECT_EQ(e->attributes, (field_list{{"tz", "UTC"}, {"old", value()}, {"user_id", "7"}}));
}

TEST(segment, the_properties_of_a_row_are_its_fields_null_included_and_nothing_else_is) {
  const auto e = from(R"({"type":"track","event":"$item","userId":"u1","anonymousId":"a",
    "context":{"ip":"::1"},"properties":{"item_id":"7","category":null,"context.kept":1}})");
  ASSERT_TRUE(e) << e.error().to_string();
  EXPECT_EQ(e->type, "$item");
  EXPECT_EQ(e->attributes,
            (field_list{{"item_id", "7"}, {"category", value()}, {"context.kept", 1}}));
  const auto track = from(R"({"type":"track","event":"a","userId":"u","properties":{"x":null}})");
  EXPECT_EQ(track->attributes, (field_list{{"user_id", "u"}}));
  const auto relation = from(R"({"type":"track","event":"$relation.fav","userId":"u"})");
  EXPECT_EQ(relation->attributes, (field_list{{"user_id", "u"}})) << "a member, not a sender";
}

TEST(segment, the_users_id_wins_over_a_property_of_that_name) {
  const auto e = from(R"({"event":"a","userId":"u1","properties":{"user_id":"x"}})", "track");
  EXPECT_EQ(e->attributes, (field_list{{"user_id", "u1"}}));
  const auto without = from(R"({"event":"a","userId":null,"properties":{"user_id":"x"}})", "track");
  EXPECT_EQ(without->attributes, (field_list{{"user_id", "x"}}));
}

TEST(segment, wrong_items_point_at_what_is_wrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"type":"page"})", "/type"},
      {R"({"event":"a"})", "/type"},
      {R"({"type":1})", "/type"},
      {R"({"type":"track","userId":"u"})", "/event"},
      {R"({"type":"track","event":5.5})", "/event"},
      {R"({"type":"track","event":"a","userId":true})", "/userId"},
      {R"({"type":"track","event":"a","messageId":[1]})", "/messageId"},
      {R"({"type":"track","event":"a","properties":"x"})", "/properties"},
      {R"({"type":"identify","userId":"u","traits":[1]})", "/traits"},
      {R"({"type":"identify","traits":{"a":1}})", "/userId"}};
  for (const auto& [text, pointer] : cases) {
    const auto e = from(text);
    ASSERT_FALSE(e) << text;
    EXPECT_EQ(e.error().where, pointer) << text;
  }
}

}  // namespace
}  // namespace beckon::codec

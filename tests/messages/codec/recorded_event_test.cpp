#include "messages/codec/recorded_event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beckon/v1/event.pb.h"

namespace beckon::codec {
namespace {

TEST(recorded, a_line_is_an_event) {
  recorded_reader in;
  const auto e = in.read(
      R"({"type":"order_placed","time":5,"id":"e1","source":"shop","user_id":"u","a":{"b":1}})");
  ASSERT_TRUE(e);
  EXPECT_EQ(e->type, "order_placed");
  EXPECT_EQ(e->time, value(5));
  EXPECT_EQ(e->id, "e1");
  EXPECT_EQ(e->source, "shop");
  EXPECT_EQ(e->attributes, (field_list{{"user_id", "u"}, {"a.b", 1}}));
  EXPECT_EQ(e->shape, &recorded_shape);
}

TEST(recorded, a_row_without_time_takes_the_time_before) {
  recorded_reader in;
  EXPECT_EQ(in.read(R"({"type":"$user","user_id":"u"})")->time, std::nullopt);
  EXPECT_TRUE(in.read(R"({"type":"a","time":"2024-01-01T00:00:00Z"})"));
  EXPECT_EQ(in.read(R"({"type":"$user","user_id":"u"})")->time, value("2024-01-01T00:00:00Z"));
  EXPECT_EQ(in.read(R"({"type":"a","time":null})")->time, std::nullopt) << "only rows";
}

TEST(recorded, ids_may_be_integers) {
  recorded_reader in;
  EXPECT_EQ(in.read(R"({"type":"a","time":1,"id":77})")->id, "77");
}

TEST(recorded, wrong_lines_point_at_what_is_wrong) {
  recorded_reader in;
  EXPECT_EQ(in.read(R"({"time":1})").error().where, "/type");
  EXPECT_EQ(in.read(R"({"type":5})").error().where, "/type");
  EXPECT_EQ(in.read(R"({"type":"a","id":1.5})").error().where, "/id");
  EXPECT_EQ(in.read(R"({"type":"a","source":1})").error().where, "/source");
  EXPECT_FALSE(in.read("not json"));
}

TEST(published, json_and_protobuf_give_the_same_event) {
  json_reader json;
  v1::Event message;
  message.set_type("a");
  message.set_id("e1");
  message.set_time_ms(7);
  auto& field = *message.add_attributes();
  field.set_name("n");
  field.set_integer(-3);
  const auto binary = read_published(message.SerializeAsString(), json);
  const auto text = read_published(R"( {"type":"a","id":"e1","time":7,"n":-3})", json);
  ASSERT_TRUE(binary && text);
  EXPECT_EQ(binary->type, text->type);
  EXPECT_EQ(binary->id, text->id);
  EXPECT_EQ(binary->time, value(from_ms(7)));
  EXPECT_EQ(binary->attributes, text->attributes);
  EXPECT_FALSE(read_published("{", json));
  EXPECT_FALSE(read_published("\xff\xff", json));
}

}  // namespace
}  // namespace beckon::codec

#include "messages/codec/event_codec.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beckon/v1/event.pb.h"
#include "tests/engine/access/access_fixture.hpp"
#include "tests/support/same_event.hpp"

namespace beckon::codec {
namespace {

event sample(const catalogue& types) {
  raw_event raw{"order_placed",
                value(1731240000000),
                "e1",
                "shop",
                {{"user_id", "u1"},
                 {"order_id", "o1"},
                 {"amount", 12.5},
                 {"count", -7},
                 {"first", false},
                 {"paid_at", "2024-11-10T12:00:00Z"},
                 {"wait", -5},
                 {"tags", value_list{"a", value(), value_list{1, 2.5}}},
                 {"colour", "red"}}};
  auto out = normalise(std::move(raw), types, {from_ms(1731240000500)});
  EXPECT_TRUE(out);
  return *out;
}

class event_codec : public ::testing::Test {
 protected:
  std::shared_ptr<const catalogue> types_ = testing::shop_catalogue();
};

TEST_F(event_codec, reads_what_it_wrote) {
  const event e = sample(*types_);
  const std::string bytes = encode_event(e, *types_);
  EXPECT_EQ(*type_in(bytes), "order_placed");
  EXPECT_EQ(bytes.size(), encoded_size(e, *types_));
  const auto back = decode_event(bytes, *types_);
  ASSERT_TRUE(back) << back.error().to_string();
  tests::expect_same(*back, e);
}

TEST_F(event_codec, user_rows_keep_all_fields_even_null_ones) {
  raw_event raw{"$user", std::nullopt, "", "", {{"user_id", "u"}, {"tz", value()}, {"x", 1}}};
  const event e = *normalise(std::move(raw), *types_, {from_ms(5)});
  tests::expect_same(*decode_event(encode_event(e, *types_), *types_), e);
}

TEST_F(event_codec, is_what_protobuf_reads_and_writes) {
  const event e = sample(*types_);
  const std::string bytes = encode_event(e, *types_);
  v1::Event message;
  ASSERT_TRUE(message.ParseFromString(bytes));
  EXPECT_EQ(message.type(), "order_placed");
  EXPECT_EQ(message.time_ms(), 1731240000000);
  EXPECT_EQ(message.attributes_size(), 9);
  EXPECT_EQ(message.attributes(3).integer(), -7);
  EXPECT_EQ(message.attributes(6).span_ms(), -5);
  EXPECT_EQ(message.attributes(7).list().items(2).list().items(1).real(), 2.5);
  std::string again;
  ASSERT_TRUE(message.SerializeToString(&again));
  EXPECT_EQ(again.size(), bytes.size());
  tests::expect_same(*decode_event(again, *types_), e);
}

TEST_F(event_codec, what_the_catalogue_lost_goes_to_extra) {
  const std::string bytes = encode_event(sample(*types_), *types_);
  const auto later = *catalogue::build({}, {{"order_placed",
                                             {{"count", value_type::text, false},
                                              {"amount", value_type::boolean, false},
                                              {"user_id", value_type::text, true}},
                                             {},
                                             false}});
  const auto e = decode_event(bytes, *later);
  ASSERT_TRUE(e);
  EXPECT_EQ(e->attributes.size(), 2u);
  EXPECT_EQ(*e->find(*later->attribute("count")), value("-7")) << "converted without loss";
  EXPECT_EQ(*find_field(e->extra, "amount"), value(12.5)) << "no boolean";
  EXPECT_EQ(*find_field(e->extra, "order_id"), value("o1"));
  const auto none = *catalogue::build({}, {});
  EXPECT_EQ(decode_event(bytes, *none).error().code, errc::not_found);
}

TEST_F(event_codec, what_a_door_attached_is_not_what_a_client_says) {
  const auto types = *catalogue::build(
      {{"item", "item_id", {{"title", value_type::text}}}},
      {{"view", {{"user_id", value_type::text}, {"item_id", value_type::text}}, {}, false}});
  event e;
  e.type = *types->type("view");
  e.attributes = {{*types->attribute("item_id"), "7"}, {*types->attribute("item.title"), "kite"}};
  const std::string bytes = encode_event(e, *types);
  EXPECT_EQ(bytes.size(), encoded_size(e, *types));
  tests::expect_same(*decode_event(bytes, *types), e);
  v1::Event message;
  ASSERT_TRUE(message.ParseFromString(bytes));
  ASSERT_EQ(message.attached_size(), 1);
  EXPECT_EQ(message.attached(0).name(), "item.title");
  EXPECT_EQ(decode_client_event(bytes)->attributes.size(), 1u);

  event forged = e;
  forged.attributes.pop_back();
  forged.extra = {{"item.title", "mine"}};
  tests::expect_same(*decode_event(encode_event(forged, *types), *types), forged);
}

TEST_F(event_codec, finds_the_type_wherever_it_stands) {
  v1::Event message;
  message.set_id("x");
  const std::string id_first = message.SerializeAsString();
  message.Clear();
  message.set_type("order_placed");
  EXPECT_EQ(*type_in(id_first + message.SerializeAsString()), "order_placed");
  EXPECT_FALSE(type_in(id_first));
  EXPECT_FALSE(type_in(""));
}

TEST_F(event_codec, bytes_that_are_no_event_are_refused_and_never_read_beyond) {
  const std::string bytes = encode_event(sample(*types_), *types_);
  std::mt19937_64 random(1);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::string cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const auto out = decode_event(cut, *types_);
    v1::Event message;
    EXPECT_EQ(out.ok(), message.ParseFromString(cut) && !message.type().empty()) << size;
  }
  for (int i = 0; i < 20000; ++i) {
    std::string spoilt = bytes;
    for (int n = 0; n < 3; ++n) spoilt[random() % spoilt.size()] = static_cast<char>(random());
    const auto event = decode_event(spoilt, *types_);
    const auto client = decode_client_event(spoilt);
    if (event && !event->attributes.empty()) {
      EXPECT_LT(static_cast<std::size_t>(event->attributes.back().name), types_->attribute_count());
    }
    if (client) {
      EXPECT_LE(client->attributes.size(), spoilt.size());
    }
  }
}

TEST_F(event_codec, clients_send_events_without_what_the_door_sets) {
  v1::Event message;
  message.set_type("order_placed");
  message.set_arrival_ms(5);
  message.set_client_id(true);
  auto& field = *message.add_attributes();
  field.set_name("user_id");
  field.set_text("u1");
  const auto raw = decode_client_event(message.SerializeAsString());
  ASSERT_TRUE(raw);
  EXPECT_EQ(raw->type, "order_placed");
  EXPECT_EQ(raw->time, std::nullopt);
  EXPECT_EQ(raw->id, "");
  EXPECT_EQ(raw->attributes, (field_list{{"user_id", "u1"}}));
}

TEST_F(event_codec, text_of_clients_must_be_utf_8) {
  const auto with = [](std::string_view name, std::string_view text) {
    const std::string content = "\x0A" + std::string(1, static_cast<char>(name.size())) +
                                std::string(name) + "\x2A" +
                                std::string(1, static_cast<char>(text.size())) + std::string(text);
    return "\x0A\x01t\x3A" + std::string(1, static_cast<char>(content.size())) + content;
  };
  EXPECT_TRUE(decode_client_event(with("a", "\xc3\xa9")));
  EXPECT_FALSE(decode_client_event(with("a", "\xc3")));
  EXPECT_FALSE(decode_client_event(with("\xff", "a")));
  EXPECT_FALSE(decode_client_event("\x0A\x01\xff"));
}

TEST_F(event_codec, lists_too_deep_are_cut_alike_on_both_ways) {
  value deep = value_list{1};
  for (int i = 0; i < 30; ++i) deep = value(value_list{deep});
  event e = sample(*types_);
  e.extra = {{"deep", deep}};
  const std::string bytes = encode_event(e, *types_);
  v1::Event message;
  EXPECT_TRUE(message.ParseFromString(bytes));
  const auto back = decode_event(bytes, *types_);
  ASSERT_TRUE(back);
  EXPECT_EQ(encode_event(*back, *types_), bytes);
}

}  // namespace
}  // namespace beckon::codec

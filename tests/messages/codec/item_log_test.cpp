#include "messages/codec/item_log.hpp"

#include <gtest/gtest.h>

#include "beckon/v1/items.pb.h"

namespace beckon::codec {
namespace {

class item_log : public ::testing::Test {
 protected:
  event row(field_list fields) const {
    event e;
    e.type = *types_->type("$item");
    e.extra = std::move(fields);
    return e;
  }
  std::string batch(std::vector<std::pair<std::uint64_t, std::string>> entries) const {
    door_settings door;
    door.name = "http/n@1";
    door.source = "web";
    outgoing_envelope envelope;
    for (const auto& [position, body] : entries) envelope.entries.push_back({position, {}, body});
    return encode_item_batch(door, envelope);
  }

  std::shared_ptr<const catalogue> types_ = *catalogue::build(
      {{"item", "item_id", {{"title", value_type::text}, {"price", value_type::real}}}}, {});
};

TEST_F(item_log, rows_come_back_with_their_door_and_positions) {
  const field_list first{{"item_id", std::int64_t{7}}, {"title", value()}, {"price", 2.5}};
  const field_list second{{"item_id", "eight"}, {"tags", value_list{"a", 1}}};
  const auto in = decode_item_batch(batch({{3, encode_item_change(row(first), *types_)},
                                           {300, encode_item_change(row(second), *types_)}}));
  ASSERT_TRUE(in) << in.error().to_string();
  EXPECT_EQ(in->door, "http/n@1");
  EXPECT_EQ(in->source, "web");
  ASSERT_EQ(in->changes.size(), 2u);
  EXPECT_EQ(in->changes[0].position, 3u);
  EXPECT_EQ(in->changes[0].kind, "item");
  EXPECT_EQ(in->changes[0].id, "7");
  EXPECT_EQ(in->changes[0].fields, first) << "NULL included: it clears the field";
  EXPECT_EQ(in->changes[1].position, 300u);
  EXPECT_EQ(in->changes[1].id, "eight");
  EXPECT_EQ(in->changes[1].fields, second);
}

TEST_F(item_log, other_bytes_and_other_versions_are_refused) {
  EXPECT_EQ(decode_item_batch("no batch").error().code, errc::corrupt);
  v1::ItemBatch newer;
  newer.set_version(2);
  EXPECT_EQ(decode_item_batch(newer.SerializeAsString()).error().code, errc::conflict);
  v1::ItemBatch nameless;
  nameless.set_version(1);
  nameless.add_changes()->set_kind("item");
  EXPECT_EQ(decode_item_batch(nameless.SerializeAsString()).error().code, errc::corrupt);
}

TEST_F(item_log, a_stored_row_comes_back) {
  const field_list fields{{"title", "kite"}, {"price", 2.5}, {"new", true}};
  const auto back = decode_item_row(encode_item_row(fields));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, fields);
  EXPECT_EQ(decode_item_row("\x0a\xff").error().code, errc::corrupt);
}

}  // namespace
}  // namespace beckon::codec

#include "messages/codec/json.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::codec {
namespace {

using ::testing::HasSubstr;

field_list read(std::string_view text) {
  json_reader in;
  auto out = in.read_object(text);
  EXPECT_TRUE(out) << text << ": " << out.error().to_string();
  return out ? *out : field_list{};
}

error refusal(std::string_view text) {
  json_reader in;
  const auto out = in.read_object(text);
  EXPECT_FALSE(out) << text;
  return out ? error{} : out.error();
}

TEST(json, reads_every_kind_of_value) {
  EXPECT_EQ(read(R"({"a":null,"b":true,"c":-3,"d":1.0,"e":1e3,"f":"x\u00e9\n","g":[1,"a",[2.5]]})"),
            (field_list{{"a", value()},
                        {"b", true},
                        {"c", -3},
                        {"d", 1.0},
                        {"e", 1000.0},
                        {"f", "x\xc3\xa9\n"},
                        {"g", value_list{1, "a", value_list{2.5}}}}));
  EXPECT_EQ(read(" {} "), field_list{});
}

TEST(json, flattens_objects_into_their_parent) {
  EXPECT_EQ(read(R"({"a":{"b":{"c":1},"d":2},"e":{},"f":3})"),
            (field_list{{"a.b.c", 1}, {"a.d", 2}, {"f", 3}}));
  EXPECT_EQ(read(R"({"products":[{"id": 1}, 2]})"),
            (field_list{{"products", value_list{R"({"id":1})", 2}}}));
}

TEST(json, integers_keep_64_bits) {
  EXPECT_EQ(read(R"({"a":9223372036854775807,"b":-9223372036854775808})"),
            (field_list{{"a", std::numeric_limits<std::int64_t>::max()},
                        {"b", std::numeric_limits<std::int64_t>::min()}}));
  EXPECT_EQ(refusal(R"({"x":{"a":[1,9223372036854775808]}})").where, "/x/a/1");
  EXPECT_THAT(refusal(R"({"a":99999999999999999999})").message, HasSubstr("number"));
}

TEST(json, refuses_the_same_key_twice_at_any_level) {
  EXPECT_EQ(refusal(R"({"a":1,"b":2,"a":3})").where, "");
  EXPECT_EQ(refusal(R"({"p":{"a":1,"a":1}})").where, "/p");
  EXPECT_EQ(refusal(R"({"p":{},"p":1})").where, "");
  EXPECT_EQ(refusal(R"({"p":[{"a":1,"a":1}]})").where, "/p/0");
  EXPECT_EQ(refusal(R"({"~/x":{"a":1,"a":1}})").where, "/~0~1x");
  EXPECT_THAT(refusal(R"({"p":{"a":1},"p.a":1})").message, HasSubstr("flattened"));
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += "\"k" + std::to_string(i % 39) + "\":1,";
  many.back() = '}';
  EXPECT_THAT(refusal(many).message, HasSubstr("twice"));
}

TEST(json, refuses_what_is_no_json_object) {
  for (const char* text :
       {"", "[1]", "1", "\"a\"", "{\"a\":}", "{\"a\":1} x", "{'a':1}", "{\"a\":nan}",
        "{\"a\":\"\x80\"}", "{\"a\":\"\\ud800\"}", "{\"a\":01}", "nul"}) {
    json_reader in;
    EXPECT_FALSE(in.read_object(text)) << text;
  }
}

TEST(json, bounds_levels_and_bytes) {
  const auto nested = [](int levels) {
    return "{\"a\":" + std::string(static_cast<std::size_t>(levels) - 1, '[') +
           std::string(static_cast<std::size_t>(levels) - 1, ']') + "}";
  };
  EXPECT_EQ(read(nested(16)).size(), 1u);
  EXPECT_THAT(refusal(nested(17)).message, HasSubstr("16 levels"));
  EXPECT_THAT(refusal(nested(100000)).message, HasSubstr("16 levels"));
  json_reader small({100, 16});
  EXPECT_TRUE(small.read_object("{\"a\":1}" + std::string(93, ' ')));
  const auto large = small.read_object("{\"a\":1}" + std::string(94, ' '));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, errc::exhausted);
}

TEST(json, a_reader_serves_many_texts_of_any_size) {
  json_reader in;
  const std::string large = "{\"a\":\"" + std::string(500'000, 'x') + "\"}";
  EXPECT_TRUE(in.read_object(large));
  EXPECT_FALSE(in.read_object("{"));
  EXPECT_TRUE(in.read_object("{\"a\":1}"));
  EXPECT_FALSE(in.read_object("{\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}"))
      << "levels still hold";
}

TEST(json, finds_the_items_of_a_body) {
  json_reader in;
  const auto batch = in.read_items(R"({"batch":[{"a":1},5,{"b":{"c":1,"c":2}}],"context":{}})");
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->size(), 3u);
  EXPECT_EQ((*batch)[0].pointer, "/batch/0");
  EXPECT_EQ(*(*batch)[0].members, (field_list{{"a", 1}}));
  EXPECT_EQ((*batch)[1].members.error().where, "/batch/1");
  EXPECT_EQ((*batch)[2].members.error().where, "/batch/2/b");
  EXPECT_EQ((*in.read_items(R"([{"a":1}])"))[0].pointer, "/0");
  EXPECT_EQ((*in.read_items(R"({"a":1})"))[0].pointer, "");
  EXPECT_EQ(in.read_items(R"({"batch":1})").error().where, "/batch");
  EXPECT_FALSE((*in.read_items("7"))[0].members);
  EXPECT_FALSE(in.read_items("[1,"));
}

TEST(json, writes_compact_text) {
  EXPECT_EQ(
      to_json(field_list{{"a", value()},
                         {"b", true},
                         {"c", -3},
                         {"d", 1.0},
                         {"e", 0.1},
                         {"f", "q\"\\\n\x01\xc3\xa9"},
                         {"g", value_list{1, "a"}},
                         {"h", from_ms(0)},
                         {"i", duration{5}},
                         {"j", std::numeric_limits<double>::infinity()}}),
      "{\"a\":null,\"b\":true,\"c\":-3,\"d\":1.0,\"e\":0.1,\"f\":\"q\\\"\\\\\\n\\u0001\xc3\xa9\","
      "\"g\":[1,\"a\"],\"h\":\"1970-01-01T00:00:00.000Z\",\"i\":5,\"j\":null}");
  EXPECT_EQ(to_json(value(1e300)), "1e+300");
}

TEST(json, reads_back_what_it_wrote) {
  std::string all;
  for (int c = 1; c < 0x80; ++c) all += static_cast<char>(c);
  const field_list fields{{"k\"\\", all}, {"n", -0.5}, {"l", value_list{value(), false, 7.0}}};
  EXPECT_EQ(read(to_json(fields)), fields);
}

}  // namespace
}  // namespace beckon::codec

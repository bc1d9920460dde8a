#include "engine/access/csv_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/access/subjects.hpp"
#include "tests/engine/access/access_fixture.hpp"

namespace beckon {
namespace {

using ::testing::HasSubstr;
using cells = std::vector<std::string_view>;

class csv_maps : public ::testing::Test {
 protected:
  csv_map of(std::string_view text) const {
    auto entries = parse_csv_map(text);
    EXPECT_TRUE(entries) << entries.error().to_string();
    auto map = csv_map::build(*entries, types_, "Asia/Shanghai");
    EXPECT_TRUE(map) << map.error().to_string();
    return *map;
  }

  std::string refusal(std::string_view text) const {
    auto entries = parse_csv_map(text);
    if (!entries) return entries.error().to_string();
    auto map = csv_map::build(*entries, types_);
    return map ? "" : map.error().to_string();
  }

  std::shared_ptr<const catalogue> types_ = testing::shop_catalogue();
};

TEST_F(csv_maps, read_a_row_by_numbers_with_a_value_map) {
  const csv_map map =
      of("user_id=1, order_id=2, amount=3, type=4{buy:order_placed,block:user_blocked}, time=5s");
  EXPECT_FALSE(map.needs_header());
  const auto row = map.row(cells{"7", "o1", "2.5", "buy", "1511658000"});
  ASSERT_TRUE(row);
  EXPECT_EQ(row->type, "order_placed");
  EXPECT_EQ(row->time, value(from_ms(1511658000000)));
  EXPECT_EQ(row->attributes, (field_list{{"user_id", "7"}, {"order_id", "o1"}, {"amount", 2.5}}));
}

TEST_F(csv_maps, type_a_cell_by_the_event_of_its_row) {
  const csv_map map = of("user_id=1,type=2,time=3ms");
  EXPECT_EQ(map.row(cells{"7", "order_placed", "5"})->attributes.front().content, value("7"));
  EXPECT_EQ(map.row(cells{"7", "user_blocked", "5"})->attributes.front().content, value(7));
  EXPECT_FALSE(map.row(cells{"x", "user_blocked", "5"}));
}

TEST_F(csv_maps, say_of_each_attribute_what_normalising_would_look_up) {
  const csv_map map = of("colour=1,item_id=2,user_id=3,count=4,order_id=5,type=6,time=7ms");
  raw_event row;
  for (const auto& given : std::vector<cells>{{"red", "i1", "7", "3", "o1", "order_placed", "5"},
                                              {"", "", "8", "", "o2", "order_placed", "6"},
                                              {"blue", "i2", "9", "4", "o3", "order_placed", "7"},
                                              {"red", "i1", "7", "3", "o1", "$user", "8"}}) {
    ASSERT_TRUE(map.row(given, row));
    EXPECT_EQ(row.known.size(), row.attributes.size());
    raw_event by_name = row;
    by_name.known.clear();
    event looked_up, known;
    ASSERT_TRUE(normalise(by_name, *types_, {}, looked_up));
    ASSERT_TRUE(normalise(row, *types_, {}, known));
    EXPECT_EQ(known.extra, looked_up.extra);
    ASSERT_EQ(known.attributes.size(), looked_up.attributes.size());
    for (std::size_t i = 0; i < known.attributes.size(); ++i) {
      EXPECT_EQ(known.attributes[i].name, looked_up.attributes[i].name);
      EXPECT_EQ(known.attributes[i].content, looked_up.attributes[i].content);
    }
  }
}

TEST_F(csv_maps, read_every_type) {
  const csv_map map =
      of("type='order_placed',time=1ms,amount=2,count=3,first=4,paid_at=5,wait=6,colour=7,id=8,"
         "source=9");
  const auto row =
      map.row(cells{"5", "1e2", "-4", "1", "2024-11-11 00:00", "30 min", "red", "e1", "shop"});
  ASSERT_TRUE(row) << row.error().to_string();
  EXPECT_EQ(row->id, "e1");
  EXPECT_EQ(row->source, "shop");
  EXPECT_EQ(row->attributes, (field_list{{"amount", 100.0},
                                         {"count", -4},
                                         {"first", true},
                                         {"paid_at", from_ms(1731254400000)},
                                         {"wait", "30 min"},
                                         {"colour", "red"}}));
  EXPECT_FALSE(map.row(cells{"5", "nan", "-4", "1", "", "", "", "", ""}));
  EXPECT_FALSE(map.row(cells{"5", "1", "4.0", "1", "", "", "", "", ""}));
  EXPECT_FALSE(map.row(cells{"5", "1", "4", "yes", "", "", "", "", ""}));
}

TEST_F(csv_maps, read_times_in_every_unit) {
  const auto time = [&](const char* unit, const char* cell) {
    const auto row = of(std::string("type='order_placed',time=1") + unit).row(cells{cell});
    return row ? row->time.value_or(value()) : value();
  };
  EXPECT_EQ(time("s", "1569888000"), value(from_ms(1569888000000)));
  EXPECT_EQ(time("s", "1569888000.25"), value(from_ms(1569888000250)));
  EXPECT_EQ(time("s", "9223372036854775807"), value());
  EXPECT_EQ(time("ms", "1569888000250"), value(from_ms(1569888000250)));
  EXPECT_EQ(time("ms", "1.5"), value());
  EXPECT_EQ(time("text", "2019-10-01 00:00:00 UTC"), value(from_ms(1569888000000)));
  EXPECT_EQ(time("", "2019-10-01T00:00:00Z"), value(from_ms(1569888000000)));
  EXPECT_EQ(time("", "2019-10-01 08:00"), value(from_ms(1569888000000))) << "the map's zone";
}

TEST_F(csv_maps, leave_out_empty_cells) {
  const auto row = of("type='order_placed',time=1s,user_id=2").row(cells{"", ""});
  ASSERT_TRUE(row);
  EXPECT_EQ(row->time, std::nullopt);
  EXPECT_TRUE(row->attributes.empty());
}

TEST_F(csv_maps, what_was_read_before_leaves_nothing_behind) {
  const csv_map map =
      of("user_id=1,type=2{buy:order_placed,block:user_blocked},time=3ms,order_id=4,colour=5,id=6,"
         "source=7,target_user_id=8");
  raw_event used;
  event into;
  std::vector<concerned_subject> whom;
  for (const cells& row : {cells{"7", "buy", "5", "o1", "red", "e1", "shop", ""},
                           cells{"8", "block", "6", "", "", "", "", "3"},
                           cells{"9", "buy", "7", "o2", "", "", "", ""}}) {
    ASSERT_TRUE(map.row(row, used));
    ASSERT_TRUE(normalise(used, *types_, {}, into));
    find_subjects(into, *types_, whom);
    const auto fresh = normalise(*map.row(row), *types_, {});
    ASSERT_TRUE(fresh);
    EXPECT_EQ(into.type, fresh->type);
    EXPECT_EQ(into.time, fresh->time);
    EXPECT_EQ(into.id, fresh->id);
    EXPECT_EQ(into.client_id, fresh->client_id);
    EXPECT_EQ(into.source, fresh->source);
    EXPECT_EQ(into.extra, fresh->extra);
    ASSERT_EQ(into.attributes.size(), fresh->attributes.size());
    for (const attribute& a : fresh->attributes) EXPECT_EQ(*into.find(a.name), a.content);
    EXPECT_EQ(whom, subjects_of(*fresh, *types_));
  }
}

TEST_F(csv_maps, find_named_columns_in_the_header) {
  csv_map map = of("type='order_placed',time=\"event time\":s,user_id=uid");
  ASSERT_TRUE(map.needs_header());
  EXPECT_FALSE(map.row(cells{"1", "2"})) << "no header bound yet";
  EXPECT_THAT(map.bind_header(cells{"uidd", "event time"}).error().message,
              HasSubstr("no column 'uid'"));
  ASSERT_TRUE(map.bind_header(cells{"uid", "event time"}));
  const auto row = map.row(cells{"u1", "3"});
  ASSERT_TRUE(row);
  EXPECT_EQ(row->time, value(from_ms(3000)));
  EXPECT_EQ(row->attributes, (field_list{{"user_id", "u1"}}));
}

TEST_F(csv_maps, name_the_column_of_a_bad_cell) {
  const csv_map map = of("type=1{a:order_placed,*:user_blocked},order_id=2{x:y},time=3s");
  EXPECT_EQ(map.row(cells{"zzz", "x", "1"})->type, "user_blocked");
  EXPECT_THAT(map.row(cells{"a", "q", "1"}).error().to_string(),
              HasSubstr("column 2: the map of 'order_id' has no value for 'q'"));
  EXPECT_THAT(map.row(cells{"a", "x", "late"}).error().to_string(), HasSubstr("column 3: "));
  EXPECT_THAT(map.row(cells{"a"}).error().to_string(), HasSubstr("the row has 1 columns"));
}

TEST_F(csv_maps, rows_of_users_are_typed_by_the_entity) {
  const auto row =
      of("type='$user',time=1s,user_id=2,age=3,name=4").row(cells{"1", "7", "30", "A"});
  ASSERT_TRUE(row);
  EXPECT_EQ(row->attributes, (field_list{{"user_id", "7"}, {"age", 30}, {"name", "A"}}));
}

TEST_F(csv_maps, rows_of_items_are_typed_by_the_entity) {
  const auto map = csv_map::build(*parse_csv_map("type='$item',time=1s,item_id=2,price=3"),
                                  testing::market_catalogue(), "UTC");
  ASSERT_TRUE(map);
  const auto row = map->row(cells{"1", "7", "3"});
  ASSERT_TRUE(row);
  EXPECT_EQ(row->attributes, (field_list{{"item_id", "7"}, {"price", 3.0}}));
}

TEST_F(csv_maps, refuse_what_is_wrong_with_the_text) {
  EXPECT_THAT(refusal("user_id"), HasSubstr("character 8: '=' was expected"));
  EXPECT_THAT(refusal("user_id=1 x"), HasSubstr("character 11"));
  EXPECT_THAT(refusal("user_id=0"), HasSubstr("counted from 1"));
  EXPECT_THAT(refusal("time=1h"), HasSubstr("'h' is no unit"));
  EXPECT_THAT(refusal("type=1{a}"), HasSubstr("':' was expected"));
  EXPECT_THAT(refusal("type=1{a:b"), HasSubstr("'}' was expected"));
  EXPECT_THAT(refusal("type='a"), HasSubstr("closing '"));
  EXPECT_THAT(refusal(""), HasSubstr("a name or number was expected"));
  EXPECT_THAT(refusal("type='order_placed'"), HasSubstr("says nothing of 'time'"));
  EXPECT_THAT(refusal("time=1,user_id=2"), HasSubstr("says nothing of 'type'"));
  EXPECT_THAT(refusal("time=1,time=2"), HasSubstr("mapped twice"));
  EXPECT_THAT(refusal("type=1{a:order_placd},time=2"), HasSubstr("did you mean 'order_placed'"));
}

TEST_F(csv_maps, the_configuration_form_says_the_same) {
  const auto leaf = [](std::string text) {
    settings node;
    node.what = settings::shape::scalar;
    node.scalar = std::move(text);
    return node;
  };
  const auto map = [](std::vector<settings::member> members) {
    settings node;
    node.what = settings::shape::map;
    node.members = std::move(members);
    return node;
  };
  const settings node = map(
      {{"user_id", 1, 1, leaf("1")},
       {"order_id", 2, 1, leaf("order")},
       {"time", 3, 1, map({{"column", 3, 5, leaf("5")}, {"unit", 3, 5, leaf("s")}})},
       {"type", 4, 1,
        map({{"column", 4, 5, leaf("4")},
             {"values", 4, 5, map({{"pv", 4, 9, leaf("item_view")}, {"*", 4, 9, leaf("x")}})}})},
       {"channel", 5, 1, map({{"value", 5, 5, leaf("app")}})}});
  problems out;
  const auto read = read_csv_map(node, out);
  ASSERT_TRUE(read) << out.front().to_string();
  EXPECT_EQ(*read, *parse_csv_map(
                       "user_id=1,order_id=order,time=5s,type=4{pv:item_view,*:x},channel='app'"));

  const settings bad =
      map({{"a", 1, 1, leaf("0")},
           {"b", 2, 1, map({{"unit", 2, 5, leaf("s")}})},
           {"c", 3, 1, map({{"value", 3, 5, leaf("x")}, {"column", 3, 5, leaf("1")}})}});
  EXPECT_FALSE(read_csv_map(bad, out));
  EXPECT_EQ(out.size(), 3u);
  EXPECT_FALSE(read_csv_map(leaf("x"), out));
}

}  // namespace
}  // namespace beckon

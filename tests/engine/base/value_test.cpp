#include "engine/base/value.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace beckon {
namespace {

std::string canonical(const value& v) {
  std::string out;
  append_canonical(out, v);
  return out;
}

TEST(value, knows_its_type) {
  const std::pair<value, value_type> cases[] = {
      {value(), value_type::null},           {value(true), value_type::boolean},
      {value(1), value_type::integer},       {value(1.5), value_type::real},
      {value("a"), value_type::text},        {value(duration{5}), value_type::span},
      {value(from_ms(5)), value_type::time}, {value(value_list{1, "a"}), value_type::list}};
  for (const auto& [v, type] : cases) EXPECT_EQ(v.type(), type);
  EXPECT_EQ(to_string(value_type::integer), "int64");
  EXPECT_EQ(to_string(value_type::list), "list");
}

TEST(value, is_a_number_only_as_int64_or_double) {
  EXPECT_EQ(value(3).as_number(), 3.0);
  EXPECT_EQ(value(2.5).as_number(), 2.5);
  EXPECT_EQ(value("3").as_number(), std::nullopt);
  EXPECT_EQ(value(true).as_number(), std::nullopt);
}

TEST(value, equality_looks_into_lists) {
  EXPECT_EQ(value(value_list{1, value_list{"a"}}), value(value_list{1, value_list{"a"}}));
  EXPECT_FALSE(value(value_list{1}) == value(value_list{2}));
  EXPECT_FALSE(value(1) == value(1.0));
  EXPECT_EQ(value(), value());
}

TEST(value, displays_as_people_read_it) {
  EXPECT_EQ(to_display(value()), "");
  EXPECT_EQ(to_display(value(12)), "12");
  EXPECT_EQ(to_display(value(3.5)), "3.5");
  EXPECT_EQ(to_display(value(0.1)), "0.1");
  EXPECT_EQ(to_display(value(true)), "true");
  EXPECT_EQ(to_display(value(duration{5400000})), "1 h 30 min");
  EXPECT_EQ(to_display(value(from_ms(0))), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_display(value(value_list{1, "b", value()})), "[1, b, NULL]");
}

TEST(value, keys_are_equal_where_the_language_says_so) {
  EXPECT_EQ(canonical(1), canonical(1.0));
  EXPECT_EQ(canonical(0), canonical(-0.0));
  EXPECT_EQ(canonical(std::numeric_limits<std::int64_t>::min()), canonical(-0x1p63));
  EXPECT_EQ(canonical(std::numeric_limits<double>::quiet_NaN()),
            canonical(-std::numeric_limits<double>::quiet_NaN()));
}

TEST(value, keys_differ_where_the_language_says_so) {
  const value all[] = {value(),
                       1,
                       "1",
                       true,
                       false,
                       1.5,
                       0x1p63,
                       std::numeric_limits<std::int64_t>::max(),
                       duration{1},
                       from_ms(1),
                       value_list{},
                       value_list{1},
                       value_list{"a", "b"},
                       value_list{"ab"},
                       value_list{value_list{"a"}, "b"}};
  for (std::size_t i = 0; i < std::size(all); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(canonical(all[i]), canonical(all[j])) << i << j;
  }
}

TEST(fields, are_found_set_and_added) {
  field_list fields{{"a", 1}};
  set_field(fields, "b", "x");
  set_field(fields, "a", 2);
  EXPECT_EQ(fields, (field_list{{"a", 2}, {"b", "x"}}));
  EXPECT_EQ(*find_field(fields, "b"), value("x"));
  EXPECT_EQ(find_field(fields, "c"), nullptr);
}

}  // namespace
}  // namespace beckon

#include "engine/access/packed_fields.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace beckon {
namespace {

const std::vector<value> of_every_type = {
    value(true),
    value(false),
    value(std::int64_t{0}),
    value(std::int64_t{-1}),
    value(std::numeric_limits<std::int64_t>::max()),
    value(std::numeric_limits<std::int64_t>::min()),
    value(-2.5),
    value(""),
    value(std::string(300, 'x')),
    value(duration{-7}),
    value(from_ms(1'700'000'000'000)),
    value(value_list{}),
    value(value_list{1, "two", value(), value_list{3.0, false}}),
};

std::string packed() {
  std::string out;
  for (std::uint32_t i = 0; i < of_every_type.size(); ++i)
    append_packed(out, i * 100, of_every_type[i]);
  return out;
}

TEST(packed_fields, give_back_every_type_in_order) {
  const std::string bytes = packed();
  packed_fields in(bytes);
  std::uint32_t number = 0;
  for (std::uint32_t i = 0; i < of_every_type.size(); ++i) {
    ASSERT_TRUE(in.next(number)) << i;
    EXPECT_EQ(number, i * 100);
    EXPECT_EQ(in.take(), of_every_type[i]) << i;
  }
  EXPECT_FALSE(in.next(number));
}

TEST(packed_fields, are_copied_as_they_are_when_skipped) {
  const std::string bytes = packed();
  packed_fields in(bytes);
  std::string copy;
  for (std::uint32_t number = 0; in.next(number);) copy_packed(copy, number, in.skip());
  EXPECT_EQ(copy, bytes);
}

TEST(packed_fields, of_a_short_row_are_few_bytes) {
  std::string row;
  append_packed(row, 0, value("toys"));
  append_packed(row, 1, value(2.5));
  append_packed(row, 2, value(std::int64_t{12}));
  append_packed(row, 3, value(true));
  EXPECT_EQ(row.size(), 7u + 10u + 3u + 3u);
}

}  // namespace
}  // namespace beckon

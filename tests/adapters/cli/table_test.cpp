#include "adapters/cli/table.hpp"

#include <gtest/gtest.h>

namespace beckon::adapters {
namespace {

TEST(display_width, counts_cells) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("caf\u00e9"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("中文"), 4U);
  EXPECT_EQ(display_width("\U0001F600"), 2U);
  EXPECT_EQ(display_width("\x1b[31mred\x1b[0m"), 3U);
}

TEST(display_width, survives_broken_text) {
  EXPECT_EQ(display_width("\xE4\xB8"), 1U);
  EXPECT_EQ(display_width("\x1b["), 2U);
  EXPECT_EQ(display_width("\xFF\xFE"), 2U);
}

TEST(table, aligns_columns_by_side_and_width) {
  table t({{"rule"}, {"sent", column_side::right}, {"note"}});
  t.add({"night", "7", "x"});
  t.add({"夜", "1200", ""});
  EXPECT_EQ(t.to_string(),
            "rule   sent  note\n"
            "night     7  x\n"
            "夜     1200\n");
}

TEST(table, leaves_the_title_line_out_where_no_column_has_one) {
  table t({{""}, {""}});
  t.add({"a", "b"});
  EXPECT_EQ(t.to_string(2), "  a  b\n");
}

TEST(table, takes_rows_of_any_length_and_keeps_them_on_one_line) {
  table t({{"a"}, {"b"}});
  t.add({"1\n2"});
  t.add({"x", "y", "z"});
  EXPECT_EQ(t.to_string(), "a    b\n1 2\nx    y\n");
}

}  // namespace
}  // namespace beckon::adapters

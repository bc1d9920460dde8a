// What this version does not judge is refused at its place, with what to write instead.
#include <gtest/gtest.h>

#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

struct unsupported {
  std::string name, text;
  int line, column;
  std::string what, hint;
};

const std::vector<unsupported>& cases() {
  static const std::vector<unsupported> all{
      {"next", "RULE r\nWHEN login_fail\nTHEN NEXT login_ok WITHIN 1 h\nFIRE ONCE", 3, 6,
       "THEN NEXT", "IN A ROW"},
      {"look_back", "RULE r\nWHEN item_view\nBUT NOT order_placed IN THE LAST 90 days\nFIRE ONCE",
       3, 1, "BUT NOT … IN THE LAST", "last_order_at"},
      {"look_back_where",
       "RULE r\nWHEN item_view\nBUT NOT order_placed WHERE amount > 5 IN THE LAST 90 days\nFIRE "
       "ONCE",
       3, 1, "BUT NOT … IN THE LAST", "last_order_at"},
      {"in_between",
       "RULE r\nWHEN item_view\nBUT NOT chat_start\nTHEN order_placed WITHIN 1 h\nFIRE ONCE", 3, 1,
       "BUT NOT between two steps", "UNLESS"},
      {"wait", "RULE r\nWHEN item_view\nWAIT 5 min\nFIRE ONCE", 3, 1, "WAIT", "BUT NOT event FOR"},
      {"wait_until",
       "RULE r\nWHEN item_view\nWAIT UNTIL event.time + 1 day AT MOST 2 days\nFIRE ONCE", 3, 1,
       "UNTIL … AT MOST", "fixed time"},
      {"absence_until",
       "RULE r\nWHEN item_view\nBUT NOT chat_start UNTIL event.time AT MOST 30 days\nFIRE ONCE", 3,
       1, "UNTIL … AT MOST", "fixed time"},
      {"sum", "RULE r\nWHEN order_paid SUM amount >= 999 WITHIN 1 day\nFIRE ONCE", 2, 17, "SUM",
       "AT LEAST"},
      {"average",
       "RULE r\nWHEN order_paid AT LEAST 3 TIMES AND AVG amount >= 9 WITHIN 1 day\nFIRE ONCE", 2,
       38, "AND AVG", "WHERE"},
      {"keep_first", "RULE r\nWHEN item_view\nBUT NOT chat_start FOR 1 h\nKEEP FIRST\nFIRE ONCE", 4,
       1, "KEEP FIRST", "latest anchor"},
      {"active",
       "RULE r\nACTIVE FROM '2024-11-11 00:00' TO '2024-11-12 00:00'\nWHEN item_view\nFIRE ONCE", 2,
       1, "ACTIVE", "event.time"},
      {"to_each", "RULE r\nWHEN item_view\nFIRE ONCE\nTO EACH favorite", 4, 9, "TO EACH",
       "the user it watches"},
      {"for_item", "RULE r\nFOR item\nWHEN item_view\nFIRE ONCE", 2, 5, "FOR item", "FOR user"},
      {"aggregate",
       "RULE r\nWHEN item_view AS v AT LEAST 3 TIMES WITHIN 1 h\nFIRE ONCE\nRETURN count(v) AS n",
       4, 8, "count() over an alias", "last counted"},
      {"min_of_alias",
       "RULE r\nWHEN item_view AS v AT LEAST 3 TIMES WITHIN 1 h\nFIRE ONCE\nRETURN min(v.price) AS "
       "n",
       4, 8, "min() over an alias", "least()"},
      {"audience", "RULE r\nWHEN item_view\nIF user IN AUDIENCE vip\nFIRE ONCE", 3, 4,
       "IN AUDIENCE", "user.level"},
      {"item_table",
       "RULE r\nWHEN item_view WHERE event.time - item.published_at <= 5 s\nFIRE ONCE", 2, 35,
       "item.published_at", "attribute of its own"},
      {"given_item",
       "RULE r WHEN item_view FIRE ONCE\nTEST \"t\"\nGIVEN item {item_id: \"a\"}\nEXPECT NOTHING",
       3, 7, "GIVEN item", "GIVEN user"},
  };
  return all;
}

class unsupported_clause : public ::testing::TestWithParam<unsupported> {};

TEST_P(unsupported_clause, is_refused_at_its_place) {
  const unsupported& u = GetParam();
  const compiled_file file = compiled(u.text);
  EXPECT_EQ(file.rule, nullptr);
  ASSERT_EQ(file.found.size(), 1U) << listed(file.found);
  EXPECT_EQ(file.found[0].message, u.what + " is not supported by this version");
  EXPECT_EQ(file.found[0].line, u.line);
  EXPECT_EQ(file.found[0].column, u.column);
  EXPECT_NE(file.found[0].hint.find(u.hint), std::string::npos) << listed(file.found);
}

std::string name_of(const ::testing::TestParamInfo<unsupported>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(clauses, unsupported_clause, ::testing::ValuesIn(cases()), name_of);

}  // namespace
}  // namespace beckon::language::testing

// Operators of expressions: SQL's three-valued logic, comparisons, arithmetic, patterns.
#include "engine/language/expression.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "engine/language/expression_node.hpp"
#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t fewest = std::numeric_limits<std::int64_t>::min();

struct expected {
  std::string expression;
  value result;
};

/// Attributes every case sees; j, u are absent: NULL.
const field_list& sample() {
  static const field_list fields{{"i", value(7)},
                                 {"r", value(2.5)},
                                 {"s", value("Straße")},
                                 {"b", value(true)},
                                 {"t", value(from_ms(1000))},
                                 {"d", value(duration{1500})},
                                 {"l", value(value_list{value("a"), value(7), value()})}};
  return fields;
}

class evaluates : public ::testing::TestWithParam<expected> {};

TEST_P(evaluates, to) {
  const value seen = evaluated(GetParam().expression, sample());
  EXPECT_EQ(seen, GetParam().result)
      << GetParam().expression << " is " << to_string(seen.type()) << " " << to_display(seen);
}

std::vector<expected> three_valued() {
  const std::string names[] = {"TRUE", "FALSE", "(j = 1)"};  // j is NULL
  const truth values[] = {truth::yes, truth::no, truth::unknown};
  const auto text = [](truth t) { return t == truth::unknown ? value() : value(t == truth::yes); };
  std::vector<expected> out;
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 3; ++b) {
      const truth x = values[a], y = values[b];
      const truth both = x == truth::no || y == truth::no     ? truth::no
                         : x == truth::yes && y == truth::yes ? truth::yes
                                                              : truth::unknown;
      const truth either = x == truth::yes || y == truth::yes ? truth::yes
                           : x == truth::no && y == truth::no ? truth::no
                                                              : truth::unknown;
      out.push_back({names[a] + " AND " + names[b], text(both)});
      out.push_back({names[a] + " OR " + names[b], text(either)});
    }
    out.push_back(
        {"NOT " + names[a], values[a] == truth::unknown ? value() : value(values[a] == truth::no)});
    out.push_back({names[a] + " IS TRUE", value(values[a] == truth::yes)});
    out.push_back({names[a] + " IS NOT TRUE", value(values[a] != truth::yes)});
    out.push_back({names[a] + " IS NULL", value(values[a] == truth::unknown)});
    out.push_back({names[a] + " IS NOT NULL", value(values[a] != truth::unknown)});
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(three_valued, evaluates, ::testing::ValuesIn(three_valued()));

INSTANTIATE_TEST_SUITE_P(
    comparisons, evaluates,
    ::testing::Values(
        expected{"i = 7", true}, expected{"i = 7.0", true}, expected{"i != 7.5", true},
        expected{"7 = i", true}, expected{"8 > i", true}, expected{"8 <= i", false},
        expected{"i < 7.5", true}, expected{"r >= 2.5", true}, expected{"j = j", value()},
        expected{"j != 1", value()}, expected{"s = 'Straße'", true}, expected{"s < 'T'", true},
        expected{"s != s", false}, expected{"b = TRUE", true}, expected{"b != FALSE", true},
        expected{"t = 1000", true}, expected{"1001 > t", true}, expected{"t < now", true},
        expected{"t < TIME '1970-01-01 00:00:02'", true}, expected{"d = 1500 ms", true},
        expected{"d < 2 s", true}, expected{"9007199254740993 = 9007199254740992.0", false},
        expected{"9007199254740993 > 9007199254740992.0", true},
        expected{"9223372036854775807 < 9223372036854775807.0", true},
        expected{"i BETWEEN 7 AND 8", true}, expected{"i NOT BETWEEN 7 AND 8", false},
        expected{"i BETWEEN 8 AND j", false}, expected{"i BETWEEN 1 AND j", value()},
        expected{"j BETWEEN 1 AND 2", value()}, expected{"j NOT BETWEEN 1 AND 2", value()}));

INSTANTIATE_TEST_SUITE_P(
    lists, evaluates,
    ::testing::Values(
        expected{"i IN (1, 7.0)", true}, expected{"i IN (1, 2)", false},
        expected{"i NOT IN (1, 2)", true}, expected{"i IN (1, NULL)", value()},
        expected{"i NOT IN (1, NULL)", value()}, expected{"i IN (7, NULL)", true},
        expected{"j IN (1, 2)", value()}, expected{"i IN (j, 7)", true}, expected{"'a' IN l", true},
        expected{"i IN l", true}, expected{"'b' IN l", value()}, expected{"'a' NOT IN l", false},
        expected{"i IN (l)", true}, expected{"s IN LIST venue_pages", false},
        expected{"s NOT IN LIST venue_pages", true}, expected{"'sale' IN LIST venue_pages", true},
        expected{"i IN LIST venue_pages", true}, expected{"j IN LIST venue_pages", value()}));

INSTANTIATE_TEST_SUITE_P(
    patterns, evaluates,
    ::testing::Values(expected{"s LIKE 'Stra_e'", true}, expected{"s LIKE 'stra%'", false},
                      expected{"s LIKE '%'", true}, expected{"s LIKE 'Stra'", false},
                      expected{"s LIKE '%a%e'", true}, expected{"s LIKE '______'", true},
                      expected{"s LIKE '_____'", false}, expected{"s NOT LIKE 'X%'", true},
                      expected{"'' LIKE '%%'", true}, expected{"'' LIKE '_'", false},
                      expected{"'aXbXc' LIKE '%X_'", true}, expected{"'abcabd' LIKE '%abd'", true},
                      expected{"coalesce(u, u) IS NULL", true}, expected{"s MATCHES 'ra'", true},
                      expected{"s MATCHES '^ra'", false},
                      expected{"'想租房' MATCHES '租房|rent'", true},
                      expected{"s NOT MATCHES 'x'", true}));

INSTANTIATE_TEST_SUITE_P(
    arithmetic, evaluates,
    ::testing::Values(
        expected{"i + 1", 8}, expected{"i - 10", -3}, expected{"i * 2", 14}, expected{"i / 2", 3.5},
        expected{"i % 4", 3}, expected{"-i % 4", -3}, expected{"i % -4", 3}, expected{"-i", -7},
        expected{"r * 2", 5.0}, expected{"i + r", 9.5}, expected{"-7.5 % 2", -1.5},
        expected{"i / 0", value()}, expected{"i % 0", value()}, expected{"r / 0", value()},
        expected{"r % 0", value()}, expected{"9223372036854775807 + 1", value()},
        expected{"-9223372036854775808 - 1", value()}, expected{"-9223372036854775808", fewest},
        expected{"-(-9223372036854775808)", value()}, expected{"9223372036854775807 * 2", value()},
        expected{"-9223372036854775808 % -1", 0}, expected{"9223372036854775807 + 0", most},
        expected{"1e308 * 10", value()}, expected{"j + 1", value()}, expected{"-j", value()},
        expected{"8 / 2 = 4", true}));

INSTANTIATE_TEST_SUITE_P(
    times, evaluates,
    ::testing::Values(expected{"t - 1 s", from_ms(0)}, expected{"t + d", from_ms(2500)},
                      expected{"d + t", from_ms(2500)},
                      expected{"t - TIME '1970-01-01 00:00'", duration{1000}},
                      expected{"d * 2", duration{3000}}, expected{"2 * d", duration{3000}},
                      expected{"d * 0.5", duration{750}}, expected{"d / 2", duration{750}},
                      expected{"d / 500 ms", 3.0}, expected{"d - 2 s", duration{-500}},
                      expected{"-d", duration{-1500}}, expected{"d / 0", value()},
                      expected{"u - t", value()}, expected{"d * 9223372036854775807", value()},
                      expected{"now", test_now()}, expected{"now() - now = 0 s", true},
                      expected{"TIME '2024-11-11 00:00 +08:00'", from_ms(1731254400000)},
                      expected{"1 week = 7 days AND 1 h = 60 mins AND 2 sec = 2000 ms", true}));

INSTANTIATE_TEST_SUITE_P(
    cases, evaluates,
    ::testing::Values(expected{"CASE WHEN i > 5 THEN 'big' ELSE 'small' END", "big"},
                      expected{"CASE WHEN j > 5 THEN 'big' END", value()},
                      expected{"CASE WHEN j > 5 THEN 1 WHEN i = 7 THEN 2 END", 2},
                      expected{"CASE i WHEN 6 THEN 'six' WHEN 7.0 THEN 'seven' END", "seven"},
                      expected{"CASE j WHEN 6 THEN 1 ELSE NULL END", value()},
                      expected{"CASE WHEN b THEN 1 ELSE 2.5 END", 1}));

/// `WHERE condition` of a rule over `types`.
std::shared_ptr<const expression> where(std::string_view types, const std::string& condition) {
  const auto rule =
      must_compile("RULE r WHEN " + std::string(types) + " WHERE " + condition + " FIRE ONCE");
  return rule ? std::get<step>(rule->clauses[0]).pattern.where : nullptr;
}

attribute_id attribute_named(std::string_view name) {
  return *shop().events->attribute(name);
}

TEST(where, sees_the_event_under_test_and_the_profile) {
  const auto condition = where(
      "item_view AS v", "price > 5 AND event.item_id = 'a' AND v.price < 50 AND user.age >= 18");
  event e;
  e.attributes = {{attribute_named("item_id"), value("a")}, {attribute_named("price"), value(9.5)}};
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const attribute& a, const attribute& b) { return a.name < b.name; });
  field_list profile{{"age", value(18)}};
  scope s;
  s.current = &e;
  s.profile = &profile;
  EXPECT_TRUE(condition->holds(s));
  profile[0].content = value(17);
  EXPECT_FALSE(condition->holds(s));
  s.profile = nullptr;
  EXPECT_FALSE(condition->holds(s));
  EXPECT_TRUE(condition->evaluate(s).is_null());
  s.current = nullptr;
  EXPECT_FALSE(condition->holds(s));
}

TEST(where, sees_what_every_event_has) {
  event e;
  e.time = from_ms(5000);
  e.source = "app";
  e.id = "17";
  scope s;
  s.current = &e;
  s.current_type = "login_ok";
  EXPECT_TRUE(where("ANY EVENT", "event.type = 'login_ok' AND 'app' = event.source")->holds(s));
  EXPECT_TRUE(where("ANY EVENT", "event.id != '18' AND event.time >= 5000")->holds(s));
  EXPECT_TRUE(where("ANY EVENT", "event.type < 'm' AND lower(event.source) = 'app'")->holds(s));
  EXPECT_FALSE(where("ANY EVENT", "event.type LIKE '%fail'")->holds(s));
}

TEST(where, compares_values_of_another_kind_than_declared_as_null) {
  event e;
  e.attributes = {{attribute_named("kind"), value(5)}};
  scope s;
  s.current = &e;
  EXPECT_TRUE(where("listing_view", "kind = '5'")->evaluate(s).is_null());
  EXPECT_TRUE(where("listing_view", "kind != '5'")->evaluate(s).is_null());
}

TEST(equalities, are_the_conjuncts_an_index_can_use) {
  const auto of = [](std::string_view types, const std::string& condition) {
    std::string out;
    const auto made = where(types, condition);
    for (const auto& e : made->equalities()) {
      out += std::string(shop().events->name(e.attribute)) + "=" + to_display(e.constant) + ";";
    }
    return out;
  };
  EXPECT_EQ(of("probe", "s = 'x' AND (7 = i AND r > 1) AND b = TRUE"), "s=x;i=7;b=true;");
  EXPECT_EQ(of("probe", "s = 'x' OR i = 7"), "");
  EXPECT_EQ(of("probe", "NOT s = 'x'"), "");
  EXPECT_EQ(of("probe", "i = 7.0"), "i=7;");
  EXPECT_EQ(of("probe", "t = 1000"), "") << "a time never equals an int64 in an index";
  EXPECT_EQ(of("probe", "user.level = 'x' AND event.source = 'app' AND s != 'y'"), "");
  EXPECT_EQ(of("order_placed OR message_sent", "order_id IN ('1') OR amount > 1"), "");
}

TEST(types, are_known_where_they_can_be) {
  const auto type = [](const std::string& text) {
    return must_compile("RULE r WHEN probe FIRE ONCE RETURN " + text + " AS v")
        ->returns[0]
        .content.type();
  };
  EXPECT_EQ(type("i + 1"), value_type::integer);
  EXPECT_EQ(type("i / 1"), value_type::real);
  EXPECT_EQ(type("i + r"), value_type::real);
  EXPECT_EQ(type("t - u"), value_type::span);
  EXPECT_EQ(type("coalesce(i, r)"), value_type::real);
  EXPECT_EQ(type("coalesce(NULL, s)"), value_type::text);
  EXPECT_EQ(type("CASE WHEN b THEN s END"), value_type::text);
  EXPECT_EQ(type("round(r)"), value_type::real);
  EXPECT_EQ(type("user.muted"), value_type::boolean);
  EXPECT_EQ(type("NULL"), value_type::null);
}

TEST(types, that_differ_between_events_are_left_to_the_data) {
  const auto condition = where("order_placed OR message_sent", "order_id = 5");
  event e;
  scope s;
  s.current = &e;
  e.attributes = {{attribute_named("order_id"), value(5)}};
  EXPECT_TRUE(condition->holds(s));
  e.attributes = {{attribute_named("order_id"), value("5")}};
  EXPECT_TRUE(condition->evaluate(s).is_null());
  EXPECT_TRUE(condition->equalities().empty());
}

}  // namespace
}  // namespace beckon::language::testing

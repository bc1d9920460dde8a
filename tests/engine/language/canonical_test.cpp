// The canonical text: a fixed point of printing, blind to what does not matter, and the base of
// versions.
#include "engine/language/canonical.hpp"

#include <gtest/gtest.h>

#include "engine/language/parser.hpp"
#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

/// A tree with all its brackets.
std::string dumped(const syntax& e) {
  std::string out = "(" + std::to_string(static_cast<int>(e.kind)) + "/" +
                    std::to_string(static_cast<int>(e.op)) + (e.negated ? "!" : "") +
                    (e.has_else ? "e" : "") + e.qualifier + "." + e.text + "=" +
                    std::string(to_string(e.literal.type())) + to_display(e.literal);
  for (const syntax& part : e.parts) out += dumped(part);
  return out + ")";
}

rule_syntax parsed(const std::string& text) {
  reporter out(text, "x");
  rule_syntax tree = parser(lex(text, out), out).file().rule;
  EXPECT_EQ(listed(out.take()), "") << text;
  return tree;
}

class round_trip : public ::testing::TestWithParam<const char*> {};

TEST_P(round_trip, printing_an_expression_keeps_its_tree) {
  const std::string text = std::string("RULE r WHEN a FIRE ONCE RETURN ") + GetParam() + " AS v";
  const rule_syntax tree = parsed(text);
  const std::string printed = canonical(tree);
  const rule_syntax again = parsed(printed);
  ASSERT_EQ(again.returns.size(), 1U) << printed;
  EXPECT_EQ(dumped(tree.returns[0].content), dumped(again.returns[0].content)) << printed;
  EXPECT_EQ(canonical(again), printed);
}

INSTANTIATE_TEST_SUITE_P(
    expressions, round_trip,
    ::testing::Values(
        "a + b * c", "(a + b) * c", "a - (b - c)", "a - b - c", "a / (b * c)", "-a * b", "-(a * b)",
        "-(-a)", "- (5)", "-5", "a - -5", "-(-5)", "a % b % c", "NOT a AND b", "NOT (a AND b)",
        "NOT NOT a", "a OR b AND c", "(a OR b) AND c", "a AND (b AND c)", "(a = b) = c",
        "a = (NOT b)", "(NOT a) = b", "a BETWEEN b + 1 AND c AND d", "a NOT BETWEEN 1 AND 2 OR b",
        "(a AND b) IS TRUE", "a IS NOT NULL", "a NOT IN (1, 2.5, 'x''y', NULL, TRUE)",
        "a IN LIST `some list`", "a IN `list`", "a IN b.c",
        "a NOT LIKE 'x%' AND b MATCHES '租房|rent'", "user IN AUDIENCE vip AND a",
        "CASE WHEN a = 1 THEN 2 WHEN b THEN 3 ELSE -4 END + 1", "CASE a WHEN 1 THEN 'x' END",
        "coalesce(a, b + 1, lower('x')) = now", "now() - TIME '2024-11-11 00:00 +08:00' > 5 days",
        "1.0 + 1e300 + 0.1 + 1e-7 + 100.0", "9223372036854775807 - -9223372036854775808",
        "5 s + 300 s + 90 min + 36 h + 14 days + 1500 ms + 0 s + 1 week", "-5 s",
        "`in` + `now` + `a b`.`c d`", "event.time > user.t AND item.x < o.y", "count(v) + sum(v.a)",
        "(a IS NULL) + 1", "a = b + c * -d", "(a LIKE b) IN (TRUE)",
        "CASE WHEN CASE WHEN a THEN b END THEN c END", "(a < b) IS NOT TRUE"));

TEST(canonical_rule, is_a_fixed_point_over_the_whole_grammar) {
  for (const std::string text : {
           "RULE r FOR item SAME a, event.source ACTIVE FROM '2024-01-01 00:00' TO '2024-02-01 "
           "00:00' "
           "WHEN a OR `b c` AS x WITHIN 1 h WHERE p > 1 AT LEAST 3 TIMES IN A ROW THEN NEXT b "
           "WITHIN 60 s "
           "BUT NOT c WHERE q IN THE LAST 1 day BUT NOT d BUT NOT e UNTIL x.t - 1 day AT MOST 30 "
           "days "
           "WAIT 5 min WAIT UNTIL x.t AT MOST 2 weeks THEN ANY EVENT ALL WITHIN 48 h UNLESS y "
           "WHERE z = 1 "
           "UNLESS w IF a.b = 1 KEEP FIRST FIRE ONCE PER a, event.type WITHIN 7 days TO EACH "
           "favorite "
           "RETURN a, b AS c",
           "RULE r FOR user BY b WHEN a SUM amount >= 999.5 AND AVG amount > 3 FIRE EVERY TIME",
           "RULE r WHEN a AT LEAST 2 DIFFERENT event.source AND MIN p <= -1 FIRE ONCE PER 7 days",
       }) {
    const std::string printed = canonical(parsed(text));
    EXPECT_EQ(canonical(parsed(printed)), printed) << text;
  }
}

constexpr std::string_view plain =
    "RULE pay \"title\"\nSAME order_id\nWHEN order_placed AS o WHERE amount >= 10\n"
    "BUT NOT order_paid FOR 1 h\nIF user.muted IS NOT TRUE\nFIRE ONCE PER order_id\nRETURN "
    "o.amount\n";

TEST(canonical_rule, prints_without_title_comments_and_tests) {
  EXPECT_EQ(must_compile(std::string(plain) + "TEST \"x\"\nEXPECT NOTHING")->canonical,
            "RULE pay\nSAME order_id\nWHEN order_placed AS o WHERE amount >= 10\nBUT NOT "
            "order_paid FOR 1 h\n"
            "IF user.muted IS NOT TRUE\nFIRE ONCE PER order_id\nRETURN o.amount\n");
}

TEST(version, is_blind_to_title_comments_tests_blanks_case_units_and_order_of_parts) {
  const std::string version = must_compile(plain)->version;
  EXPECT_EQ(version.size(), 8U);
  for (const std::string_view same : {
           "RULE pay\nSAME order_id\nWHEN order_placed AS o WHERE amount >= 10\nBUT NOT order_paid "
           "FOR 1 h\n"
           "IF user.muted IS NOT TRUE\nFIRE ONCE PER order_id\nRETURN o.amount\n",
           "-- comment\nrule pay 	\"other title\" for USER same order_id\r\n\r\nwhen "
           "order_placed as o where "
           "(amount >= 10) but not order_paid for 60 minutes if user.muted is not true fire once "
           "per order_id "
           "return o.amount",
           "RULE pay SAME order_id WHEN order_placed AS o WHERE amount >= 10 BUT NOT order_paid "
           "FOR 3600 s "
           "IF `user`.muted IS NOT TRUE FIRE ONCE PER order_id RETURN o.amount "
           "TEST \"x\" EXPECT NOTHING",
       }) {
    const auto r = must_compile(same);
    ASSERT_NE(r, nullptr);
    EXPECT_EQ(r->version, version) << r->canonical;
  }
}

TEST(version, changes_with_every_meaning) {
  const std::string version = must_compile(plain)->version;
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"pay", "pay2"},
           {">= 10", ">= 11"},
           {">= 10", "> 10"},
           {"FOR 1 h", "FOR 2 h"},
           {"order_paid FOR", "order_cancelled FOR"},
           {"ONCE PER order_id", "EVERY TIME"},
           {"IS NOT TRUE", "IS TRUE"},
           {"RETURN o.amount", "RETURN o.amount AS a"}}) {
    std::string text(plain);
    text.replace(text.find(from), from.size(), to);
    EXPECT_NE(must_compile(text)->version, version) << text;
  }
}

TEST(version, is_pinned) {
  EXPECT_EQ(must_compile("RULE x WHEN login_ok FIRE ONCE")->version, "497ce87d");
}

TEST(structure, depends_on_the_clause_and_what_precedes_it_alone) {
  const auto structure = [](const std::string& text, std::size_t i) {
    const auto r = must_compile(text);
    return std::visit([](const auto& c) { return c.structure; }, r->clauses[i]);
  };
  const std::string head = "RULE x WHEN cart_add WHERE cart_id = 'a' BUT NOT checkout FOR 1 h ";
  const std::string other_end =
      "RULE renamed WHEN cart_add WHERE cart_id = 'a' BUT NOT checkout FOR 1 h "
      "THEN item_view WITHIN 2 h IF user.muted FIRE EVERY TIME RETURN item_id";
  const std::string other_begin =
      "RULE x WHEN cart_add WHERE cart_id = 'b' BUT NOT checkout FOR 1 h FIRE ONCE";
  const std::string with_key =
      "RULE x SAME cart_id WHEN cart_add WHERE cart_id = 'a' BUT NOT checkout FOR 1 h FIRE ONCE";
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(structure(head + "FIRE ONCE", i), structure(other_end, i));
    EXPECT_NE(structure(head + "FIRE ONCE", i), structure(other_begin, i));
    EXPECT_NE(structure(head + "FIRE ONCE", i), structure(with_key, i));
  }
  EXPECT_NE(structure(head + "FIRE ONCE", 0), structure(head + "FIRE ONCE", 1));
}

}  // namespace
}  // namespace beckon::language::testing

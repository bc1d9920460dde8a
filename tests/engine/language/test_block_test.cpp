// TEST blocks become events, rows and expected firings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

constexpr std::int64_t new_year = 1704067200000;  // 2024-01-01T00:00Z

std::vector<rule_test> tests_of(std::string_view rule, std::string_view tests) {
  compiled_file file = compiled(std::string(rule) + "\n" + std::string(tests));
  EXPECT_NE(file.rule, nullptr) << listed(file.found);
  return std::move(file.tests);
}

const std::string views =
    "RULE r WHEN item_view FIRE ONCE RETURN item_id, price, event.time AS at, event.source AS s";

attribute_id attribute_named(std::string_view name) {
  return *shop().events->attribute(name);
}

TEST(test_block, a_full_one) {
  const auto tests = tests_of(views, R"(TEST "full" STARTS '2024-11-11 00:00 +08:00'
  GIVEN user {user_id: "u1", registered_at: "2024-01-01 00:00", muted: null, age: 5, tz: "Asia/Shanghai"}
  00:00:01.5 item_view {user_id: "u1", item_id: "a", price: 3, tags: ["x", 1, [true]]} -- comment
  1d 02:00:00 chat_start
  GIVEN user {muted: true}
  UNTIL 2d 00:00:00
  EXPECT FIRE AT 00:00:01.500 FOR u1 {"item_id": "a", price: 3}
         FIRE FOR "u 2" {at: "2024-01-01T00:00:00Z"}
         fire
)");
  ASSERT_THAT(tests, SizeIs(1));
  const rule_test& t = tests[0];
  const timestamp start = from_ms(1731254400000);
  EXPECT_EQ(t.title, "full");
  EXPECT_EQ(t.file, "test.rule");
  EXPECT_EQ(t.line, 2);
  EXPECT_EQ(t.starts, start);
  EXPECT_EQ(t.until, start + 48h);
  ASSERT_THAT(t.given, SizeIs(4));

  const given_event& row = t.given[0];
  EXPECT_EQ(row.content.type, type_profile_row);
  EXPECT_EQ(row.content.time, start);
  EXPECT_EQ(row.subject_id, "u1");
  EXPECT_EQ(*find_field(row.content.extra, "registered_at"), value(from_ms(new_year)));
  EXPECT_EQ(*find_field(row.content.extra, "muted"), value());
  EXPECT_EQ(*find_field(row.content.extra, "age"), value(5));

  const event& view = t.given[1].content;
  EXPECT_EQ(view.type, *shop().events->type("item_view"));
  EXPECT_EQ(view.time, start + 1500ms);
  EXPECT_EQ(view.arrival, view.time);
  EXPECT_EQ(t.given[1].subject_id, "u1");
  EXPECT_EQ(*view.find(attribute_named("price")), value(3.0)) << "as the catalogue declares it";
  EXPECT_EQ(view.find(attribute_named("tags"))->as_list()->size(), 3U);

  EXPECT_EQ(t.given[2].content.time, start + 26h);
  EXPECT_EQ(t.given[2].subject_id, "");
  EXPECT_EQ(t.given[3].content.time, start + 26h)
      << "a row takes the time of what stands before it";
  EXPECT_NE(view.id, t.given[2].content.id);

  ASSERT_THAT(t.expected, SizeIs(3));
  EXPECT_EQ(t.expected[0].at, start + 1500ms);
  EXPECT_EQ(t.expected[0].subject_id, "u1");
  EXPECT_EQ(*find_field(t.expected[0].returns, "price"), value(3.0)) << "as RETURN gives it";
  EXPECT_EQ(t.expected[0].line, 8);
  EXPECT_EQ(t.expected[1].subject_id, "u 2");
  EXPECT_EQ(*find_field(t.expected[1].returns, "at"), value(from_ms(new_year)));
  EXPECT_EQ(t.expected[1].at, std::nullopt);
  EXPECT_TRUE(t.expected[2].returns.empty());
}

TEST(test_block, starts_at_new_year_in_the_deployments_zone) {
  EXPECT_EQ(tests_of(views, "TEST \"t\" EXPECT NOTHING")[0].starts, from_ms(new_year));
  environment shanghai = shop();
  shanghai.zone = "Asia/Shanghai";
  const auto file = compile(views + " TEST \"t\" EXPECT NOTHING", "x", shanghai);
  EXPECT_EQ(file.tests.at(0).starts, from_ms(new_year) - 8h);
}

TEST(test_block, expects_nothing_as_an_empty_list) {
  const auto tests = tests_of(views, "test \"a\" expect nothing TEST \"b\" EXPECT FIRE");
  ASSERT_THAT(tests, SizeIs(2));
  EXPECT_TRUE(tests[0].expected.empty());
  EXPECT_THAT(tests[1].expected, SizeIs(1));
  EXPECT_EQ(tests[0].until, std::nullopt);
}

TEST(test_block, source_and_id_are_the_events_own) {
  const auto tests =
      tests_of(views, "TEST \"a\" 00:00:00 item_view {source: \"app\", id: \"7\"} EXPECT NOTHING");
  EXPECT_EQ(tests[0].given[0].content.source, "app");
  EXPECT_EQ(tests[0].given[0].content.id, "7");
  EXPECT_TRUE(tests[0].given[0].content.attributes.empty());
}

TEST(test_block, the_subject_is_what_by_names) {
  const std::string tail =
      "WHEN user_blocked OR item_view FIRE ONCE\nTEST \"t\"\n"
      "00:00:00 user_blocked {user_id: \"a\", target_user_id: \"b\"}\n"
      "00:00:00 item_view {user_id: \"c\"}\nEXPECT NOTHING";
  const auto first_listed = tests_of("RULE r", tail);
  EXPECT_EQ(first_listed[0].given[0].subject_id, "b");
  EXPECT_EQ(first_listed[0].given[1].subject_id, "c");
  EXPECT_EQ(tests_of("RULE r FOR user BY user_id", tail)[0].given[0].subject_id, "a");
}

TEST(test_block, escapes_and_unicode) {
  const auto tests = tests_of(
      views,
      R"(TEST "t" 00:00:00 item_view {item_id: "a\"\\\n\u79df\ud83d\ude00房"} EXPECT NOTHING)");
  EXPECT_EQ(*tests[0].given[0].content.find(attribute_named("item_id")), value("a\"\\\n租😀房"));
}

TEST(test_block, every_field_that_does_not_fit_is_reported) {
  const compiled_file file = compiled(views + R"(
TEST "t"
  00:00:00 item_view {item_id: 1, price: "x"}
  GIVEN user {age: 1.5, registered_at: "soon"}
  EXPECT FIRE {price: true}
)");
  EXPECT_EQ(file.rule, nullptr);
  EXPECT_TRUE(file.tests.empty());
  EXPECT_EQ(file.found.size(), 5U) << listed(file.found);
}

}  // namespace
}  // namespace beckon::language::testing

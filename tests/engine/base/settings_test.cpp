#include "engine/base/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

settings scalar(std::string text, bool quoted = false) {
  settings node;
  node.what = settings::shape::scalar;
  node.scalar = std::move(text);
  node.quoted = quoted;
  return node;
}

settings list(std::vector<settings> items) {
  settings node;
  node.what = settings::shape::list;
  node.items = std::move(items);
  return node;
}

settings map(std::vector<std::pair<std::string, settings>> members) {
  settings node;
  node.what = settings::shape::map;
  node.file = "a.yaml";
  node.line = 1;
  node.column = 1;
  int line = 1;
  for (auto& [key, content] : members) {
    content.file = node.file;
    content.line = ++line;
    content.column = 9;
    node.members.push_back({key, line, 3, std::move(content)});
  }
  return node;
}

TEST(problem, prints_place_line_caret_and_hint) {
  const problem p{"a.rule", 3, 3, "what", "mend it", false, "\tabc"};
  EXPECT_EQ(p.to_string(), "a.rule:3:3: error: what\n  \tabc\n  \t ^\n  hint: mend it");
  EXPECT_EQ((problem{"a", 0, 0, "m", "", true}.to_string()), "a: warning: m");
  EXPECT_FALSE(has_errors({problem{"a", 0, 0, "m", "", true}}));
  EXPECT_TRUE(has_errors({p}));
}

TEST(settings_reader, reads_each_type) {
  const settings node = map({{"text", scalar("hello")},
                             {"n", scalar("-12")},
                             {"x", scalar("0.5")},
                             {"on", scalar("true")},
                             {"wait", scalar("30 min")},
                             {"from", scalar("2024-11-11 00:00")},
                             {"names", list({scalar("a"), scalar("b")})},
                             {"one", scalar("a")},
                             {"mode", scalar("fast")},
                             {"sub", map({})}});
  problems out;
  settings_reader in(node, "filter 'night'", out);
  EXPECT_EQ(in.text("text"), "hello");
  EXPECT_EQ(in.integer("n", std::nullopt, -20, 20), -12);
  EXPECT_EQ(in.real("x", std::nullopt, 0, 1), 0.5);
  EXPECT_TRUE(in.boolean("on"));
  EXPECT_EQ(in.span("wait"), duration{1800000});
  EXPECT_EQ(in.time("from", "Asia/Shanghai"), from_ms(1731254400000));
  EXPECT_THAT(in.texts("names"), ElementsAre("a", "b"));
  EXPECT_THAT(in.texts("one"), ElementsAre("a"));
  EXPECT_EQ(in.choice("mode", {"slow", "fast"}), "fast");
  EXPECT_NE(in.node("sub", true), nullptr);
  in.finish();
  EXPECT_THAT(out, IsEmpty());
}

TEST(settings_reader, takes_fallbacks_for_what_is_missing_or_null) {
  const settings node = map({{"nothing", settings{}}});
  problems out;
  settings_reader in(node, "x", out);
  EXPECT_EQ(in.text("nothing", "t"), "t");
  EXPECT_EQ(in.integer("b", 7, 0, 10), 7);
  EXPECT_EQ(in.real("c", 0.5, 0, 1), 0.5);
  EXPECT_TRUE(in.boolean("d", true));
  EXPECT_EQ(in.span("e", duration{5}), duration{5});
  EXPECT_EQ(in.time("f"), std::nullopt);
  EXPECT_THAT(in.texts("g"), IsEmpty());
  EXPECT_EQ(in.choice("h", {"a", "b"}, "b"), "b");
  EXPECT_EQ(in.node("i"), nullptr);
  in.finish();
  EXPECT_THAT(out, IsEmpty());
}

TEST(settings_reader, reports_every_missing_key) {
  const settings node = map({});
  problems out;
  settings_reader in(node, "action 'pay'", out);
  in.text("a");
  in.integer("b", std::nullopt, 1, 2);
  in.texts("c", true);
  in.node("d", true);
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(out[0].to_string(), "a.yaml:1:1: error: action 'pay' lacks 'a'");
}

TEST(settings_reader, reports_wrong_types_at_their_place) {
  const settings node = map({{"n", scalar("12", true)},
                             {"octal", scalar("012")},
                             {"far", scalar("12")},
                             {"x", scalar("nan")},
                             {"on", scalar("yes")},
                             {"wait", scalar("5 m")},
                             {"from", scalar("soon")},
                             {"names", map({})},
                             {"text", list({})},
                             {"mode", scalar("fasst")}});
  problems out;
  settings_reader in(node, "x", out);
  EXPECT_EQ(in.integer("n", 1, 0, 20), 1);
  in.integer("octal", 1, 0, 20);
  in.integer("far", 1, 0, 10);
  in.real("x", 1, 0, 10);
  in.boolean("on", true);
  in.span("wait", duration{1});
  in.time("from");
  in.texts("names");
  in.text("text");
  EXPECT_EQ(in.choice("mode", {"slow", "fast"}, "slow"), "slow");
  ASSERT_EQ(out.size(), 10u);
  EXPECT_EQ(out[2].to_string(), "a.yaml:4:9: error: 'far' must be a whole number from 0 to 10");
  EXPECT_THAT(out[5].message, HasSubstr("'min'"));
  EXPECT_THAT(out[9].message, HasSubstr("slow, fast"));
  EXPECT_THAT(out[9].hint, HasSubstr("'fast'"));
}

TEST(settings_reader, reports_unknown_keys_with_the_nearest_known_one) {
  const settings node = map({{"quantiy", scalar("1")}, {"zzz", scalar("1")}});
  problems out;
  settings_reader in(node, "x", out);
  in.integer("quantity", 1, 0, 10);
  in.finish();
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].to_string(),
            "a.yaml:2:3: error: x has no key 'quantiy'\n  hint: did you mean 'quantity'?");
  EXPECT_EQ(out[1].hint, "known here: quantity");
}

TEST(settings_reader, reports_once_that_a_node_is_no_map) {
  const settings node = scalar("x");
  problems out;
  settings_reader in(node, "filter 'night'", out);
  in.text("a");
  in.finish();
  ASSERT_EQ(out.size(), 1u);
  EXPECT_THAT(out[0].message, HasSubstr("must be a map"));
}

TEST(nearest, allows_a_third_of_the_word) {
  EXPECT_EQ(nearest("order_payd", {"order_paid", "order_placed"}), "order_paid");
  EXPECT_EQ(nearest("xy", {"xz"}), "");
  EXPECT_EQ(nearest("completely", {"different"}), "");
}

}  // namespace
}  // namespace beckon

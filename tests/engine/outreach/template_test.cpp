#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/outreach/text_template.hpp"

namespace beckon::outreach {
namespace {

value look_up(std::string_view name) {
  if (name == "name") return "Zoë Wang";
  if (name == "n") return 12;
  if (name == "empty") return "";
  if (name == "user.city") return "杭州市西湖区";
  return {};
}

std::string fill(std::string_view text, std::size_t most = 1000) {
  std::vector<template_fault> faults;
  const auto t = text_template::parse(text, faults);
  if (!faults.empty())
    return "fault at " + std::to_string(faults[0].offset) + ": " + faults[0].message;
  std::string out;
  const auto done = t.append_to(out, look_up, most);
  return done ? out : "error: " + done.error().message;
}

TEST(text_template, fills_in_variables) {
  EXPECT_EQ(fill("Hello {{ name }}, {{n}} left"), "Hello Zoë Wang, 12 left");
  EXPECT_EQ(fill("{{user.city}}"), "杭州市西湖区");
  EXPECT_EQ(fill("no variable { } % }"), "no variable { } % }");
  EXPECT_EQ(fill(""), "");
}

TEST(text_template, default_replaces_missing_and_empty_only) {
  EXPECT_EQ(fill("{{ gone | default: \"you\" }}"), "you");
  EXPECT_EQ(fill("{{ empty | default: 'you' }}"), "you");
  EXPECT_EQ(fill("{{ name | default: 'you' }}"), "Zoë Wang");
  EXPECT_EQ(fill("{{ gone | default: -1.50 }}"), "-1.50");
  EXPECT_EQ(fill("{{ empty }}"), "");
}

TEST(text_template, a_missing_value_without_default_is_an_error) {
  EXPECT_EQ(fill("x {{ gone | upcase }}"), "error: variable 'gone' has no value and no default");
}

TEST(text_template, filters_apply_left_to_right) {
  EXPECT_EQ(fill("{{ name | upcase }}"), "ZOë WANG");
  EXPECT_EQ(fill("{{ name | upcase | downcase }}"), "zoë wang");
  EXPECT_EQ(fill("{{ gone | upcase | default: 'You' | upcase }}"), "YOU");
}

TEST(text_template, truncate_counts_characters_and_marks_the_cut) {
  EXPECT_EQ(fill("{{ name | truncate: 8 }}"), "Zoë Wang");
  EXPECT_EQ(fill("{{ name | truncate: 7 }}"), "Zoë ...");
  EXPECT_EQ(fill("{{ user.city | truncate: 5 }}"), "杭州...");
  EXPECT_EQ(fill("{{ user.city | truncate: 2 }}"), "杭州");
}

TEST(text_template, braces_are_written_as_a_text) {
  EXPECT_EQ(fill("{{ \"{{\" }} and {{ '}}' }}"), "{{ and }}");
}

TEST(text_template, stops_at_its_limit) {
  EXPECT_EQ(fill("{{ name }}", 9), "Zoë Wang");
  EXPECT_EQ(fill("{{ name }}", 8), "error: longer than 8 bytes");
}

TEST(text_template, faults_say_what_and_where) {
  EXPECT_EQ(fill("Hi {{ name"), "fault at 3: '{{' without '}}'");
  EXPECT_EQ(fill("Hi {{ name | upcas }}"), "fault at 13: there is no filter 'upcas'");
  EXPECT_EQ(fill("Hi {{ }}"), "fault at 6: '{{ }}' names no variable");
  EXPECT_EQ(fill("a }} b"), "fault at 2: '}}' without '{{'");
  EXPECT_EQ(fill("{% if x %}"), "fault at 0: tags ({% … %}) are not supported");
  EXPECT_EQ(fill("{{ a b }}"), "fault at 5: '}}' or '|' must stand here");
  EXPECT_EQ(fill("{{ 1a }}"), "fault at 3: a variable's name must stand here");
  EXPECT_EQ(fill("{{ a | }}"), "fault at 7: a filter's name must follow '|'");
  EXPECT_EQ(fill("{{ a | default }}"), "fault at 7: 'default' needs an argument");
  EXPECT_EQ(fill("{{ a | default: you }}"),
            "fault at 16: the argument of 'default' must be a text in quotes or a number");
  EXPECT_EQ(fill("{{ a | default: \"you }}"), "fault at 16: this text has no closing quote");
  EXPECT_EQ(fill("{{ a | upcase: 3 }}"), "fault at 7: 'upcase' takes no argument");
  EXPECT_EQ(fill("{{ a | truncate: 0 }}"),
            "fault at 17: the argument of 'truncate' must be a whole number from 1 to 10000");
  EXPECT_EQ(fill("{{ a | truncate: 99999999999999999999 }}"),
            "fault at 17: the argument of 'truncate' must be a whole number from 1 to 10000");
}

TEST(text_template, every_fault_is_reported_with_a_hint) {
  std::vector<template_fault> faults;
  text_template::parse("{{ }} {{ a | upcas }} {{ b", faults);
  ASSERT_EQ(faults.size(), 3u);
  EXPECT_EQ(faults[1].offset, 13u);
  EXPECT_EQ(faults[1].hint, "did you mean 'upcase'?");
  EXPECT_EQ(faults[2].offset, 22u);
}

TEST(text_template,
     text_without_braces_is_itself_and_any_text_ends_in_a_template_or_faults_inside_it) {
  std::mt19937 random(11);
  const std::string parts[] = {
      "{{", "}}", "{", "}", " ",    "name", "|",  ":",  "default", "truncate",
      "'",  "\"", "5", ".", "user", "\n",   "你", "{%", "\xFF",    std::string(1, '\0')};
  int right = 0, wrong = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (unsigned i = random() % 14; i > 0; --i) text += parts[random() % std::size(parts)];
    std::vector<template_fault> faults;
    const auto t = text_template::parse(text, faults);
    for (const template_fault& f : faults) ASSERT_LE(f.offset, text.size()) << text;
    (faults.empty() ? right : wrong) += 1;
    if (!faults.empty()) continue;
    std::string out;
    const auto done = t.append_to(
        out, [](std::string_view) { return value("v"); }, 10'000);
    ASSERT_TRUE(done.ok()) << text;
    if (t.slots().empty()) {
      ASSERT_EQ(out, text);
    }
    ASSERT_TRUE(text.find("{{") == std::string::npos || !t.slots().empty()) << text;
  }
  EXPECT_GT(right, 1000);
  EXPECT_GT(wrong, 1000);
}

}  // namespace
}  // namespace beckon::outreach

#include <chrono>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/yaml/yaml.hpp"

namespace beckon::adapters {
namespace {

using testing::HasSubstr;

problems refuse(std::string_view text) {
  problems found;
  load_yaml(text, "f.yaml", found);
  return found;
}

struct refusal {
  const char* name;
  std::string text;
  int line;
  int column;
  const char* message;
};

void PrintTo(const refusal& r, std::ostream* out) {
  *out << r.name;
}

class yaml_refuses : public testing::TestWithParam<refusal> {};

TEST_P(yaml_refuses, with_its_place) {
  const problems found = refuse(GetParam().text);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].file, "f.yaml");
  EXPECT_EQ(found[0].line, GetParam().line) << found[0].to_string();
  EXPECT_EQ(found[0].column, GetParam().column) << found[0].to_string();
  EXPECT_THAT(found[0].message, HasSubstr(GetParam().message));
  EXPECT_FALSE(found[0].hint.empty());
}

INSTANTIATE_TEST_SUITE_P(
    all, yaml_refuses,
    testing::Values(
        refusal{"duplicate_key", "a: 1\nb: 2\na: 3\n", 3, 1, "'a' stands here a second time"},
        refusal{"duplicate_key_in_flow", "x: {a: 1, 'a': 2}\n", 1, 11, "second time"},
        refusal{"anchor", "a: &x 1\n", 1, 4, "anchor '&x'"},
        refusal{"anchor_on_a_map", "a: &x\n  b: 1\n", 1, 4, "anchor '&x'"},
        refusal{"alias_without_anchor", "a: *x\n", 1, 4, "not YAML"},
        refusal{"merge_key", "a:\n  <<: {b: 1}\n", 2, 3, "merge keys"},
        refusal{"tag", "a: !!int 1\n", 1, 4, "tags"},
        refusal{"own_tag", "a: !thing {b: 1}\n", 1, 4, "tags"},
        refusal{"non_specific_tag", "a: ! b\n", 1, 4, "tags"},
        refusal{"tag_on_a_list", "a: !!set [1]\n", 1, 4, "tags"},
        refusal{"tag_on_an_empty_value", "a: !!str\nb: 1\n", 1, 4, "tags"},
        refusal{"list_as_key", "? [a, b]\n: 1\n", 1, 3, "key must be a text"},
        refusal{"map_as_key", "{{a: 1}: 2}\n", 1, 2, "key must be a text"},
        refusal{"null_as_key", "null: 1\n", 1, 1, "key must be a text"},
        refusal{"tab_indentation", "a:\n\tb: 1\n", 2, 1, "a tab cannot indent"},
        refusal{"tab_after_spaces", "a:\n  \tb: 1\n", 2, 3, "a tab cannot indent"},
        refusal{"second_document", "a: 1\n---\nb: 2\n", 2, 1, "second document"},
        refusal{"latin_1", "a: 1\nb: caf\xE9\n", 2, 7, "not UTF-8"},
        refusal{"overlong_utf_8", "a: \xC0\xAF\n", 1, 4, "not UTF-8"},
        refusal{"surrogate", "a: \xED\xA0\x80\n", 1, 4, "not UTF-8"},
        refusal{"cut_utf_8", "a: \xE4\xBD", 1, 4, "not UTF-8"},
        refusal{"nul", std::string("a: x\0y\n", 7), 1, 5, "control character"},
        refusal{"end_of_transmission", "a: x\x04\nb: 1\n", 1, 5, "control character"},
        refusal{"utf_16",
                std::string("\xFF\xFE"
                            "a\0:\0",
                            6),
                1, 1, "not UTF-8"},
        refusal{"unclosed_quote", "a: 'x\nb: 1\n", 1, 4, "never closed"},
        refusal{"unclosed_double_quote", "a: \"x \\\" y\n", 1, 4, "never closed"},
        refusal{"unclosed_quote_with_an_escaped_one", "a: 'it''s\n", 1, 4, "never closed"},
        refusal{"unclosed_quote_at_the_very_end", "a: 'x", 1, 6, "not YAML"},
        refusal{"key_without_colon", "a: 1\nb", 2, 1, "lacks a colon"},
        refusal{"key_without_colon_in_flow", "a: {b, c: 1}\n", 1, 5, "lacks a colon"},
        refusal{"explicit_key", "? a\n: 1\n", 1, 3, "lacks a colon"},
        refusal{"list_then_map", "- a\nb: c\n", 2, 1, "does not belong"},
        refusal{"content_after_the_end", "a: 1\n...\nb: 2\n", 3, 1, "does not belong"},
        refusal{"unclosed_bracket", "a: [1, 2\nb: 3\n", 2, 2, "not YAML"},
        refusal{"wrong_indentation", "a:\n  b: 1\n c: 2\n", 3, 2, "not YAML"},
        refusal{"colon_in_text", "a: b: c\n", 1, 5, "not YAML"}),
    [](const auto& at) { return std::string(at.param.name); });

TEST(yaml_refusals, are_all_found_in_one_pass) {
  const problems found = refuse("a: &x 1\nb: *x\na: !!int 2\n<<: {c: 1}\n");
  ASSERT_EQ(found.size(), 5U);
  EXPECT_EQ(found[0].line, 1);
  EXPECT_EQ(found[1].line, 2);
  EXPECT_EQ(found[2].line, 3);
  EXPECT_EQ(found[3].line, 3);
  EXPECT_EQ(found[4].line, 4);
}

TEST(yaml_refusals, keep_the_first_of_two_equal_keys_and_go_on) {
  problems found;
  const settings tree = load_yaml("a: 1\na: {x: [1]}\nb: 2\n", "f.yaml", found);
  ASSERT_EQ(tree.members.size(), 2U);
  EXPECT_EQ(tree.find("a")->scalar, "1");
  EXPECT_EQ(tree.find("b")->scalar, "2");
}

TEST(yaml_refusals, show_the_source_line) {
  const problems found = refuse("a: 1\r\na: 2\r\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].source_line, "a: 2");
  EXPECT_THAT(found[0].hint, HasSubstr("line 1"));
}

std::string nested_lists(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

TEST(yaml_refusals, begin_at_depth_33) {
  EXPECT_TRUE(refuse(nested_lists(yaml_most_depth)).empty());
  const problems found = refuse(nested_lists(yaml_most_depth + 1));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].message, HasSubstr("nested"));
  EXPECT_EQ(found[0].column, yaml_most_depth + 1);
}

TEST(yaml_refusals, of_one_file_are_bounded) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a: 1\n";
  EXPECT_EQ(refuse(text).size(), yaml_most_problems);
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "\ta: 1\n";
  EXPECT_EQ(refuse(lines).size(), yaml_most_problems);
}

TEST(yaml_refusals, of_an_alias_bomb_cost_nothing) {
  std::string text = "a0: &a0 [x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " + before +
            "]\n";
  }
  EXPECT_GE(refuse(text).size(), 80U);
}

TEST(yaml_refusals, of_large_nonsense_end_in_seconds) {
  const auto repeated = [](std::string_view part) {
    std::string text;
    while (text.size() + part.size() <= yaml_most_bytes) text += part;
    return text;
  };
  for (const char* part : {"[", "{", "- ", "? ", "[,", "a: ", "{a: ", "'", "\"a\n", "- x\n", "|\n",
                           "&a ", "!", "a", " ", "a:\n", "[a, ", "%\n", "x,"}) {
    const auto start = std::chrono::steady_clock::now();
    problems found;
    load_yaml(repeated(part), "f.yaml", found);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20)) << part;
    EXPECT_LE(found.size(), yaml_most_problems) << part;
  }
}

TEST(yaml_refusals, of_random_text_never_escape_as_exceptions) {
  std::mt19937 random(7);
  const std::string alphabet = "ab:-[]{},'\"|>&*!%#? \n\n  01~\t\\";
  std::size_t refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::size_t n = random() % 40; n > 0; --n) text += alphabet[random() % alphabet.size()];
    refused += refuse(text).empty() ? 0 : 1;
  }
  EXPECT_GT(refused, 1000U);
  EXPECT_LT(refused, 20000U);
}

}  // namespace
}  // namespace beckon::adapters

#include "adapters/yaml/yaml.hpp"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace beckon::adapters {
namespace {

using testing::HasSubstr;

settings load(std::string_view text) {
  problems found;
  settings tree = load_yaml(text, "f.yaml", found);
  for (const problem& p : found) ADD_FAILURE() << p.to_string();
  return tree;
}

const settings& member(const settings& node, std::string_view key) {
  static const settings missing;
  const settings* found = node.find(key);
  EXPECT_NE(found, nullptr) << key;
  return found == nullptr ? missing : *found;
}

TEST(yaml, keeps_scalars_as_the_text_that_was_written) {
  const settings tree =
      load("a: 012\nb: no\nc: yes\nd: 1e3\ne: 2024-01-01\nf: 12:30:45\ng: 0x1F\n");
  EXPECT_EQ(member(tree, "a").scalar, "012");
  EXPECT_EQ(member(tree, "b").scalar, "no");
  EXPECT_EQ(member(tree, "c").scalar, "yes");
  EXPECT_EQ(member(tree, "d").scalar, "1e3");
  EXPECT_EQ(member(tree, "e").scalar, "2024-01-01");
  EXPECT_EQ(member(tree, "f").scalar, "12:30:45");
  EXPECT_EQ(member(tree, "g").scalar, "0x1F");
  EXPECT_FALSE(member(tree, "a").quoted);
}

TEST(yaml, marks_every_form_of_quoting) {
  const settings tree = load("a: '12'\nb: \"no\"\nc: |\n  12\nd: >\n  x\n  y\ne: ''\nf: 12\n");
  EXPECT_TRUE(member(tree, "a").quoted);
  EXPECT_TRUE(member(tree, "b").quoted);
  EXPECT_TRUE(member(tree, "c").quoted);
  EXPECT_EQ(member(tree, "c").scalar, "12\n");
  EXPECT_EQ(member(tree, "d").scalar, "x y\n");
  EXPECT_EQ(member(tree, "e").what, settings::shape::scalar);
  EXPECT_FALSE(member(tree, "f").quoted);
}

TEST(yaml, knows_where_everything_stands) {
  const settings tree = load("# head\na:\n  - x\n  - {b: \"d\\u00e9\", c: [1, 2]}\né: v\n");
  const settings& list = member(tree, "a");
  EXPECT_EQ(tree.members[0].line, 2);
  EXPECT_EQ(tree.members[0].column, 1);
  EXPECT_EQ(list.items[0].line, 3);
  EXPECT_EQ(list.items[0].column, 5);
  EXPECT_EQ(member(list.items[1], "b").column, 9);
  EXPECT_EQ(member(list.items[1], "b").scalar, "d\u00e9");
  EXPECT_EQ(member(list.items[1], "c").items[1].scalar, "2");
  EXPECT_EQ(member(tree, "é").column, 5);  // columns count bytes
  EXPECT_EQ(member(tree, "é").file, "f.yaml");
}

TEST(yaml, keeps_members_in_file_order) {
  const settings tree = load("z: 1\na: 2\nm: 3\n");
  ASSERT_EQ(tree.members.size(), 3U);
  EXPECT_EQ(tree.members[0].key, "z");
  EXPECT_EQ(tree.members[2].key, "m");
}

TEST(yaml, puts_an_empty_value_at_its_key) {
  const settings tree = load("a:\nb: ~\nc: null\n");
  EXPECT_EQ(member(tree, "a").what, settings::shape::null);
  EXPECT_EQ(member(tree, "a").line, 1);
  EXPECT_EQ(member(tree, "b").what, settings::shape::null);
  EXPECT_EQ(member(tree, "c").what, settings::shape::null);
}

TEST(yaml, reads_an_empty_text_as_null_with_its_file) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n"}) {
    const settings tree = load(text);
    EXPECT_EQ(tree.what, settings::shape::null) << text;
    EXPECT_EQ(tree.file, "f.yaml") << text;
  }
}

TEST(yaml, reads_byte_order_mark_and_carriage_returns) {
  const settings tree = load(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: 2\r\n");
  EXPECT_EQ(member(tree, "a").scalar, "1");
  EXPECT_EQ(member(tree, "b").line, 2);
  EXPECT_EQ(member(tree, "b").scalar, "2");
}

TEST(yaml, allows_tabs_inside_text_and_before_comments) {
  const settings tree = load("a: x\ty\t# note\nb: \"q\\tr\"\n");
  EXPECT_EQ(member(tree, "a").scalar, "x\ty");
  EXPECT_EQ(member(tree, "b").scalar, "q\tr");
}

TEST(yaml, takes_keys_in_every_simple_form) {
  const settings tree = load("'a b': 1\n\"c: \\\"d\": 2\nf : 4\ng: {\"h\":5, 'i''j': 6, k: }\n");
  EXPECT_EQ(member(tree, "a b").scalar, "1");
  EXPECT_EQ(member(tree, "c: \"d").scalar, "2");
  EXPECT_EQ(member(tree, "f").scalar, "4");
  EXPECT_EQ(member(member(tree, "g"), "h").scalar, "5");
  EXPECT_EQ(member(member(tree, "g"), "i'j").scalar, "6");
  EXPECT_EQ(member(member(tree, "g"), "k").what, settings::shape::null);
}

TEST(yaml, gives_settings_readers_their_problems_places) {
  const settings tree = load("times: 012\nname: x\nnmae: y\n");
  problems found;
  settings_reader reader(tree, "thing", found);
  reader.integer("times", std::nullopt, 0, 100);
  reader.text("name");
  reader.finish();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].line, 1);
  EXPECT_EQ(found[0].column, 8);
  EXPECT_EQ(found[1].line, 3);
}

class yaml_file : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    path_ = folder_ + "/a.yaml";
  }
  void TearDown() override {
    unlink(path_.c_str());
    rmdir(folder_.c_str());
  }
  std::string folder_ = testing::TempDir() + "beckon_yaml_XXXXXX";
  std::string path_;
  problems found_;
};

TEST_F(yaml_file, is_read) {
  std::ofstream(path_) << "a: 1\n";
  const settings tree = load_yaml_file(path_, found_);
  EXPECT_TRUE(found_.empty());
  EXPECT_EQ(member(tree, "a").file, path_);
}

TEST_F(yaml_file, that_is_missing_is_a_problem_of_line_0) {
  EXPECT_EQ(load_yaml_file(path_, found_).what, settings::shape::null);
  ASSERT_EQ(found_.size(), 1U);
  EXPECT_EQ(found_[0].file, path_);
  EXPECT_EQ(found_[0].line, 0);
  EXPECT_THAT(found_[0].message, HasSubstr("No such file"));
}

TEST_F(yaml_file, that_is_a_folder_is_a_problem) {
  load_yaml_file(folder_, found_);
  ASSERT_EQ(found_.size(), 1U);
  EXPECT_THAT(found_[0].message, HasSubstr("Is a directory"));
}

TEST_F(yaml_file, over_4_mib_is_refused) {
  std::ofstream(path_) << std::string(yaml_most_bytes + 1, '#');
  load_yaml_file(path_, found_);
  ASSERT_EQ(found_.size(), 1U);
  EXPECT_THAT(found_[0].message, HasSubstr("larger than 4 MiB"));
}

}  // namespace
}  // namespace beckon::adapters

#include "topology/directory.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_directory.hpp"

namespace beckon::topology {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A directory of its own, gone at the end.
class read_directory_test : public ::testing::Test {
 protected:
  void write(const std::string& below, const std::string& text) {
    std::filesystem::create_directories((root_ / below).parent_path());
    std::ofstream(root_ / below) << text;
  }

  tests::temporary_directory directory_;
  std::filesystem::path root_ = directory_.path();
};

TEST_F(read_directory_test, reads_each_file_where_it_belongs) {
  write("beckon.yaml", "name: a");
  write("catalogue.yaml", "events: {}");
  write("rules/b.rule", "B");
  write("rules/a.rule", "A");
  write("lists/vip.txt", "1");
  write("materials.yaml", "m");
  write("materials/spring.yaml", "n");
  write("data/state/x.yaml", "none of ours");
  write(".hidden.yaml", "none of ours");
  const configuration_directory d = read_directory(root_.string());
  EXPECT_THAT(d.found, IsEmpty());
  ASSERT_TRUE(d.deployment);
  EXPECT_EQ(d.deployment->text, "name: a");
  EXPECT_EQ(d.deployment->path, (root_ / "beckon.yaml").string());
  EXPECT_FALSE(d.actions);
  ASSERT_EQ(d.rules.size(), 2U);
  EXPECT_EQ(d.rules[0].name, "a");
  EXPECT_EQ(d.rules[1].text, "B");
  EXPECT_EQ(d.materials.size(), 2U);
  ASSERT_EQ(d.lists.size(), 1U);
  EXPECT_EQ(d.lists[0].name, "vip");
}

TEST_F(read_directory_test, warns_of_files_nobody_reads) {
  write("action.yaml", "");
  write("lonely.rule", "");
  write("rules/note.txt", "");
  write("README.md", "fine");
  const configuration_directory d = read_directory(root_.string());
  ASSERT_EQ(d.found.size(), 3U);
  for (const problem& p : d.found) EXPECT_TRUE(p.warning);
  EXPECT_THAT(d.found[0].hint, HasSubstr("end in .rule"));
  EXPECT_THAT(d.found[1].hint, HasSubstr("actions.yaml"));
  EXPECT_THAT(d.found[2].hint, HasSubstr("move it to rules/"));
}

TEST_F(read_directory_test, says_which_file_cannot_be_read) {
  write("actions.yaml/x", "");
  std::filesystem::create_directories(root_ / "rules");
  std::filesystem::create_symlink("/nowhere/at/all", root_ / "rules/gone.rule");
  const configuration_directory d = read_directory(root_.string());
  ASSERT_EQ(d.found.size(), 2U);
  EXPECT_THAT(d.found[0].to_string(),
              HasSubstr("actions.yaml: error: cannot be read: it is a directory"));
  EXPECT_THAT(d.found[1].to_string(), HasSubstr("No such file"));
}

TEST_F(read_directory_test, says_why_there_is_no_directory) {
  write("file", "");
  EXPECT_THAT(read_directory((root_ / "missing").string()).found[0].message,
              HasSubstr("no such directory"));
  EXPECT_THAT(read_directory((root_ / "file").string()).found[0].message,
              HasSubstr("no directory"));
}

}  // namespace
}  // namespace beckon::topology

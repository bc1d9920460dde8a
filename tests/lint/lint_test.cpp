// The tree keeps its rules, and each check catches what it is there for (planted in a temporary
// tree).
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lint/include_rules.hpp"
#include "tests/lint/text_checks.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::lint {

void PrintTo(const finding& f, std::ostream* out) {
  *out << f.path << ":" << f.line << ": " << f.what;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string listed(const std::vector<finding>& all) {
  std::string text;
  for (const auto& f : all) text += f.path + ":" + std::to_string(f.line) + ": " + f.what + "\n";
  return text;
}

const std::vector<source_file>& this_tree() {
  static const std::vector<source_file> files = read_tree(BECKON_SOURCE_DIR);
  return files;
}

class planted : public testing::Test {
 protected:
  void plant(const std::string& path, const std::string& text) const {
    const auto file = directory_.path() / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::vector<source_file> tree() const { return read_tree(directory_.path()); }

 private:
  tests::temporary_directory directory_;
};

// ---- this tree ----

TEST(tree, is_read) {
  EXPECT_GT(this_tree().size(), 300U);
}
TEST(tree, keeps_to_who_may_include_whom) {
  EXPECT_EQ(listed(forbidden_includes(this_tree())), "");
}
TEST(tree, has_no_unfinished_marks) {
  EXPECT_EQ(listed(unfinished_marks(this_tree())), "");
}
TEST(tree, has_no_long_files) {
  EXPECT_EQ(listed(long_files(this_tree())), "");
}
TEST(tree, describes_every_folder) {
  EXPECT_EQ(listed(folders_without_readme(this_tree())), "");
}
TEST(tree, describes_every_file) {
  EXPECT_EQ(listed(files_without_a_line(this_tree())), "");
}
TEST(tree, names_no_machine) {
  EXPECT_EQ(listed(machine_paths(this_tree())), "");
}
TEST(tree, reads_no_clock_where_time_is_an_argument) {
  EXPECT_EQ(listed(clocks_read(this_tree())), "");
}

// ---- each check catches ----

TEST_F(planted, a_library_in_the_engine) {
  plant("engine/base/a.cpp",
        "#include \"engine/base/a.hpp\"\n\n#include <caf/all.hpp>\n#include <re2/re2.h>\n");
  EXPECT_THAT(forbidden_includes(tree()),
              ElementsAre(finding{"engine/base/a.cpp", 3,
                                  "engine/ may not include the library of 'caf/all.hpp'"}));
}

TEST_F(planted, a_thread_in_the_engine) {
  plant("engine/base/a.cpp", "#include <thread>\n#include <vector>\n");
  EXPECT_THAT(forbidden_includes(tree()),
              ElementsAre(finding{"engine/base/a.cpp", 1, "engine/ does without 'thread'"}));
}

TEST_F(planted, an_adapter_in_the_engine) {
  plant("engine/base/a.cpp", "#include \"adapters/nats/nats_bus.hpp\"\n");
  EXPECT_THAT(forbidden_includes(tree()),
              ElementsAre(finding{"engine/base/a.cpp", 1,
                                  "engine/ may not include 'adapters/nats/nats_bus.hpp'"}));
}

TEST_F(planted, a_sibling_of_an_actor) {
  plant("actors/rule/a.cpp",
        "#include \"actors/session/session.hpp\"\n#include \"actors/supervision/watch.hpp\"\n");
  EXPECT_THAT(forbidden_includes(tree()),
              ElementsAre(finding{"actors/rule/a.cpp", 1,
                                  "actors/rule/ may not include 'actors/session/session.hpp'"}));
}

TEST_F(planted, a_supervisors_child_is_allowed) {
  plant("actors/partition/a.cpp", "#include \"actors/session/session.hpp\"\n");
  EXPECT_THAT(forbidden_includes(tree()), IsEmpty());
}

TEST_F(planted, actors_in_an_adapter) {
  plant("adapters/log/a.cpp", "#include <caf/all.hpp>\n#include <unistd.h>\n");
  EXPECT_THAT(forbidden_includes(tree()),
              ElementsAre(finding{"adapters/log/a.cpp", 1,
                                  "adapters/log/ may not include the library of 'caf/all.hpp'"}));
}

TEST_F(planted, a_bus_in_the_plan) {
  plant("topology/plan/a.cpp", "#include \"messages/port/bus.hpp\"\n");
  EXPECT_THAT(forbidden_includes(tree()),
              ElementsAre(finding{"topology/plan/a.cpp", 1,
                                  "topology/plan/ may not include 'messages/port/bus.hpp'"}));
}

TEST_F(planted, an_include_that_does_not_begin_at_the_root) {
  plant("engine/base/a.cpp", "#include \"a.hpp\"\n");
  EXPECT_THAT(forbidden_includes(tree()),
              ElementsAre(finding{"engine/base/a.cpp", 1,
                                  "'a.hpp' does not begin at the root of the tree"}));
}

TEST_F(planted, a_folder_no_rule_knows) {
  plant("adapters/carrier_pigeon/a.cpp", "");
  EXPECT_THAT(forbidden_includes(tree()),
              ElementsAre(finding{"adapters/carrier_pigeon/a.cpp", 0,
                                  "no rule says what may be included here"}));
}

TEST_F(planted, unfinished_marks) {
  plant("ops/x",
        "fine\n# FIX"
        "ME: later\nXXXXX is a pattern\n");
  EXPECT_THAT(unfinished_marks(tree()), ElementsAre(finding{"ops/x", 2,
                                                            "unfinished: FIX"
                                                            "ME"}));
}

TEST_F(planted, a_file_too_long) {
  std::string text;
  for (std::size_t i = 0; i < most_lines; ++i) text += "\n";
  plant("engine/right.cpp", text);
  plant("engine/wrong.cpp", text + "\n");
  plant("engine/LICENSE", text + "\n");
  EXPECT_THAT(long_files(tree()),
              ElementsAre(finding{"engine/wrong.cpp", 0, "401 lines, more than 400"}));
}

TEST_F(planted, a_folder_without_readme) {
  plant("engine/a/x.cpp", "");
  plant("engine/b/x.cpp", "");
  plant("engine/b/README.md", "b\n");
  plant("engine/b/inner/x.cpp", "");
  plant("engine/b/other/x.cpp", "");
  plant("engine/b/README.md", "`inner/`: described above itself\n");
  EXPECT_THAT(
      folders_without_readme(tree()),
      ElementsAre(finding{"engine/a", 0, "a folder with sources and without README.md"},
                  finding{"engine/b/other", 0, "a folder with sources and without README.md"}));
}

TEST_F(planted, a_file_without_a_line) {
  plant("engine/README.md", "`known.hpp`, `inner/deep.hpp`\n");
  plant("engine/known.cpp", "");
  plant("engine/inner/deep.hpp", "");
  plant("engine/inner/forgotten.hpp", "");
  EXPECT_THAT(files_without_a_line(tree()),
              ElementsAre(finding{"engine/inner/forgotten.hpp", 0,
                                  "a file without a line in its folder's README.md"}));
}

TEST_F(planted, machine_paths) {
  plant("ops/x",
        "cd /wo"
        "rk/main\nactors/wo"
        "rk/x\n");
  EXPECT_THAT(machine_paths(tree()), ElementsAre(finding{"ops/x", 1,
                                                         "a path of one machine: /wo"
                                                         "rk/"}));
}

TEST_F(planted, clocks) {
  plant("engine/a.cpp",
        "auto t = std::chrono::steady_clock"
        "::now();\n");
  plant("adapters/a.cpp",
        "auto t = std::chrono::steady_clock"
        "::now();\n");
  EXPECT_THAT(clocks_read(tree()), ElementsAre(finding{"engine/a.cpp", 1,
                                                       "time is an argument here: _clock"
                                                       "::now"}));
}

TEST_F(planted, what_git_does_not_track_is_left_out) {
  plant("build-x/a.cpp",
        "X"
        "XX");
  plant("tests/node_modules/a.js",
        "X"
        "XX");
  EXPECT_THAT(tree(), IsEmpty());
}

}  // namespace
}  // namespace beckon::lint

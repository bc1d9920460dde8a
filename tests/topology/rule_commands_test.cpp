// beckon rule fmt and rule show.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"

namespace beckon::topology {
namespace {

using ::testing::HasSubstr;

constexpr const char* untidy =
    "rule greet \"Hi\" -- why\nwhen hello as h fire once return h.n as n";
constexpr const char* tidy =
    "RULE greet \"Hi\"   -- why\nWHEN hello AS h\nFIRE ONCE\nRETURN h.n AS n\n";

class rule_commands : public ::testing::Test {
 protected:
  rule_commands() {
    std::filesystem::create_directories(directory_.path() / "rules");
    write("catalogue.yaml", "events:\n  hello:\n    fields: {n: int64}\n  bye: {}\n");
  }

  std::string write(const std::string& below, const std::string& text) const {
    std::ofstream(directory_.file(below)) << text;
    return directory_.file(below);
  }
  static std::string read(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string path() const { return directory_.path().string(); }

 private:
  tests::temporary_directory directory_;
};

TEST_F(rule_commands, fmt_prints_the_canonical_layout_and_changes_nothing) {
  const std::string file = write("rules/greet.rule", untidy);
  const command_outcome o = run_words({"rule", "fmt", file});
  EXPECT_EQ(o.exit, 0);
  EXPECT_EQ(o.out, tidy);
  EXPECT_EQ(read(file), untidy);
}

TEST_F(rule_commands, fmt_check_lists_files_that_differ) {
  const std::string wrong = write("rules/greet.rule", untidy);
  write("rules/right.rule", tidy);
  const command_outcome o = run_words({"rule", "fmt", "--check", path() + "/rules"});
  EXPECT_EQ(o.exit, 1);
  EXPECT_EQ(o.out, wrong + "\n");
  EXPECT_EQ(read(wrong), untidy);
}

TEST_F(rule_commands, fmt_write_rewrites_such_files_in_place) {
  const std::string file = write("rules/greet.rule", untidy);
  std::filesystem::permissions(file, std::filesystem::perms{0640});
  std::filesystem::create_symlink(file, path() + "/link.rule");
  const command_outcome o = run_words({"rule", "fmt", "--write", path() + "/link.rule"});
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_EQ(read(file), tidy);
  EXPECT_TRUE(std::filesystem::is_symlink(path() + "/link.rule"));
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms{0640});
  EXPECT_EQ(run_words({"rule", "fmt", "--write", "--output=json", file}).out,
            "{\"files\":[{\"differs\":false,\"file\":\"" + file + "\"}]}\n");
  const auto files = std::filesystem::directory_iterator(path() + "/rules");
  EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "nothing is left behind";
}

TEST_F(rule_commands, fmt_says_what_is_wrong_and_leaves_the_file_alone) {
  const std::string file = write("rules/greet.rule", "RULE greet\nWHEN\nFIRE ONCE");
  const command_outcome o = run_words({"rule", "fmt", "--write", file});
  EXPECT_EQ(o.exit, 78);
  EXPECT_THAT(o.err, HasSubstr("greet.rule:3:1: error: expected an event"));
  EXPECT_EQ(read(file), "RULE greet\nWHEN\nFIRE ONCE");
}

TEST_F(rule_commands, fmt_refuses_what_makes_no_sense) {
  const std::string file = write("rules/greet.rule", untidy);
  EXPECT_EQ(run_words({"rule", "fmt", "--check", "--write", file}).exit, 64);
  EXPECT_EQ(run_words({"rule", "fmt", "--write", "-"}).exit, 64);
  EXPECT_EQ(run_words({"rule", "fmt", path() + "/none.rule"}).exit, 66);
  EXPECT_EQ(run_words({"rule", "fmt"}).exit, 64);
}

TEST_F(rule_commands, show_draws_a_file_or_a_rule_of_a_configuration) {
  const std::string file = write("rules/greet.rule", untidy);
  const command_outcome by_file = run_words({"rule", "show", file});
  EXPECT_EQ(by_file.exit, 0) << by_file.err;
  EXPECT_THAT(by_file.out, HasSubstr("RULE greet  \"Hi\"\n"));
  EXPECT_THAT(by_file.out, HasSubstr("┌─ 0 ─ WHEN"));
  EXPECT_THAT(by_file.out, HasSubstr("bytes for one user\n"));
  EXPECT_EQ(run_words({"rule", "show", "greet", "-c", path()}).out, by_file.out);
}

TEST_F(rule_commands, show_as_data) {
  const std::string file = write("rules/greet.rule", untidy);
  const auto json = nlohmann::json::parse(run_words({"rule", "show", file, "--output=json"}).out);
  EXPECT_EQ(json["name"], "greet");
  EXPECT_EQ(json["positions"][0]["events"], "hello");
  EXPECT_EQ(json["positions"][0]["keeps"], nlohmann::json::array({"h.n"}));
  std::size_t sum = 0;
  for (const auto& part : json["size"]) {
    sum += part["bytes"].get<std::size_t>() * part["times"].get<std::size_t>();
  }
  EXPECT_EQ(json["worst_case_bytes"], sum);
}

TEST_F(rule_commands, show_refuses_what_is_not_there_or_wrong) {
  EXPECT_EQ(run_words({"rule", "show", "nobody"}).exit, 66);
  EXPECT_EQ(run_words({"rule", "show", "nobody", "-c", path()}).exit, 66);
  const std::string file = write("rules/greet.rule", "RULE greet WHEN helo FIRE ONCE");
  const command_outcome o = run_words({"rule", "show", file, "--output", "json"});
  EXPECT_EQ(o.exit, 78);
  const auto problem = nlohmann::json::parse(o.err);
  EXPECT_EQ(problem["column"], 17);
  EXPECT_EQ(problem["length"], 4);
  EXPECT_EQ(problem["hint"], "did you mean 'hello'?");
  EXPECT_THAT(problem["reference"].get<std::string>(), HasSubstr("language, "));
}

}  // namespace
}  // namespace beckon::topology

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"
#include "topology/run_file.hpp"

namespace beckon::topology {
namespace {

using ::testing::HasSubstr;

/// A configuration with one rule.
class small_configuration {
 public:
  explicit small_configuration(const std::string& rule) {
    std::filesystem::create_directories(directory_.path() / "rules");
    write("catalogue.yaml", "events:\n  hello:\n    fields: {n: int64}\n  bye: {}\n");
    write("rules/greet.rule", rule);
  }

  void write(const std::string& below, const std::string& text) const {
    std::ofstream(directory_.file(below)) << text;
  }
  std::string path() const { return directory_.path().string(); }
  std::string rule() const { return directory_.file("rules/greet.rule"); }

 private:
  tests::temporary_directory directory_;
};

constexpr const char* greet =
    "RULE greet\nWHEN hello AS h BUT NOT bye FOR 1 min\nFIRE EVERY TIME\nRETURN h.n AS n\n"
    "TEST \"waits\"\n  00:00:00 hello {n: 1}\n  EXPECT FIRE AT 00:01:00 {n: 1}\n";

TEST(commands, explain_themselves) {
  const command_outcome o = run_words({"help"});
  EXPECT_EQ(o.exit, 0);
  for (const char* name : {"validate", "rule test", "dlq list", "url", "version"})
    EXPECT_THAT(o.out, HasSubstr(name));
  EXPECT_EQ(run_words({"vaildate"}).exit, 64);
  EXPECT_THAT(run_words({"vaildate"}).err, HasSubstr("validate"));
  EXPECT_EQ(run_words({}).exit, 64);
  EXPECT_EQ(run_words({"validate"}).exit, 64);
}

TEST(commands, know_their_version) {
  EXPECT_EQ(run_words({"version"}).out, "beckon 0.1.0\n");
  EXPECT_EQ(nlohmann::json::parse(run_words({"version", "--output", "json"}).out)["version"],
            "0.1.0");
}

TEST(validate, says_which_rules_change_and_what_becomes_of_their_runs) {
  const small_configuration c(greet);
  c.write("beckon.yaml", "rules: {on_change_of: {greet: drain}}\n");
  EXPECT_EQ(run_words({"validate", c.path()}).out.find("changes"), std::string::npos);
  std::filesystem::create_directories(c.path() + "/data");
  c.write("data/rules.json",
          R"({"started": 1, "rules": {"greet": {"version": "0a1b2c3d", "since": 1, "text": "RULE greet",)"
          R"( "look_backs": {}, "former": []}}})");
  const command_outcome o = run_words({"validate", c.path()});
  EXPECT_EQ(o.exit, 0);
  EXPECT_THAT(o.out, HasSubstr("rule greet changes from 0a1b2c3d to "));
  EXPECT_THAT(o.out, HasSubstr("live partial matches end under the old text"));
  EXPECT_THAT(o.out, HasSubstr("its text does not compile any more")) << "it is no whole rule";
  const auto json = nlohmann::json::parse(run_words({"validate", "--output", "json", c.path()}).out);
  EXPECT_EQ(json["changes"][0]["from"], "0a1b2c3d");
  EXPECT_EQ(json["changes"][0]["on_change"], "drain");
  c.write("data/rules.json", "{");
  EXPECT_THAT(run_words({"validate", c.path()}).out, HasSubstr("a node cannot start with this"));
}

TEST(rule_test, passes) {
  const small_configuration c(greet);
  const command_outcome o = run_words({"rule", "test", c.rule()});
  EXPECT_EQ(o.exit, 0);
  EXPECT_THAT(o.out, HasSubstr("pass  waits\n1 passed, 0 failed\n"));
}

TEST(rule_test, shows_what_was_expected_and_what_came) {
  const small_configuration c(
      std::string(greet) +
      "TEST \"hurries\"\n  00:00:00 hello {n: 1}\n  EXPECT FIRE AT 00:00:30 {n: 2}\n");
  const command_outcome o = run_words({"rule", "test", c.rule()});
  EXPECT_EQ(o.exit, 1);
  EXPECT_THAT(o.out, HasSubstr("FAIL  hurries (line 8)"));
  EXPECT_THAT(o.out, HasSubstr("1 passed, 1 failed"));
  const auto json =
      nlohmann::json::parse(run_words({"rule", "test", c.rule(), "--output=json"}).out);
  EXPECT_EQ(json["failed"], 1);
  EXPECT_EQ(json["tests"][1]["passed"], false);
  EXPECT_FALSE(json["tests"][1]["explanation"].get<std::string>().empty());
}

TEST(rule_test, takes_the_catalogue_it_is_told) {
  const small_configuration c(greet);
  const tests::temporary_directory elsewhere;
  std::filesystem::copy_file(c.rule(), elsewhere.file("greet.rule"));
  EXPECT_EQ(run_words({"rule", "test", elsewhere.file("greet.rule")}).exit, 78);
  EXPECT_EQ(run_words({"rule", "test", elsewhere.file("greet.rule"), "-c", c.path()}).exit, 0);
}

TEST(rule_test, refuses_a_wrong_rule_and_a_missing_file) {
  const small_configuration c("RULE greet\nWHEN helo\nFIRE EVERY TIME\n");
  const command_outcome o = run_words({"rule", "test", c.rule()});
  EXPECT_EQ(o.exit, 78);
  EXPECT_THAT(o.err, HasSubstr("greet.rule:2:6: error:"));
  EXPECT_EQ(run_words({"rule", "test", c.path() + "/rules/none.rule"}).exit, 66);
}

TEST(url, finds_the_running_node) {
  const small_configuration c(greet);
  EXPECT_EQ(run_words({"url", "ingest", "-c", c.path()}).exit, 69);
  std::filesystem::create_directories(c.path() + "/data");
  ASSERT_TRUE(write_run_file(c.path() + "/data",
                             {::getpid(), "http://a", "http://b", "nats://c", "t", "wall"}));
  EXPECT_EQ(run_words({"url", "ingest", "-c", c.path()}).out, "http://a\n");
  EXPECT_EQ(run_words({"url", "metrics", "-c", c.path()}).out, "http://b\n");
  EXPECT_EQ(run_words({"url", "broker", "-c", c.path()}).out, "nats://c\n");
  EXPECT_EQ(run_words({"url", "brokre", "-c", c.path()}).exit, 64);
  EXPECT_EQ(run_words({"url", "ingest"}).exit, 64);
}

TEST(dlq_list, is_empty_before_the_first_run) {
  const small_configuration c(greet);
  const command_outcome o = run_words({"dlq", "list", "-c", c.path()});
  EXPECT_EQ(o.exit, 0);
  EXPECT_EQ(o.out, "no dead letters\n");
  EXPECT_THAT(o.err, HasSubstr("was not read: "));
}

TEST(commands, say_what_is_wrong_with_a_configuration) {
  const small_configuration c(greet);
  c.write("beckon.yaml", "partitions: 3\n");
  const command_outcome o = run_words({"url", "ingest", "-c", c.path(), "--log.format=json"});
  EXPECT_EQ(o.exit, 78);
  EXPECT_THAT(o.err, HasSubstr("\"line\":1"));
}

}  // namespace
}  // namespace beckon::topology

// Broken configurations, compared with what people shall read; and the ones that ship, which must
// be right.
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"
#include "topology/load.hpp"
#include "topology/parse/deployment.hpp"

namespace beckon::topology {
namespace {

using ::testing::HasSubstr;

std::string content_of(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// With BECKON_UPDATE_GOLDEN set the file is written anew instead: read the difference before
/// keeping it.
void expect_golden(const std::string& path, const std::string& got) {
  if (std::getenv("BECKON_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << got;
  EXPECT_EQ(got, content_of(path));
}

TEST(validate, prints_everything_that_is_wrong_at_once) {
  const command_outcome o = run_words({"validate", "tests/topology/broken"});
  EXPECT_EQ(o.exit, 78);
  EXPECT_EQ(o.err, "");
  expect_golden("tests/topology/broken.golden", o.out);
}

TEST(validate, never_repeats_a_secret) {
  const command_outcome o = run_words({"validate", "tests/topology/broken"});
  EXPECT_EQ(o.out.find("abcdef"), std::string::npos);
  EXPECT_EQ(o.out.find("me:secret"), std::string::npos);
}

TEST(validate, gives_every_error_a_file_and_most_a_way_to_mend_it) {
  const command_outcome o = run_words({"validate", "--output", "json", "tests/topology/broken"});
  EXPECT_EQ(o.exit, 78);
  const auto json = nlohmann::json::parse(o.out);
  EXPECT_EQ(json["valid"], false);
  std::size_t with_hint = 0;
  for (const auto& p : json["problems"]) {
    EXPECT_THAT(p["file"].get<std::string>(), HasSubstr("tests/topology/broken/"));
    EXPECT_FALSE(p["message"].get<std::string>().empty());
    if (p.contains("hint")) ++with_hint;
  }
  EXPECT_GE(json["problems"].size(), 50U);
  EXPECT_GE(with_hint * 2, json["problems"].size());
}

TEST(validate, says_that_a_directory_is_missing_or_empty) {
  EXPECT_THAT(run_words({"validate", "no/such/place"}).out,
              HasSubstr("no/such/place: error: there is no such directory"));
  const tests::temporary_directory empty;
  const command_outcome o = run_words({"validate", empty.path().string()});
  EXPECT_EQ(o.exit, 78);
  EXPECT_THAT(o.out, HasSubstr("this directory holds no catalogue.yaml"));
  std::ofstream(empty.file("catalogue.yaml")) << "# nothing yet\n";
  EXPECT_THAT(run_words({"validate", empty.path().string()}).out, HasSubstr("the file is empty"));
}

class shipped : public ::testing::TestWithParam<const char*> {};

TEST_P(shipped, is_valid_without_a_warning) {
  const command_outcome o = run_words({"validate", GetParam(), "--output=json"});
  EXPECT_EQ(o.exit, 0) << o.out;
  EXPECT_TRUE(nlohmann::json::parse(o.out)["problems"].empty()) << o.out;
}

TEST_P(shipped, passes_its_rule_tests) {
  const command_outcome o = run_words({"rule", "test", std::string(GetParam()) + "/rules"});
  EXPECT_EQ(o.exit, 0) << o.out << o.err;
  EXPECT_THAT(o.out, HasSubstr(" passed, 0 failed"));
  EXPECT_THAT(o.out, Not(HasSubstr("has no tests")));
}

INSTANTIATE_TEST_SUITE_P(configurations, shipped,
                         ::testing::Values("config/demo", "config/reference",
                                           "tests/integration/config/taobao",
                                           "tests/integration/config/orders",
                                           "tests/integration/config/logins"));

TEST(reference, shows_the_defaults) {
  std::filesystem::current_path(BECKON_SOURCE_DIR);
  const configuration c = load_ground("config/reference");
  EXPECT_TRUE(c.deployment == default_deployment("config/reference"));
}

}  // namespace
}  // namespace beckon::topology

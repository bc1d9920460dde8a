#include "adapters/cli/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::adapters {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

command_line beckon_like() {
  return command_line(
      "beckon", "reaches users", "0.1.0",
      {{"run",
        "Run it",
        {{"DIR", "configuration"}},
        {{"clock",
          option_kind::text,
          "CLOCK",
          "which clock",
          "wall",
          false,
          false,
          {"wall", "event"}},
         {"threads", option_kind::integer, "N", "workers", std::nullopt, false, false, {}, 1, 64},
         {"wait", option_kind::span, "TIME", "how long", "30 s"},
         {"set", option_kind::text, "KEY=VALUE", "override", std::nullopt, false, true}}},
       {"rule test",
        "Test rules",
        {{"FILE", "rules", true, true}},
        {{"user", option_kind::text, "U", "whose", std::nullopt, true}}},
       {"rule show", "Show a rule", {{"NAME", "rule", false}}},
       {"stop", "Stop it"}},
      {{"quiet", option_kind::flag, "", "say less"}});
}

arguments accept(const std::vector<std::string>& words) {
  auto parsed = beckon_like().parse(words);
  if (auto* wrong = std::get_if<usage>(&parsed)) {
    ADD_FAILURE() << wrong->text;
    return {};
  }
  return std::get<arguments>(parsed);
}

usage refuse(const std::vector<std::string>& words) {
  auto parsed = beckon_like().parse(words);
  if (auto* wrong = std::get_if<usage>(&parsed)) return *wrong;
  ADD_FAILURE() << "accepted";
  return {};
}

TEST(arguments, take_values_after_a_blank_or_an_equals_sign) {
  const auto a = accept({"run", "--clock", "event", "shop", "--threads=4"});
  EXPECT_EQ(a.command(), "run");
  EXPECT_EQ(a.text("DIR"), "shop");
  EXPECT_EQ(a.text("clock"), "event");
  EXPECT_EQ(a.integer("threads"), 4);
}

TEST(arguments, fall_back_where_nothing_is_given) {
  const auto a = accept({"run", "shop"});
  EXPECT_EQ(a.text("clock"), "wall");
  EXPECT_EQ(a.span("wait"), duration(30'000));
  EXPECT_FALSE(a.has("threads"));
  EXPECT_EQ(a.integer("threads"), 0);
  EXPECT_FALSE(a.flag("quiet"));
}

TEST(arguments, keep_repeated_options_in_order) {
  const auto a = accept({"run", "shop", "--set", "a=1", "--set=b=2=3", "--quiet"});
  EXPECT_THAT(a.texts("set"), ElementsAre("a=1", "b=2=3"));
  EXPECT_TRUE(a.flag("quiet"));
}

TEST(arguments, find_commands_of_two_words_and_repeated_positionals) {
  const auto a = accept({"rule", "test", "a.rule", "b.rule", "--user=u1"});
  EXPECT_EQ(a.command(), "rule test");
  EXPECT_THAT(a.texts("FILE"), ElementsAre("a.rule", "b.rule"));
}

TEST(arguments, end_options_at_two_dashes_and_take_one_dash_as_a_word) {
  const auto a = accept({"rule", "test", "--user", "u", "-", "--", "--user", "-h", "--help"});
  EXPECT_THAT(a.texts("FILE"), ElementsAre("-", "--user", "-h", "--help"));
}

TEST(arguments, take_empty_and_negative_looking_values) {
  EXPECT_EQ(accept({"rule", "test", "f", "--user="}).text("user"), "");
  EXPECT_EQ(accept({"rule", "test", "f", "--user", "-5"}).text("user"), "-5");
  EXPECT_EQ(accept({"rule", "show"}).text("NAME"), "");
}

struct mistake {
  std::vector<std::string> words;
  const char* says;
};

class arguments_refuse : public testing::TestWithParam<mistake> {};

TEST_P(arguments_refuse, with_exit_64_and_a_reason) {
  const usage said = refuse(GetParam().words);
  EXPECT_EQ(said.exit, exit_usage);
  EXPECT_THAT(said.text, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    all, arguments_refuse,
    testing::Values(
        mistake{{"run", "d", "--cloc", "wall"}, "unknown option --cloc; did you mean --clock?"},
        mistake{{"run", "d", "--zzzzzz"}, "unknown option --zzzzzz\n"},
        mistake{{"run", "d", "-x"}, "unknown option '-x'"},
        mistake{{"run", "d", "--clock"}, "--clock needs a value (--clock=CLOCK)"},
        mistake{{"run", "d", "--clock", "--quiet"}, "--clock needs a value"},
        mistake{{"run", "d", "--clock", "sun"}, "one of wall, event, not 'sun'"},
        mistake{{"run", "d", "--threads", "0"}, "a whole number from 1 to 64, not '0'"},
        mistake{{"run", "d", "--threads", "4x"}, "not '4x'"},
        mistake{{"run", "d", "--threads", "99999999999999999999"}, "a whole number"},
        mistake{{"run", "d", "--wait", "soon"}, "a duration such as '30 s'"},
        mistake{{"run", "d", "--wait=1s", "--wait=2s"}, "--wait is given twice"},
        mistake{{"run", "d", "--quiet=yes"}, "--quiet takes no value"},
        mistake{{"run"}, "DIR is missing"}, mistake{{"run", "d", "e"}, "unexpected argument 'e'"},
        mistake{{"rule", "test", "f"}, "--user is required"},
        mistake{{"rule", "tset", "f"}, "unknown command 'rule tset'; did you mean 'rule test'?"},
        mistake{{"runn"}, "unknown command 'runn'; did you mean 'run'?"},
        mistake{{"rule"}, "'rule' needs a subcommand"},
        mistake{{"--quiet"}, "a command is missing before '--quiet'"},
        mistake{{"help", "nonsense"}, "unknown command 'nonsense'"},
        mistake{{}, "Usage: beckon COMMAND"}));

TEST(arguments, point_to_the_help_of_the_command) {
  EXPECT_THAT(refuse({"run"}).text, HasSubstr("See 'beckon help run'."));
}

TEST(help, lists_all_commands) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"help"}, {"--help"}, {"-h"}}) {
    const usage said = refuse(words);
    EXPECT_EQ(said.exit, 0);
    EXPECT_THAT(said.text, HasSubstr("beckon: reaches users"));
    EXPECT_THAT(said.text, HasSubstr("  rule test  Test rules\n"));
    EXPECT_THAT(said.text, HasSubstr("  stop       Stop it\n"));
  }
}

TEST(help, lists_a_group) {
  const usage said = refuse({"rule", "--help"});
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text, HasSubstr("rule show"));
  EXPECT_THAT(said.text, Not(HasSubstr("stop")));
}

TEST(help, shows_a_command_with_defaults_and_shared_options) {
  const usage said = refuse({"run", "shop", "--help"});
  EXPECT_EQ(said.exit, 0);
  EXPECT_EQ(said.text, refuse({"help", "run"}).text);
  EXPECT_EQ(said.text, beckon_like().help("run"));
  EXPECT_THAT(said.text, HasSubstr("Usage: beckon run DIR [options]\n"));
  EXPECT_THAT(said.text,
              HasSubstr("--clock CLOCK    which clock (one of wall, event; default wall)\n"));
  EXPECT_THAT(said.text, HasSubstr("--set KEY=VALUE  override (may be repeated)\n"));
  EXPECT_THAT(said.text, HasSubstr("--quiet          say less\n"));
}

TEST(help, puts_required_options_into_the_usage_line) {
  EXPECT_THAT(beckon_like().help("rule test"),
              HasSubstr("Usage: beckon rule test FILE ... --user U [options]"));
  EXPECT_THAT(beckon_like().help("rule show"), HasSubstr("Usage: beckon rule show [NAME]"));
}

TEST(help, gives_the_version) {
  const usage said = refuse({"--version"});
  EXPECT_EQ(said.exit, 0);
  EXPECT_EQ(said.text, "beckon 0.1.0\n");
}

}  // namespace
}  // namespace beckon::adapters

// Rules over real logs, against known answers and against independent programs. The logs are not
// part of the sources: BECKON_DATA names their directory, by default ../shared/data beside them.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/topology/command_fixture.hpp"

namespace beckon::topology {
namespace {

using ::testing::ElementsAre;

const std::string configurations = "tests/integration/config/";
const std::string taobao_map =
    "user_id=1,item_id=2,category_id=3,type=4{pv:item_view,cart:item_cart,fav:item_favorite,buy:"
    "order_placed},time=5s";

std::string data(const std::string& file) {
  const char* told = std::getenv("BECKON_DATA");
  return (told != nullptr ? std::string(told) : std::string(BECKON_SOURCE_DIR "/../shared/data")) +
         "/" + file;
}

#define SKIP_WITHOUT(file)                                     \
  if (!std::filesystem::exists(data(file))) {                  \
    GTEST_SKIP() << "NOT TESTED: there is no " << data(file)   \
                 << "; set BECKON_DATA to where the logs are"; \
  }                                                            \
  static_assert(true)

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

command_outcome backtest(const std::string& configuration, const std::string& file,
                         const std::string& map) {
  return run_words({"rule", "backtest", "-c", configurations + configuration, "--events",
                    data(file), "--map", map});
}

/// "rule subject second" of each firing.
std::vector<std::string> moments(const command_outcome& o) {
  std::vector<std::string> found;
  for (const std::string& line : lines_of(o.out)) {
    const auto j = nlohmann::json::parse(line);
    found.push_back(j["rule"].get<std::string>() + " " + j["subject"].get<std::string>() + " " +
                    std::to_string(j["time"].get<std::int64_t>() / 1000));
  }
  return found;
}

TEST(real_logs, exactly_two_orders_were_not_paid) {
  SKIP_WITHOUT("tutorial/OrderLog.csv");
  const command_outcome o =
      backtest("orders", "tutorial/OrderLog.csv",
               "order_id=1,type=2{create:order_placed,pay:order_paid},transaction_id=3,time=4s");
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_THAT(moments(o),
              ElementsAre("order_unpaid 34756 1558431813", "order_unpaid 34767 1558431849"));
}

TEST(real_logs, one_user_failed_to_log_in_twice_and_three_times_in_a_row) {
  SKIP_WITHOUT("tutorial/LoginLog.csv");
  const command_outcome o =
      backtest("logins", "tutorial/LoginLog.csv",
               "user_id=1,ip=2,type=3{success:login_success,fail:login_fail},time=4s");
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_THAT(moments(o),
              ElementsAre("two_in_a_row 1035 1558430843", "three_in_a_row 1035 1558430844"));
}

class taobao : public ::testing::Test {
 protected:
  static const command_outcome& replayed() {
    static const command_outcome once = backtest("taobao", "taobao/UserBehavior.csv", taobao_map);
    return once;
  }

  static std::map<std::string, std::vector<std::string>> by_rule() {
    std::map<std::string, std::vector<std::string>> rules;
    for (const std::string& line : lines_of(replayed().out)) {
      rules[nlohmann::json::parse(line)["rule"].get<std::string>()].push_back(line);
    }
    return rules;
  }
};

TEST_F(taobao, every_rule_fires_often) {
  SKIP_WITHOUT("taobao/UserBehavior.csv");
  EXPECT_EQ(replayed().exit, 0) << replayed().err;
  const auto rules = by_rule();
  EXPECT_GE(rules.size(), 5U);
  for (const auto& [rule, lines] : rules) EXPECT_GE(lines.size(), 50U) << rule;
}

TEST_F(taobao, gives_the_same_whenever_it_is_asked) {
  SKIP_WITHOUT("taobao/UserBehavior.csv");
  EXPECT_TRUE(backtest("taobao", "taobao/UserBehavior.csv", taobao_map).out == replayed().out);
}

/// Output of a command; its exit status in `status`.
std::string output_of(const std::string& command, int& status) {
  std::string text;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) {
    status = -1;
    return text;
  }
  char buffer[65536];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    text.append(buffer, n);
  status = ::pclose(pipe);
  return text;
}

struct oracle {
  const char* script;
  const char* rule;
};

class against : public taobao, public ::testing::WithParamInterface<oracle> {};

TEST_P(against, gives_the_same_firings) {
  SKIP_WITHOUT("taobao/UserBehavior.csv");
  int status = 0;
  output_of("node --version 2>/dev/null", status);
  if (status != 0)
    GTEST_SKIP() << "NOT TESTED: there is no node to run the independent program with";
  auto rules = by_rule();
  std::vector<std::string>& ours = rules[GetParam().rule];
  ASSERT_FALSE(ours.empty());
  const auto version = nlohmann::json::parse(ours.front())["version"].get<std::string>();
  const auto theirs =
      lines_of(output_of(std::string("node tests/integration/oracle/") + GetParam().script + " " +
                             data("taobao/UserBehavior.csv") + " " + version,
                         status));
  EXPECT_EQ(status, 0);
  std::sort(ours.begin(), ours.end());
  EXPECT_EQ(ours.size(), theirs.size());
  EXPECT_TRUE(ours == theirs);
}

INSTANTIATE_TEST_SUITE_P(programs, against,
                         ::testing::Values(oracle{"taobao_a.mjs", "cart_abandoned"},
                                           oracle{"taobao_b.mjs", "window_shopping"},
                                           oracle{"taobao_c.mjs", "category_cart"}),
                         [](const auto& each) { return std::string(each.param.rule); });

}  // namespace
}  // namespace beckon::topology

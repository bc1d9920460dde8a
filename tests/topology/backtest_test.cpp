#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"

namespace beckon::topology {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class backtest : public ::testing::Test {
 protected:
  backtest() {
    std::filesystem::create_directories(directory_.path() / "rules");
    write("catalogue.yaml", "events:\n  hello: {fields: {n: int64, x: double}}\n  bye: {}\n");
    write("rules/waits.rule",
          "RULE waits\nWHEN hello AS h BUT NOT bye FOR 1 min\nFIRE EVERY TIME\nRETURN h.n AS n\n");
    write("rules/greets.rule", "RULE greets\nWHEN hello AS h\nFIRE EVERY TIME\nRETURN h.x AS x\n");
  }

  std::string write(const std::string& below, const std::string& text) const {
    std::ofstream(directory_.file(below)) << text;
    return directory_.file(below);
  }

  command_outcome run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"rule", "backtest", "-c", directory_.path().string()});
    return run_words(words);
  }

  tests::temporary_directory directory_;
};

/// "rule subject time returns" of each line.
std::vector<std::string> firings(const std::string& out) {
  std::vector<std::string> found;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) {
    const auto j = nlohmann::json::parse(line);
    found.push_back(j["rule"].get<std::string>() + " " + j["subject"].get<std::string>() + " " +
                    std::to_string(j["time"].get<std::int64_t>()) + " " + j["returns"].dump());
  }
  return found;
}

constexpr const char* events =
    R"({"type":"hello","time":1000,"user_id":"b","n":1,"x":0.5}
{"type":"hello","time":1000,"user_id":"a","n":2}
{"type":"bye","time":60999,"user_id":"a"}
{"type":"bye","time":61000,"user_id":"c"}
)";

TEST_F(backtest, prints_firings_in_order) {
  const command_outcome o = run({"--events", write("e.ndjson", events)});
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_THAT(firings(o.out),
              ::testing::ElementsAre("greets a 1000 {\"x\":null}", "greets b 1000 {\"x\":0.5}",
                                     "waits b 61000 {\"n\":1}"));
  EXPECT_THAT(o.out, StartsWith("{\"rule\":\"greets\",\"version\":\""));
  EXPECT_THAT(o.err, HasSubstr("4 events"));
}

TEST_F(backtest, lets_the_clock_run_on) {
  const std::string file =
      write("e.ndjson", "{\"type\":\"hello\",\"time\":1000,\"user_id\":\"a\"}\n");
  EXPECT_EQ(firings(run({"--events", file}).out).size(), 1U);
  EXPECT_EQ(firings(run({"--events", file, "--until", "1970-01-01T00:01:01Z"}).out).size(), 2U);
  EXPECT_EQ(run({"--events", file, "--until", "tomorrow"}).exit, 64);
}

TEST_F(backtest, reads_csv_through_a_map_and_merges_files) {
  const std::string csv = write("e.csv", "a,in,1\nb,in,3\n");
  const std::string json =
      write("e.ndjson", "{\"type\":\"hello\",\"time\":2000,\"user_id\":\"c\"}\n");
  const std::string map = "user_id=1,type=2{in:hello},time=3s";
  const command_outcome o = run({"--events", csv, json, "--map", map});
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_THAT(firings(o.out),
              ::testing::ElementsAre(StartsWith("greets a 1000"), StartsWith("greets c 2000"),
                                     StartsWith("greets b 3000")));
  const std::string yaml =
      write("map.yaml",
            "user_id: 1\ntype: {column: 2, values: {in: hello}}\ntime: {column: 3, unit: s}\n");
  EXPECT_EQ(run({"--events", csv, json, "--map", yaml}).out, o.out);
}

TEST_F(backtest, counts_and_shows_rows_that_are_no_events) {
  const command_outcome o =
      run({"--output=json", "--events",
           write("e.ndjson", "{\"type\":\"hullo\",\"time\":1,\"user_id\":\"a\"}\nnot json\n")});
  EXPECT_EQ(o.exit, 0);
  EXPECT_EQ(nlohmann::json::parse(o.err)["refused"], 2);
  const command_outcome text = run({"--events", directory_.file("e.ndjson")});
  EXPECT_THAT(text.err, HasSubstr("2 rows refused:"));
  EXPECT_THAT(text.err, HasSubstr("hullo"));
}

TEST_F(backtest, says_what_it_cannot_read) {
  EXPECT_EQ(run({"--events", directory_.file("none.ndjson")}).exit, 66);
  EXPECT_EQ(run({"--events", write("e.csv", "1\n")}).exit, 64);
  EXPECT_EQ(run({"--events", directory_.file("e.csv"), "--map", "user_id=1,"}).exit, 64);
  EXPECT_EQ(run({"--events", write("e.ndjson", ""), "--source", "shop"}).exit, 64);
  EXPECT_EQ(run({}).exit, 64);
}

TEST_F(backtest, puts_late_rows_in_order_where_the_source_says_so) {
  write("rules/pair.rule", "RULE pair\nWHEN hello THEN bye WITHIN 1 min\nFIRE EVERY TIME\n");
  write(
      "beckon.yaml",
      "sources:\n  - {id: late, kind: import, out_of_order: 10 s}\n  - {id: neat, kind: import}\n");
  const std::string file = write("e.ndjson",
                                 "{\"type\":\"bye\",\"time\":5000,\"user_id\":\"a\"}\n"
                                 "{\"type\":\"hello\",\"time\":1000,\"user_id\":\"a\"}\n");
  EXPECT_THAT(run({"--events", file, "--source", "late"}).out, HasSubstr("\"rule\":\"pair\""));
  EXPECT_THAT(run({"--events", file, "--source", "neat"}).out, Not(HasSubstr("\"rule\":\"pair\"")));
}

}  // namespace
}  // namespace beckon::topology

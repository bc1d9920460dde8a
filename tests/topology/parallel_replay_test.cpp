// A backtest by several threads says what one says, byte for byte: users and items, profiles, rows
// of items, late rows, repeated ids, deadlines at the end and behind it.
#include "topology/backtest/parallel_replay.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/access/subjects.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"
#include "topology/commands/interruption.hpp"
#include "topology/load.hpp"
#include "topology/recorded/input.hpp"
#include "topology/shipped_kinds.hpp"

namespace beckon::topology {
namespace {

using ::testing::HasSubstr;

constexpr const char* catalogue_of_a_shop = R"(entities:
  user: {fields: {muted: bool}}
  item: {fields: {title: string}}
events:
  view: {fields: {item_id: string, n: int64}, subjects: {user: user_id, item: item_id}}
  buy: {fields: {item_id: string}, subjects: {user: user_id, item: item_id}}
  follow: {fields: {item_id: {type: string, required: true}}, subjects: {user: user_id}}
  leave: {fields: {}}
relations:
  favorite: {member: user_id, owner: item_id, added_by: follow}
)";

class backtest_by_threads : public ::testing::Test {
 protected:
  backtest_by_threads() {
    std::filesystem::create_directories(directory_.path() / "rules");
    write("catalogue.yaml", catalogue_of_a_shop);
    write("beckon.yaml",
          "sources: [{id: neat, kind: import}, {id: late, kind: import, out_of_order: 20 s}]\n");
    write("rules/waits.rule",
          "RULE waits\nSAME item_id\nWHEN view AS v BUT NOT buy FOR 30 s\nIF user.muted IS NOT "
          "TRUE\nFIRE EVERY TIME\nRETURN v.n AS n\n");
    write(
        "rules/kites.rule",
        "RULE kites\nWHEN view AT LEAST 3 TIMES WHERE item.title = 'kite' WITHIN 5 min\nFIRE ONCE "
        "PER 1 min\n");
    write("rules/row.rule",
          "RULE row\nWHEN view AT LEAST 2 TIMES IN A ROW WITHIN 2 min\nFIRE EVERY TIME\n");
    write("rules/popular.rule",
          "RULE popular\nFOR item\nWHEN view AT LEAST 5 DIFFERENT user_id WITHIN 2 min\nFIRE ONCE "
          "PER 5 min\n");
    write("rules/gone.rule", "RULE gone\nWHEN leave BUT NOT view FOR 1 hour\nFIRE EVERY TIME\n");
  }

  std::string write(const std::string& below, const std::string& text) const {
    std::ofstream(directory_.file(below)) << text;
    return directory_.file(below);
  }

  /// More rows than several batches hold; late ones, repeated ids and refused ones among them.
  std::string write_log() const {
    std::mt19937 dice(7);
    const auto below = [&dice](unsigned n) { return std::to_string(dice() % n); };
    std::string log;
    unsigned second = 1000;
    for (int i = 0; i < 6000; ++i) {
      second += dice() % 3;
      const std::string who = R"("user_id":"u)" + below(60) + '"';
      const std::string item = R"("item_id":"i)" + below(12) + '"';
      const std::string time =
          std::to_string((second - (dice() % 5 == 0 ? dice() % 30 : 0)) * 1000);
      const std::string id = dice() % 4 == 0 ? R"(,"id":"e)" + below(500) + '"' : "";
      const std::string end = R"(,"time":)" + time + id + "}\n";
      switch (dice() % 12) {
        case 0:
          log += R"({"type":"buy",)" + who + ',' + item + end;
          break;
        case 1:
          log += R"({"type":"leave",)" + who + end;
          break;
        case 2:
          log += R"({"type":"$user",)" + who + R"(,"muted":)" +
                 (dice() % 2 == 0 ? "true" : "false") + end;
          break;
        case 3:
          log += R"({"type":"$item",)" + item + R"(,"title":")" +
                 (dice() % 2 == 0 ? "kite" : "boat") + '"' + end;
          break;
        case 4:
          log += dice() % 20 == 0 ? "no event\n" : "";
          break;
        default:
          log += R"({"type":"view",)" + who + ',' + item + R"(,"n":)" + below(9) + end;
      }
    }
    return write("log.ndjson", log);
  }

  command_outcome run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"rule", "backtest", "-c", directory_.path().string()});
    return run_words(words);
  }

  /// What one thread says; that others say the same is checked.
  command_outcome same_by_all(std::vector<std::string> words) const {
    words.insert(words.end(), {"--threads", "1"});
    const command_outcome one = run(words);
    for (const char* threads : {"2", "5"}) {
      words.back() = threads;
      const command_outcome several = run(words);
      EXPECT_EQ(several.exit, one.exit);
      EXPECT_EQ(several.out, one.out);
      EXPECT_EQ(several.err, one.err);
    }
    return one;
  }

  tests::temporary_directory directory_;
};

TEST_F(backtest_by_threads, says_the_same) {
  const std::string log = write_log();
  for (const char* source : {"neat", "late"}) {
    const command_outcome o = same_by_all({"--events", log, "--source", source});
    EXPECT_EQ(o.exit, 0) << o.err;
    for (const char* rule : {"waits", "kites", "row", "popular"})
      EXPECT_THAT(o.out, HasSubstr(std::string("\"rule\":\"") + rule)) << source;
    EXPECT_THAT(o.err, HasSubstr("refused"));
    EXPECT_THAT(o.err, Not(HasSubstr(" 0 duplicates")));
    EXPECT_THAT(o.out, Not(HasSubstr("\"rule\":\"gone"))) << "an hour behind the last event";
    EXPECT_THAT(same_by_all({"--events", log, "--source", source, "--until", "1971-01-01"}).out,
                HasSubstr("\"rule\":\"gone"));
  }
  EXPECT_EQ(run({"--events", log, "--source", "neat"}).out,
            run({"--events", log, "--source", "neat", "--threads", "3"}).out)
      << "as many as there are cores, unless said";
}

TEST_F(backtest_by_threads, fires_what_one_replay_of_all_fires) {
  const std::string log = write_log();
  const configuration c = load_configuration(directory_.path().string(), shipped_kinds());
  ASSERT_NE(c.plan, nullptr);
  const auto read = [&](auto feed) {
    auto input = recorded_input::open({{log}, "", "", "neat", c.names.events});
    ASSERT_TRUE(input);
    for (input_row row; *input->next(row);) {
      if (row.content) feed(*row.content);
    }
  };
  cep::replay_options late;
  late.out_of_order = {{"user", duration{20'000}}};
  for (const cep::replay_options& how : {cep::replay_options{}, late}) {
    cep::replay one(c.plan->rules, how);
    read([&](const event& e) { one.feed(subjects_of(e, *c.names.events), e); });
    const std::vector<cep::firing> expected = one.finish();
    auto several = parallel_replay::start(c.plan->rules, how, 3);
    ASSERT_TRUE(several);
    EXPECT_EQ((*several)->lanes(), 3U);
    read([&](event& e) {
      auto subjects = subjects_of(e, *c.names.events);
      EXPECT_TRUE((*several)->feed(subjects, e));
    });
    const auto got = (*several)->finish();
    ASSERT_TRUE(got);
    ASSERT_EQ(got->firings.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(got->firings[i].what.occurrence, expected[i].what.occurrence);
      EXPECT_EQ(got->firings[i].what.why, expected[i].what.why);
    }
    EXPECT_EQ(got->counts.inputs, one.counts().inputs);
    EXPECT_EQ(got->counts.duplicates, one.counts().duplicates);
    EXPECT_EQ(got->counts.judged, one.counts().judged);
    EXPECT_EQ(got->counts.subjects, one.counts().subjects);
  }
}

TEST_F(backtest_by_threads, is_one_where_a_rule_tells_others) {
  const std::string log = write_log();
  write("rules/tells.rule",
        "RULE tells\nFOR item\nWHEN buy\nFIRE EVERY TIME\nTO EACH favorite\nRETURN item_id\n");
  write("rules/told.rule", "RULE told\nWHEN tells THEN view WITHIN 5 min\nFIRE EVERY TIME\n");
  const configuration c = load_configuration(directory_.path().string(), shipped_kinds());
  ASSERT_NE(c.plan, nullptr);
  const auto started = parallel_replay::start(c.plan->rules, {}, 3);
  ASSERT_TRUE(started);
  EXPECT_EQ((*started)->lanes(), 1U);
  const std::string rows =
      write("rows.ndjson", R"({"type":"follow","time":1000000,"user_id":"u1","item_id":"i1"}
{"type":"follow","time":1000000,"user_id":"u2","item_id":"i2"}
)");
  EXPECT_THAT(same_by_all({"--events", rows, log, "--source", "neat"}).out,
              HasSubstr("\"rule\":\"told\""));
}

TEST_F(backtest_by_threads, ends_with_an_error_in_the_middle) {
  const std::string log = write_log();
  std::ofstream(log, std::ios::app) << std::string(3 << 20, 'x') << '\n';
  const command_outcome o = same_by_all({"--events", log, "--source", "neat"});
  EXPECT_EQ(o.exit, 66);
  EXPECT_EQ(o.out, "");
  EXPECT_THAT(o.err, HasSubstr("log.ndjson"));
}

TEST_F(backtest_by_threads, must_be_one_at_least) {
  EXPECT_EQ(run({"--events", write("e.ndjson", ""), "--threads", "0"}).exit, 64);
}

TEST_F(backtest_by_threads, stops_at_ctrl_c) {
  const std::string log = write_log();
  EXPECT_EXIT(
      {
        heed_interruption();
        raise(SIGINT);
        const command_outcome o = run({"--events", log, "--source", "neat"});
        std::fputs(o.err.c_str(), stderr);
        std::exit(o.out.empty() ? o.exit : 1);
      },
      ::testing::ExitedWithCode(130), "stopped");
}

}  // namespace
}  // namespace beckon::topology

// beckon pending list: what a store holds of decisions that could not be had at once.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "messages/codec/pending_row.hpp"
#include "tests/support/commit_records.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"
#include "topology/data_layout.hpp"

namespace beckon::topology {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class pending_list : public ::testing::Test {
 protected:
  pending_list() { std::ofstream(directory_.file("catalogue.yaml")) << "events:\n  hello: {}\n"; }

  static epoch::pending_decision one(std::uint64_t number, const std::string& user,
                                     std::int64_t wake) {
    outreach::request what;
    what.who = {"user", user};
    what.rule = "greet";
    what.rule_version = "0a1b2c3d";
    what.occurrence = {number, number};
    what.fired = from_ms(1'000);
    epoch::pending_decision d;
    d.name = {number, 1, 1};
    d.what = std::make_shared<const outreach::request>(what);
    d.action = "say_" + user;
    d.filter = "night";
    d.reason = "quiet_hours";
    d.wake = from_ms(wake);
    d.decided = from_ms(1'500);
    return d;
  }
  void keep(const std::vector<epoch::pending_decision>& all) const {
    adapters::rocksdb_options options;
    options.directory = state_directory(path() + "/data");
    const auto store = adapters::open_store(options);
    ASSERT_TRUE(store.ok()) << store.error().to_string();
    tests::commit_record record(0, 1);
    for (const auto& d : all)
      record.row(port::row_kind::pending, codec::pending_key(d), codec::encode_pending(d));
    const std::string bytes = record.bytes();
    ASSERT_TRUE((*store)->commit({&bytes, 1}).ok());
  }
  std::string path() const { return directory_.path().string(); }
  command_outcome list(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"pending", "list", "-c", path()};
    words.insert(words.end(), more.begin(), more.end());
    return run_words(words);
  }

  tests::temporary_directory directory_;
};

TEST_F(pending_list, of_a_node_that_never_ran_is_empty) {
  const auto o = list();
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_EQ(o.out, "no pending decisions\n");
  EXPECT_EQ(list({"--output", "json"}).out, "");
}

TEST_F(pending_list, has_those_first_that_are_taken_up_again_first) {
  keep({one(1, "late", 3'000), one(2, "soon", 2'000)});
  const auto o = list();
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_LT(o.out.find("user:soon"), o.out.find("user:late"));
  EXPECT_THAT(o.out, HasSubstr("quiet_hours"));
}

TEST_F(pending_list, as_json_says_what_the_row_says) {
  auto d = one(7, "u1", 2'000);
  d.why = outreach::wait_reason::asked;
  auto held = one(8, "u2", 3'000);
  held.why = outreach::wait_reason::held;
  keep({d, held});
  EXPECT_THAT(list({"--output", "json", "--subject", "u2"}).out, HasSubstr("\"why\":\"held\""));
  const auto line = json::parse(list({"--output", "json", "--subject", "u1"}).out);
  EXPECT_EQ(line["kind"], "pending_decision");
  EXPECT_EQ(line["why"], "asked");
  EXPECT_EQ(line["until"], "1970-01-01T00:00:02.000Z");
  EXPECT_EQ(line["since"], "1970-01-01T00:00:01.500Z");
  EXPECT_EQ(line["subject"], "u1");
  EXPECT_EQ(line["rule"], "greet");
  EXPECT_EQ(line["action"], "say_u1");
  EXPECT_EQ(line["filter"], "night");
}

TEST_F(pending_list, chooses_by_subject_action_and_rule) {
  keep({one(1, "u1", 2'000), one(2, "u2", 2'000)});
  for (const auto& [option, wanted] :
       {std::pair{"--subject", "u2"}, std::pair{"--action", "say_u2"}}) {
    const auto o = list({option, wanted});
    EXPECT_THAT(o.out, HasSubstr("user:u2"));
    EXPECT_THAT(o.out, Not(HasSubstr("user:u1")));
  }
  EXPECT_EQ(list({"--rule", "other"}).out, "no pending decisions\n");
}

TEST_F(pending_list, says_what_it_cannot_read) {
  tests::commit_record record(0, 1);
  const auto d = one(1, "u1", 2'000);
  record.row(port::row_kind::pending, codec::pending_key(d), "no row");
  {
    adapters::rocksdb_options options;
    options.directory = state_directory(path() + "/data");
    const auto store = adapters::open_store(options);
    ASSERT_TRUE(store.ok());
    const std::string bytes = record.bytes();
    ASSERT_TRUE((*store)->commit({&bytes, 1}).ok());
  }
  const auto o = list();
  EXPECT_NE(o.exit, 0);
  EXPECT_THAT(o.err, HasSubstr("pending"));
}

}  // namespace
}  // namespace beckon::topology

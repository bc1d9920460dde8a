// beckon rule warm: recorded events into what look-backs remember, in the store of a node that does
// not run.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/nats/data_lock.hpp"
#include "adapters/rocksdb/rocksdb_store.hpp"
#include "engine/cep/past_cover.hpp"
#include "messages/codec/commit_writer.hpp"
#include "messages/codec/rows.hpp"
#include "tests/support/commit_records.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"
#include "topology/data_layout.hpp"
#include "topology/load.hpp"
#include "topology/look_backs.hpp"
#include "topology/rule_versions.hpp"
#include "topology/shipped_kinds.hpp"
#include "topology/warm/past_writer.hpp"

namespace beckon::topology {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t day = 86'400'000;
constexpr std::int64_t noon = 1'717'243'200'000;  // 2024-06-01T12:00Z
const char* const far_on = "2100-01-01T00:00:00Z";

class rule_warm : public ::testing::Test {
 protected:
  rule_warm() {
    std::filesystem::create_directory(directory_.file("rules"));
    write("beckon.yaml", "partitions: 1\nabsence_grace: 3 s\n");
    write("catalogue.yaml",
          "entities:\n  item: {fields: {price: double}}\n"
          "events:\n  viewed: {fields: {item_id: string}}\n  paid: {fields: {amount: int64}}\n"
          "  sold_out: {subjects: {item: item_id}, fields: {item_id: string}}\n");
    write("rules/winback.rule",
          "RULE winback WHEN viewed BUT NOT paid IN THE LAST 3000 days FIRE EVERY TIME\n");
    write("rules/other.rule", "RULE other WHEN paid AT LEAST 2 TIMES WITHIN 1 h FIRE EVERY TIME\n");
  }

  void write(const std::string& below, const std::string& text) const {
    std::ofstream(directory_.file(below)) << text;
  }
  /// Lines of events: a user, a type, ms.
  void record(const std::vector<std::tuple<std::string, std::string, std::int64_t>>& events) const {
    std::string text;
    for (const auto& [user, type, ms] : events)
      text += nlohmann::json({{"type", type}, {"user_id", user}, {"time", ms}}).dump() + "\n";
    write("log.ndjson", text);
  }

  command_outcome warm(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"rule", "warm", "-c", directory_.path().string(),
                                   directory_.file("log.ndjson")};
    words.insert(words.end(), more.begin(), more.end());
    return run_words(words);
  }
  nlohmann::json warm_as_json(std::vector<std::string> more = {}) const {
    more.push_back("--output=json");
    return nlohmann::json::parse(warm(std::move(more)).out, nullptr, false);
  }

  std::string data() const { return directory_.file("data"); }
  configuration loaded() const {
    return load_configuration(directory_.path().string(), shipped_kinds());
  }
  std::unique_ptr<adapters::node_store> store() const {
    adapters::rocksdb_options o;
    o.directory = state_directory(data());
    auto opened = adapters::open_store(o);
    EXPECT_TRUE(opened) << opened.error().to_string();
    return std::move(*opened);
  }
  codec::committed_head head() const {
    const auto stored = store()->recover(0);
    EXPECT_TRUE(stored);
    const auto head = codec::decode_head(stored->last_record);
    EXPECT_TRUE(head);
    return *head;
  }
  /// What is stored of a subject: of its state and of its directory entry.
  std::vector<std::optional<std::string>> rows_of(const subject& who) const {
    const std::string key = to_bytes(key_of(who));
    const std::vector<port::row_key> keys{{0, port::row_kind::state, key},
                                          {0, port::row_kind::directory, key}};
    auto rows = store()->load(keys);
    EXPECT_TRUE(rows);
    return std::move(*rows);
  }
  /// When what a subject's rules remember ends.
  timestamp end_of(const subject& who) const {
    const auto rows = rows_of(who);
    if (!rows[0] || !rows[1]) return never;
    const auto row = codec::decode_subject_row(*rows[0]);
    EXPECT_TRUE(row);
    EXPECT_EQ(row->who, who);
    const auto rules = loaded().plan->rules;
    const auto state = cep::subject_state::decode(row->state, *rules);
    EXPECT_TRUE(state);
    const auto known = codec::decode_directory(*rows[1]);
    EXPECT_TRUE(known);
    EXPECT_EQ(known->deadline, state->next_deadline() + std::chrono::seconds(3));
    EXPECT_EQ(known->interest, state->interest(*rules));
    EXPECT_EQ(known->rows & 1, 1);
    return state->next_deadline();
  }

  tests::temporary_directory directory_;
};

TEST_F(rule_warm, brings_the_past_to_a_node_that_never_ran) {
  record({{"early", "paid", noon}, {"early", "viewed", noon + 1}, {"other", "viewed", noon + 2}});
  const command_outcome o = warm({"--complete-to", far_on});
  EXPECT_EQ(o.exit, 0) << o.err;
  EXPECT_THAT(o.out,
              HasSubstr("3 rows read, 0 refused; 1 look-back of 1 subject noted in 1 commit"));
  EXPECT_THAT(o.out, HasSubstr("winback  3000 days   the next start  2024-06-01T12:00:00.000Z"));
  EXPECT_EQ(end_of({"user", "early"}), from_ms(noon + 3'000 * day));
  EXPECT_EQ(end_of({"user", "other"}), never);
  const auto known = read_look_backs(data());
  ASSERT_TRUE(known);
  ASSERT_EQ(known->size(), 1U);
  EXPECT_EQ(known->begin()->second, from_ms(noon));
}

TEST_F(rule_warm, changes_nothing_the_second_time) {
  record({{"early", "paid", noon}, {"late", "paid", noon + 1}});
  EXPECT_EQ(warm({"--complete-to", far_on}).exit, 0);
  const auto before = rows_of({"user", "early"});
  const auto stood = head().who.epoch;
  const auto again = warm_as_json({"--complete-to", far_on});
  EXPECT_EQ(again["subjects"], 2);
  EXPECT_EQ(again["subjects_changed"], 0);
  EXPECT_EQ(again["noted"], 0);
  EXPECT_EQ(again["commits"], 0);
  EXPECT_EQ(head().who.epoch, stood);
  EXPECT_EQ(rows_of({"user", "early"}), before);
}

TEST_F(rule_warm, does_not_touch_a_node_that_runs) {
  record({{"early", "paid", noon}});
  std::filesystem::create_directory(data());
  {
    const auto lock = adapters::data_lock::take(data(), duration{0});
    ASSERT_TRUE(lock);
    const command_outcome o = warm({"--complete-to", far_on});
    EXPECT_EQ(o.exit, exit_unavailable);
    EXPECT_THAT(o.err, HasSubstr("in use by"));
    EXPECT_THAT(o.err, HasSubstr("stop the node first"));
    EXPECT_FALSE(std::filesystem::exists(state_directory(data())));
    EXPECT_FALSE(std::filesystem::exists(data() + "/look_backs.json"));
  }
  EXPECT_EQ(warm({"--complete-to", far_on}).exit, 0);
  const auto held = store();  // a node whose broker is not its own locks nothing else
  EXPECT_EQ(warm().exit, exit_unavailable);
  EXPECT_THAT(warm().err, HasSubstr("stop the node first"));
}

TEST_F(rule_warm, says_how_long_a_gap_is_and_how_to_close_it) {
  record({{"early", "paid", noon}});
  ASSERT_EQ(warm({"--complete-to", far_on}).exit, 0);
  auto known = *read_look_backs(data());
  known.begin()->second = from_ms(noon + 60'000);  // as if a node had recorded since then
  ASSERT_TRUE(write_look_backs(data(), known));
  const command_outcome o = warm();
  EXPECT_EQ(o.exit, exit_failure);
  EXPECT_THAT(o.out, HasSubstr("2024-06-01T12:01:00.000Z  a gap of 1 min"));
  EXPECT_THAT(o.err, HasSubstr("--complete-to '2024-06-01T12:01:00.000Z'"));
  EXPECT_EQ(*read_look_backs(data()), known);
  const command_outcome closed = warm({"--complete-to", "2024-06-01T12:01:00.000Z"});
  EXPECT_EQ(closed.exit, 0) << closed.out;
  EXPECT_EQ(read_look_backs(data())->begin()->second, from_ms(noon));
  EXPECT_EQ(warm({"--complete-from", "2024-01-01T00:00:00Z", "--complete-to", far_on}).exit, 0);
  EXPECT_EQ(to_rfc3339(read_look_backs(data())->begin()->second), "2024-01-01T00:00:00.000Z");
}

TEST_F(rule_warm, asks_for_a_record_of_the_node_itself_first) {
  record({{"early", "paid", noon}});
  const command_outcome o = warm();
  EXPECT_EQ(o.exit, exit_failure);
  EXPECT_THAT(o.out, HasSubstr("the next start  a gap of "));
  EXPECT_THAT(o.err, HasSubstr("start the node, then bring files"));
  EXPECT_EQ(end_of({"user", "early"}), from_ms(noon + 3'000 * day));  // it is true all the same
}

TEST_F(rule_warm, says_which_types_the_files_lack) {
  record({{"early", "viewed", noon}});
  const command_outcome o = warm({"--complete-to", far_on});
  EXPECT_EQ(o.exit, exit_failure);
  EXPECT_THAT(o.out, HasSubstr("no paid in the files"));
  EXPECT_THAT(o.err, HasSubstr("--all-types"));
  EXPECT_TRUE(read_look_backs(data())->empty());
  EXPECT_EQ(warm({"--complete-to", far_on, "--all-types"}).exit, 0);
  EXPECT_EQ(read_look_backs(data())->size(), 1U);
}

TEST_F(rule_warm, refuses_rows_as_backtest_does_and_times_to_come) {
  record({{"early", "paid", noon}, {"x", "piad", noon}, {"y", "paid", noon + 40'000 * day}});
  const command_outcome o = warm({"--complete-to", far_on});
  EXPECT_EQ(o.exit, 0);
  EXPECT_THAT(o.out, HasSubstr("3 rows read, 2 refused; 1 look-back of 1 subject"));
  EXPECT_THAT(o.err, HasSubstr("2 rows refused"));
  EXPECT_THAT(o.err, HasSubstr("piad"));
  EXPECT_THAT(o.err, HasSubstr("has not come yet"));
}

TEST_F(rule_warm, follows_what_the_partition_committed) {
  record({{"early", "paid", noon}});
  const subject who{"user", "early"};
  const hash128 key = key_of(who);
  {
    tests::commit_record record(0, 7);
    record.content.set_previous(0);
    record.content.set_incarnation(3);
    record.content.set_plan_revision(5);
    record.content.set_clock_ms(noon - 5);
    record.content.set_outbox_order(11);
    record.content.set_derived_sequence(12);
    record.content.set_tracked_up_to(4);
    auto* offset = record.content.add_offsets();
    offset->set_source("http");
    offset->set_sequence(99);
    offset->set_broker_time_ns(noon * 1'000'000);
    auto* door = record.content.add_doors();
    door->set_source("http");
    door->set_door("node/1");
    door->set_position(42);
    record.row(port::row_kind::directory, to_bytes(key),
               codec::encode_directory({from_ms(noon + 1), 0, 4}));
    record.row(port::row_kind::profile, to_bytes(key), codec::encode_profile({{"level", 3}}));
    const std::string bytes = record.bytes();
    std::filesystem::create_directory(data());
    ASSERT_TRUE(store()->commit({&bytes, 1}));
  }
  const command_outcome o = warm();  // the last event is as late as the last one that was taken
  EXPECT_EQ(o.exit, 0) << o.out << o.err;
  const auto now = head();
  EXPECT_EQ(now.who.epoch, 8U);
  EXPECT_EQ(now.who.previous, 7U);
  EXPECT_EQ(now.who.incarnation, 3U);
  EXPECT_EQ(now.who.plan_revision, 5U);
  EXPECT_EQ(now.clock, from_ms(noon - 5));
  EXPECT_EQ(now.outbox_order, 11U);
  EXPECT_EQ(now.derived_sequence, 12U);
  EXPECT_EQ(now.tracked_up_to, 4U);
  ASSERT_EQ(now.offsets.size(), 1U);
  EXPECT_EQ(now.offsets[0].sequence, 99U);
  ASSERT_EQ(now.doors.size(), 1U);
  EXPECT_EQ(now.doors[0].position, 42U);
  const auto known = codec::decode_directory(*rows_of(who)[1]);
  EXPECT_EQ(known->rows, 5);                      // the profile's bit stays
  EXPECT_EQ(known->deadline, from_ms(noon + 1));  // and an earlier deadline
}

/// A wait of the text that the node ran goes on under it, though the state is written anew.
TEST_F(rule_warm, leaves_waits_of_a_replaced_text_to_drain) {
  const std::string text = "RULE other WHEN viewed BUT NOT paid FOR 1 h FIRE EVERY TIME";
  write("beckon.yaml", "partitions: 1\nrules: {on_change: drain}\n");
  write("rules/other.rule", text + " RETURN 1 AS n\n");
  const subject who{"user", "early"};
  std::string version;
  {
    const auto c = loaded();
    const auto noted = recall_rule_versions(c.deployment, *c.plan->rules, c.names, from_ms(noon));
    EXPECT_FALSE(noted);  // nowhere to write to
    std::filesystem::create_directory(data());
    ASSERT_TRUE(recall_rule_versions(c.deployment, *c.plan->rules, c.names, from_ms(noon)));
    version = c.plan->rules->rules()[0]->version;
    cep::subject_state state;
    std::vector<cep::match> none;
    event e;
    e.type = *c.names.events->type("viewed");
    e.time = from_ms(noon);
    cep::judge({*c.plan->rules, who, nullptr, "UTC", none}, state, e, {}, beginning);
    tests::commit_record record(0, 1);
    record.row(port::row_kind::state, to_bytes(key_of(who)),
               codec::encode_subject_row({who, state.encode(), {}}));
    const std::string bytes = record.bytes();
    ASSERT_TRUE(store()->commit({&bytes, 1}));
  }
  write("rules/other.rule", text + " RETURN 2 AS n\n");
  record({{"early", "paid", noon - 1000}});
  EXPECT_EQ(warm({"--complete-to", far_on}).exit, 0);
  const auto c = loaded();
  EXPECT_EQ(read_rule_histories(data())->started, from_ms(noon));  // warming is no start
  auto noted = recall_rule_versions(c.deployment, *c.plan->rules, c.names, from_ms(noon + day));
  ASSERT_TRUE(noted);
  const auto rules = c.plan->rules->with_former(std::move(noted->former));
  auto state =
      cep::subject_state::decode(codec::decode_subject_row(*rows_of(who)[0])->state, *rules);
  ASSERT_TRUE(state);
  std::vector<cep::match> fired;
  cep::settle({*rules, who, nullptr, "UTC", fired}, *state, from_ms(noon + day));
  ASSERT_EQ(fired.size(), 1U);
  EXPECT_EQ(fired[0].time, from_ms(noon + 3'600'000));
  EXPECT_EQ(fired[0].rule->version, version);
}

TEST_F(rule_warm, commits_in_pieces) {
  std::vector<std::tuple<std::string, std::string, std::int64_t>> events;
  const std::size_t users = 2 * past_writer::subjects_in_a_piece + 1;
  for (std::size_t i = 0; i < users; ++i)
    events.emplace_back("u" + std::to_string(i), "paid", noon + static_cast<std::int64_t>(i));
  record(events);
  const auto o = warm_as_json({"--complete-to", far_on});
  EXPECT_EQ(o["subjects_changed"], users);
  EXPECT_EQ(o["commits"], 3);
  EXPECT_EQ(head().who.epoch, 3U);
  EXPECT_EQ(end_of({"user", "u0"}), from_ms(noon + 3'000 * day));
  EXPECT_EQ(end_of({"user", "u" + std::to_string(users - 1)}),
            from_ms(noon + static_cast<std::int64_t>(users) - 1 + 3'000 * day));
}

TEST_F(rule_warm, knows_items_and_what_rows_say_of_them) {
  write("rules/winback.rule",
        "RULE winback WHEN viewed BUT NOT viewed WHERE item.price > 10 IN THE LAST 3000 days "
        "FIRE EVERY TIME\n");
  write(
      "rules/other.rule",
      "RULE other FOR item WHEN sold_out BUT NOT sold_out IN THE LAST 2000 days FIRE EVERY TIME\n");
  write("log.ndjson",
        "{\"type\": \"$item\", \"item_id\": \"i1\", \"price\": 50, \"time\": 1717243100000}\n"
        "{\"type\": \"$item\", \"item_id\": \"i2\", \"price\": 5, \"time\": 1717243100000}\n"
        "{\"type\": \"viewed\", \"user_id\": \"rich\", \"item_id\": \"i1\", \"time\": "
        "1717243200000}\n"
        "{\"type\": \"viewed\", \"user_id\": \"poor\", \"item_id\": \"i2\", \"time\": "
        "1717243200000}\n"
        "{\"type\": \"sold_out\", \"item_id\": \"i1\", \"time\": 1717243200000}\n");
  const command_outcome o = warm({"--complete-to", far_on});
  EXPECT_EQ(o.exit, 0) << o.out << o.err;
  EXPECT_EQ(end_of({"user", "rich"}), from_ms(noon + 3'000 * day));
  EXPECT_EQ(end_of({"user", "poor"}), never);
  EXPECT_EQ(end_of({"item", "i1"}), from_ms(noon + 2'000 * day));
}

TEST_F(rule_warm, has_nothing_to_do_without_a_look_back_or_in_recorded_time) {
  record({{"early", "paid", noon}});
  write("rules/winback.rule", "RULE winback WHEN viewed FIRE EVERY TIME\n");
  EXPECT_THAT(warm().err, HasSubstr("no rule looks back"));
  write("rules/winback.rule",
        "RULE winback WHEN viewed BUT NOT paid IN THE LAST 1 day FIRE EVERY TIME\n");
  write("beckon.yaml", "partitions: 1\nclock: event\n");
  const command_outcome o = warm();
  EXPECT_EQ(o.exit, adapters::exit_usage);
  EXPECT_THAT(o.err, HasSubstr("the recorded log is the whole past"));
  EXPECT_FALSE(std::filesystem::exists(data()));
}

}  // namespace
}  // namespace beckon::topology

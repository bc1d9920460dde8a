// beckon dlq list against a real broker: what NATS sources refused.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/nats/nats_bus.hpp"
#include "messages/codec/json.hpp"
#include "tests/adapters/nats/recorder.hpp"
#include "tests/support/nats_server.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"
#include "topology/bus_names.hpp"
#include "topology/commands/rejects.hpp"

namespace beckon::topology {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// What a source's reader publishes of a message that is no event.
std::string rejected(std::int64_t sequence, const std::string& pointer, const std::string& why,
                     const std::string& data) {
  return codec::to_json(field_list{{"source", "shop"},
                                   {"sequence", sequence},
                                   {"pointer", pointer},
                                   {"message", why},
                                   {"data", data}});
}

class dlq_list : public ::testing::Test {
 protected:
  dlq_list() {
    write("catalogue.yaml", "events:\n  hello: {}\n");
    write("token", server.token() + "\n");
    write("beckon.yaml", "bus: {url: '" + server.url() + "', token_file: token}\n");
  }

  void write(const std::string& below, const std::string& text) const {
    std::ofstream(directory_.file(below)) << text;
  }

  void make_stream() {
    ASSERT_TRUE(
        bus().ensure_stream(tests::stream(std::string(rejected_stream), "beckon.rejected.*")));
  }
  void reject(const std::string& content) {
    const auto stored = tests::publish(bus(), "beckon.rejected.shop", content);
    ASSERT_TRUE(stored) << stored.error().to_string();
  }
  adapters::nats_bus& bus() {
    if (!bus_) bus_ = tests::must_connect(server.options());
    return *bus_;
  }

  command_outcome list(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"dlq", "list", "-c", directory_.path().string()};
    words.insert(words.end(), more.begin(), more.end());
    return run_words(words);
  }

  tests::nats_server server;

 private:
  tests::temporary_directory directory_;
  std::unique_ptr<adapters::nats_bus> bus_;
};

TEST_F(dlq_list, has_nothing_to_say_of_a_broker_without_rejects) {
  const command_outcome before = list();
  EXPECT_EQ(before.exit, 0);
  EXPECT_EQ(before.out, "no dead letters\n");
  EXPECT_EQ(before.err, "");
  make_stream();
  EXPECT_EQ(list().out, "no dead letters\n");
}

TEST_F(dlq_list, shows_what_was_refused_as_a_table) {
  make_stream();
  reject(rejected(7, "/type", "no such event type", "{\"type\":\"helo\"}"));
  const command_outcome o = list();
  EXPECT_EQ(o.exit, 0);
  EXPECT_THAT(o.out, Not(HasSubstr("no dead letters")));
  EXPECT_THAT(o.out, HasSubstr("refused by NATS sources:\n"));
  EXPECT_THAT(o.out, HasSubstr("shop"));
  EXPECT_THAT(o.out, HasSubstr("/type: no such event type"));
  EXPECT_THAT(o.out, HasSubstr(R"("{\"type\":\"helo\"}")"));
}

TEST_F(dlq_list, shows_what_was_refused_as_json_in_order) {
  make_stream();
  reject(rejected(7, "/type", "no such event type", "{\"type\":\"helo\"}"));
  reject(rejected(9, "", "no JSON", std::string(500, 'x')));
  const command_outcome o = list({"--output", "json"});
  EXPECT_EQ(o.exit, 0);
  std::istringstream lines(o.out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  auto first = nlohmann::json::parse(line);
  EXPECT_THAT(first["time"].get<std::string>(), testing::StartsWith("20"));
  first.erase("time");
  EXPECT_EQ(first, nlohmann::json({{"kind", "reject"},
                                   {"source", "shop"},
                                   {"sequence", 7},
                                   {"reason", "no such event type"},
                                   {"pointer", "/type"},
                                   {"data", "{\"type\":\"helo\"}"},
                                   {"cut", false}}));
  ASSERT_TRUE(std::getline(lines, line));
  const auto second = nlohmann::json::parse(line);
  EXPECT_EQ(second["sequence"], 9);
  EXPECT_EQ(second["cut"], true);
  EXPECT_EQ(second["data"], std::string(most_reject_bytes, 'x'));
  EXPECT_FALSE(std::getline(lines, line));
}

TEST_F(dlq_list, says_that_the_broker_does_not_answer_and_lists_the_rest) {
  server.kill();
  const command_outcome o = list();
  EXPECT_EQ(o.exit, 0);
  EXPECT_EQ(o.out, "no dead letters\n");
  EXPECT_THAT(o.err, HasSubstr("what NATS sources refused was not read: "));
  EXPECT_THAT(list({"--output", "json"}).err, HasSubstr("\"level\":\"warning\""));
}

TEST_F(dlq_list, reads_the_newest_and_counts_the_older) {
  make_stream();
  for (int i = 1; i <= 5; ++i) reject(rejected(i, "", "no JSON", "x"));
  const auto two = read_rejects(bus(), 2);
  ASSERT_TRUE(two);
  EXPECT_EQ(two->older, 3U);
  ASSERT_EQ(two->newest.size(), 2U);
  EXPECT_EQ(two->newest[0].sequence, 4U);
  EXPECT_EQ(two->newest[1].sequence, 5U);
  const auto all = read_rejects(bus(), 5);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->older, 0U);
  EXPECT_EQ(all->newest.size(), 5U);
  ASSERT_TRUE(bus().purge_below(std::string(rejected_stream), 5));
  EXPECT_EQ(read_rejects(bus(), 5)->newest.size(), 1U);
  ASSERT_TRUE(bus().purge_below(std::string(rejected_stream), 6));
  EXPECT_THAT(read_rejects(bus(), 5)->newest, IsEmpty());
}

// ---- one message

port::stored_message stored(std::string data) {
  return {3, 1'700'000'000'123'456'789, "beckon.rejected.shop", {}, std::move(data)};
}

TEST(a_reject, of_anybody_elses_making_is_shown_with_its_bytes) {
  for (const char* other : {"{", "[]", "{\"data\":\"x\"}", ""}) {
    const reject r = parse_reject(stored(other));
    EXPECT_EQ(r.source, "shop");
    EXPECT_EQ(r.data, other);
    EXPECT_EQ(r.reason, "not published by a source of this program");
    EXPECT_EQ(r.time, from_ms(1'700'000'000'123));
  }
}

TEST(a_reject, of_bytes_that_are_no_text_is_read_all_the_same) {
  const reject r = parse_reject(stored(rejected(4, "", "no UTF-8", "a\xFFz")));
  EXPECT_EQ(r.sequence, 4U);
  EXPECT_EQ(r.reason, "no UTF-8");
  EXPECT_EQ(r.data, "a\uFFFDz");
}

TEST(a_reject, of_wrong_types_is_read_without_them) {
  const reject r = parse_reject(stored(R"({"sequence":-1,"data":7,"message":[],"pointer":{}})"));
  EXPECT_EQ(r.sequence, 0U);
  EXPECT_EQ(r.data + r.reason + r.pointer, "");
}

TEST(a_reject, is_cut_between_characters) {
  std::string data(most_reject_bytes - 1, 'x');
  const reject r = parse_reject(stored(rejected(1, "", "no JSON", data + "é…")));
  EXPECT_EQ(r.data, data);
  EXPECT_TRUE(r.cut);
}

}  // namespace
}  // namespace beckon::topology

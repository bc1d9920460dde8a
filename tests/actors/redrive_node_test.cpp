// `beckon dlq redrive` on a running node: what a session or a channel failed on is given again once
// it is mended, and takes effect once.
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/actors/small_shop.hpp"
#include "topology/commands/command.hpp"
#include "topology/run_file.hpp"

namespace beckon::tests {
namespace {

using nlohmann::json;

struct said {
  int exit = 0;
  std::vector<json> lines;
  std::string err;
};

class redrive_node : public ::testing::Test {
 protected:
  said redrive(std::vector<std::string> options) const {
    std::vector<std::string> words{"dlq",      "redrive", "-c", shop.configuration(),
                                   "--output", "json"};
    words.insert(words.end(), options.begin(), options.end());
    std::ostringstream out;
    std::ostringstream err;
    said answer;
    answer.exit = topology::execute(words, {topology::dlq_redrive_command()},
                                    topology::console{out, err, {}, {}});
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);) answer.lines.push_back(json::parse(line));
    answer.err = err.str();
    return answer;
  }
  /// Three pings, of which u1's fails at `place`; until the others are through.
  void send_with(const fault_place& place) {
    ASSERT_NO_FATAL_FAILURE(shop.start());
    shop.faults.throw_at(place);
    ASSERT_EQ(shop.post(one_of_each("ping", 3)), 202);
    ASSERT_TRUE(shop.comes_true([this] {
      return shop.in("inbox").size() == 2 && shop.metric("beckon_dead_letters_kept") == 1 &&
             shop.figures().at_rest();
    }));
  }
  bool everyone_once() const {
    return shop.users("inbox") ==
               std::map<std::string, std::size_t>{{"u0", 1}, {"u1", 1}, {"u2", 1}} &&
           shop.figures().at_rest();
  }

  small_shop shop;
};

TEST_F(redrive_node, of_an_event_reaches_its_user_once_it_is_mended) {
  ASSERT_NO_FATAL_FAILURE(send_with({"session", "u1", ""}));
  const auto too_early = redrive({"--all"});
  EXPECT_EQ(too_early.exit, 0) << too_early.err;
  ASSERT_TRUE(shop.comes_true([&] { return shop.metric("beckon_dead_letters_total") == 2; }))
      << "it failed again: a new letter";
  shop.faults.calm();
  const auto rehearsed = redrive({"--subject", "u1", "--dry-run"});
  ASSERT_EQ(rehearsed.lines.size(), 1u) << rehearsed.err;
  EXPECT_EQ(rehearsed.lines[0]["fate"], "would_redrive");
  EXPECT_EQ(rehearsed.lines[0]["redriven"], 1) << "given again once before";
  const std::string id = rehearsed.lines[0]["id"];
  const auto done = redrive({"--id", id.substr(0, 12)});
  EXPECT_EQ(done.exit, 0) << done.err;
  ASSERT_EQ(done.lines.size(), 1u);
  EXPECT_EQ(done.lines[0]["fate"], "redriven");
  EXPECT_TRUE(shop.comes_true([&] { return everyone_once(); }));
  EXPECT_EQ(redrive({"--id", id}).exit, 1) << "there is none any more";
  EXPECT_TRUE(redrive({"--all"}).lines.empty());
  ASSERT_EQ(shop.post(one_of_each("ping", 3)), 202);
  EXPECT_TRUE(shop.comes_true([&] { return shop.metric("beckon_events_repeated_total") == 3; }))
      << "its client's resend still is one";
  EXPECT_TRUE(shop.stop());
  EXPECT_TRUE(shop.dead_letters().empty());
}

TEST_F(redrive_node, of_a_delivery_has_its_id_and_the_funnel_adds_up) {
  ASSERT_NO_FATAL_FAILURE(send_with({"channel", "inbox", "u1"}));
  shop.faults.calm();
  EXPECT_TRUE(redrive({"--channel", "other"}).lines.empty());
  EXPECT_TRUE(redrive({"--rule", "ponged"}).lines.empty());
  EXPECT_TRUE(redrive({"--reason", "another"}).lines.empty());
  const auto done =
      redrive({"--channel", "inbox", "--rule", "pinged", "--reason", throwing_faults::reason});
  EXPECT_EQ(done.exit, 0) << done.err;
  ASSERT_EQ(done.lines.size(), 1u);
  EXPECT_EQ(done.lines[0]["event_type"], "$delivery answer_ping");
  EXPECT_TRUE(shop.comes_true([&] { return everyone_once(); }));
  const auto f = shop.figures();
  EXPECT_EQ(f.redriven, 1u);
  EXPECT_TRUE(topology::differences(f, 3, 3).empty()) << topology::differences(f, 3, 3).front();
  for (const auto& m : shop.in("inbox")) {
    if (m.user != "u1") continue;
    EXPECT_EQ(m.delivery, done.lines[0]["event_id"]);
  }
  EXPECT_TRUE(shop.stop());
}

TEST_F(redrive_node, needs_to_be_told_which_and_a_node) {
  ASSERT_NO_FATAL_FAILURE(send_with({"session", "u1", ""}));
  EXPECT_EQ(redrive({}).exit, 64);
  EXPECT_EQ(redrive({"--id", "zz"}).exit, 1);
  EXPECT_TRUE(shop.stop());
  const auto none = redrive({"--all"});
  EXPECT_EQ(none.exit, 69);
  EXPECT_NE(none.err.find("running node"), std::string::npos);
  EXPECT_EQ(shop.dead_letters().size(), 1u);
}

TEST_F(redrive_node, is_open_to_nobody_without_the_token) {
  ASSERT_NO_FATAL_FAILURE(shop.start());
  topology::http_client client;
  const auto url = "http://" + shop.running().ingest_address() + "/admin/dlq/redrive";
  EXPECT_EQ(client.post(url, "{\"letters\":[]}")->status, 401);
  EXPECT_EQ(client.post(url, "{\"letters\":[]}", "guessed")->status, 403);
  const auto node = topology::read_run_file(shop.configuration() + "/data");
  ASSERT_TRUE(node.ok());
  EXPECT_EQ(client.post(url, "{\"letters\":[]}", node->admin_token)->status, 200);
  EXPECT_EQ(client.post(url, "{\"letters\":[\"0/x\"]}", node->admin_token)->status, 400);
  EXPECT_EQ(client.post(url, "{\"letters\":7}", node->admin_token)->status, 400);
  const auto unknown = client.post(
      url,
      "{\"letters\":[\"0/" + to_hex(hash128{1, 2}) + "\",\"9/" + to_hex(hash128{1, 2}) + "\"]}",
      node->admin_token);
  const auto fates = json::parse(unknown->body)["letters"];
  EXPECT_EQ(fates[0]["fate"], "gone");
  EXPECT_EQ(fates[1]["fate"], "gone") << "there are not so many partitions";
  EXPECT_TRUE(shop.stop());
}

TEST(dedup_window, is_told_for_the_node) {
  small_shop shop("  dedup_window: 2 h\n");
  ASSERT_NO_FATAL_FAILURE(shop.start());
  ASSERT_EQ(shop.post(one_of_each("ping", 5)), 202);
  EXPECT_TRUE(shop.comes_true([&] { return shop.metric("beckon_dedup_keys") == 5; }));
  EXPECT_EQ(shop.metric("beckon_dedup_window_seconds"), 7200);
  EXPECT_GT(shop.metric("beckon_dedup_bytes"), 0);
  EXPECT_EQ(shop.metric("beckon_dedup_evicted_total"), 0);
  EXPECT_TRUE(shop.stop());
}

}  // namespace
}  // namespace beckon::tests

// A running node knows items: rows by every door, in force for the events behind them, and after a
// restart.
#include <filesystem>
#include <fstream>
#include <future>
#include <set>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/nats/nats_bus.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"
#include "topology/bus_options.hpp"
#include "topology/dev/http_client.hpp"
#include "topology/load.hpp"
#include "topology/node/node.hpp"
#include "topology/shipped_kinds.hpp"

namespace beckon::topology {
namespace {

using ::testing::HasSubstr;
using json = nlohmann::json;

struct file {
  const char* path;
  const char* text;
};
constexpr file files[] = {
    {"beckon.yaml", R"(partitions: 1
absence_grace: 0 ms
sources:
  - {id: web, kind: http, max_bytes: 16 MiB}
  - {id: shop, kind: nats, subject: shop.events, max_bytes: 16 MiB}
  - {id: history, kind: import, max_bytes: 16 MiB}
limits: {drain: 10 s}
)"},
    {"catalogue.yaml", R"(entities: {item: {fields: {category: string, price: double}}}
events: {viewed: {fields: {item_id: string}}}
)"},
    {"rules/toys.rule",
     "RULE toys \"Looked at a toy\"\nWHEN viewed WHERE item.category = 'toys'\nFIRE EVERY TIME\n"},
    {"actions.yaml", "actions:\n  - {id: tell, rule: toys, material: note, channel: inbox}\n"},
    {"materials.yaml", "materials:\n  - {id: note, title: Hello, body: Hello}\n"},
    {"channels.yaml", "channels:\n  - {id: inbox, kind: file, path: data/inbox.ndjson}\n"},
};

class live_items : public ::testing::Test {
 protected:
  live_items() {
    for (const auto& f : files) write(f.path, f.text);
    std::filesystem::create_directories(directory_.path() / "data");
    start();
  }

  void write(const std::string& below, const std::string& text) const {
    const auto path = directory_.path() / below;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void start() {
    config_ = load_configuration(directory_.path().string(), shipped_kinds());
    for (const auto& p : config_.found) ADD_FAILURE() << p.to_string();
    auto started = node::start(config_, log_, {.faults = nullptr, .wake = {}});
    ASSERT_TRUE(started.ok()) << started.error().to_string();
    node_ = std::move(*started);
    ASSERT_TRUE(comes_true([this] { return node_->ready(); }));
  }
  void start_again() {
    node_.reset();
    start();
  }
  static bool comes_true(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  }

  static json track(const std::string& event, const std::string& user, json properties) {
    return {{"type", "track"}, {"event", event}, {"userId", user}, {"properties", properties}};
  }
  static json view(const std::string& user, const std::string& item) {
    return track("viewed", user, {{"item_id", item}});
  }
  static json row(const std::string& item, json fields) {
    fields["item_id"] = item;
    return track("$item", "somebody", fields);
  }
  http_answer_text post(const std::vector<json>& items) {
    const auto answer = http_.post("http://" + node_->ingest_address() + "/v1/batch",
                                   json{{"batch", items}}.dump());
    EXPECT_TRUE(answer) << answer.error().to_string();
    return answer ? *answer : http_answer_text{};
  }
  void publish(const json& event) const {
    const auto options = bus_options_beside(config_.deployment);
    ASSERT_TRUE(options);
    const auto bus = adapters::nats_bus::connect(*options);
    ASSERT_TRUE(bus);
    std::promise<bool> stored;
    (*bus)->publish("shop.events", event.dump(), {},
                    [&](const result<port::publish_ack>& ack) { stored.set_value(ack.ok()); });
    EXPECT_TRUE(stored.get_future().get());
  }
  command_outcome command(std::vector<std::string> words) const {
    words.insert(words.end(), {"-c", directory_.path().string()});
    return run_words(words);
  }

  std::set<std::string> told() const {
    std::set<std::string> users;
    std::ifstream lines(directory_.path() / "data" / "inbox.ndjson");
    for (std::string line; std::getline(lines, line);) {
      const auto m = json::parse(line, nullptr, false);
      if (m.is_object()) users.insert(m.at("subject").at("id").get<std::string>());
    }
    return users;
  }
  /// Whether `user` is told; false where everything sent before `sentinel` is judged and the user
  /// was not.
  bool is_told(const std::string& user, const std::string& sentinel = {}) const {
    EXPECT_TRUE(comes_true([&] {
      const auto users = told();
      return users.contains(user) || users.contains(sentinel);
    })) << "neither "
        << user << " nor " << sentinel;
    return told().contains(user);
  }
  double metric(const std::string& sample) const {
    const auto text = node_->metrics();
    const auto at = text.find("\n" + sample + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + sample.size() + 2));
  }

  tests::temporary_directory directory_;
  port::null_log log_;
  configuration config_;
  http_client http_;
  std::unique_ptr<node> node_;
};

TEST_F(live_items, by_http_are_in_force_for_what_comes_behind_them_and_after_a_restart) {
  EXPECT_EQ(post({row("7", {{"category", "toys"}}), view("a", "7")}).status, 202);
  EXPECT_TRUE(is_told("a")) << "in the same request";
  start_again();
  EXPECT_EQ(post({view("b", "7")}).status, 202);
  EXPECT_TRUE(is_told("b")) << "from the snapshot";
  EXPECT_EQ(metric("beckon_items"), 1);
}

TEST_F(live_items, that_change_are_judged_as_they_are_then) {
  post({row("7", {{"category", "toys"}, {"price", 2}}), row("8", {{"category", "toys"}})});
  post({row("7", {{"category", "tools"}}), view("changed", "7"), view("sentinel", "8")});
  EXPECT_FALSE(is_told("changed", "sentinel"));
  post({row("7", {{"category", "toys"}}), view("again", "7")});
  EXPECT_TRUE(is_told("again"));
  post({row("7", {{"category", nullptr}}), view("cleared", "7"), view("sentinel 2", "8")});
  EXPECT_FALSE(is_told("cleared", "sentinel 2"));
  ASSERT_TRUE(comes_true([this] { return metric("beckon_item_rows_total") == 5; }));
  start_again();
  post({view("still cleared", "7"), view("sentinel 3", "8")});
  EXPECT_FALSE(is_told("still cleared", "sentinel 3"));
}

TEST_F(live_items, come_by_nats) {
  publish({{"type", "$item"}, {"item_id", "7"}, {"category", "toys"}});
  publish({{"type", "viewed"}, {"user_id", "a"}, {"item_id", "7"}});
  EXPECT_TRUE(is_told("a"));
  post({view("b", "7")});
  EXPECT_TRUE(is_told("b")) << "another door knows it too";
}

TEST_F(live_items, come_by_import) {
  write("rows.ndjson",
        R"({"type":"$item","time":"2024-01-01T00:00:00Z","item_id":"7","category":"toys"}
{"type":"$item","item_id":"8","category":"tools"}
)");
  const auto done = command({"import", "--source", "history", directory_.file("rows.ndjson")});
  EXPECT_EQ(done.exit, 0) << done.err;
  ASSERT_TRUE(comes_true([this] { return metric("beckon_items") == 2; }));
  post({view("no", "8"), view("yes", "7")});
  EXPECT_FALSE(is_told("no", "yes"));
}

TEST_F(live_items, without_id_are_rejected_and_unknown_ones_are_counted) {
  const auto answer = post({row("7", {{"category", "toys"}}), track("$item", "u", {{"price", 2}})});
  EXPECT_THAT(answer.body, HasSubstr("/batch/1/properties/item_id"));
  EXPECT_THAT(answer.body, HasSubstr("requires the field"));
  post({view("a", "9"), view("b", "7")});
  EXPECT_FALSE(is_told("a", "b"));
  EXPECT_EQ(metric("beckon_item_misses_total{source=\"web\"}"), 1);
}

TEST_F(live_items, are_shown_beside_the_node) {
  post({row("7", {{"category", "toys"}, {"new", true}})});
  ASSERT_TRUE(comes_true([this] { return metric("beckon_item_rows_total") == 1; }));
  const auto shown = command({"item", "show", "item", "7", "--output=json"});
  EXPECT_EQ(shown.exit, 0) << shown.err;
  EXPECT_EQ(json::parse(shown.out)["fields"],
            (json{{"category", "toys"}, {"item_id", "7"}, {"new", true}}));
  EXPECT_THAT(command({"item", "show", "item", "7"}).out, HasSubstr("category  \"toys\""));
  const auto none = command({"item", "show", "item", "8"});
  EXPECT_EQ(none.exit, 1);
  EXPECT_THAT(none.err, HasSubstr("no row of item '8'"));
  const auto wrong = command({"item", "show", "items", "7"});
  EXPECT_EQ(wrong.exit, 64);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean 'item'?"));
}

TEST_F(live_items, go_with_what_a_rule_tells_others) {
  node_.reset();
  write("catalogue.yaml", R"(entities: {item: {fields: {category: string, price: double}}}
events:
  viewed: {fields: {item_id: string}}
  cheaper: {fields: {item_id: string}, subjects: {item: item_id}}
  liked: {fields: {item_id: string}}
relations:
  favourite: {member: user_id, owner: item_id, added_by: liked}
)");
  write("rules/price_drop.rule",
        "RULE price_drop\nFOR item\nWHEN cheaper AS c\nFIRE EVERY TIME\nTO EACH favourite\n"
        "RETURN c.item_id AS item_id\n");
  write("rules/toys.rule",
        "RULE toys\nWHEN price_drop WHERE item.category = 'toys'\nFIRE EVERY TIME\n");
  start();
  EXPECT_EQ(post({row("1", {{"category", "toys"}}), row("2", {{"category", "books"}}),
                  track("liked", "reader", {{"item_id", "2"}}),
                  track("liked", "child", {{"item_id", "1"}})})
                .status,
            202);
  EXPECT_EQ(post({track("cheaper", "seller", {{"item_id", "2"}}),
                  track("cheaper", "seller", {{"item_id", "1"}})})
                .status,
            202);
  EXPECT_TRUE(is_told("child"));
  // The reader's event stands before the child's in the same queue.
  EXPECT_FALSE(told().contains("reader"));
}

}  // namespace
}  // namespace beckon::topology

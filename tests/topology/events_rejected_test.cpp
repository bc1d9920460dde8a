// beckon events rejected and redrive against a real broker: what a NATS source refused.
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

class events_rejected : public ::testing::Test {
 protected:
  events_rejected() {
    write("catalogue.yaml", "events:\n  hello: {}\n");
    write("token", server.token() + "\n");
    write("beckon.yaml",
          "bus: {url: '" + server.url() +
              "', token_file: token}\nsources:\n  - {id: shop, kind: nats, subject: 'shop.>'}\n");
    bus = tests::must_connect(server.options());
    EXPECT_TRUE(
        bus->ensure_stream(tests::stream(std::string(rejected_stream), "beckon.rejected.*")));
    EXPECT_TRUE(bus->ensure_stream(tests::stream(capture_stream("shop"), "shop.>")));
  }

  void write(const std::string& below, const std::string& text) const {
    std::ofstream(directory_.file(below)) << text;
  }
  void reject(const std::string& source, const field_list& more, const std::string& data) {
    field_list line{{"source", source}, {"pointer", "/type"}, {"message", "no such event type"}};
    line.insert(line.end(), more.begin(), more.end());
    line.push_back({"data", data});
    ASSERT_TRUE(tests::publish(*bus, "beckon.rejected." + source, codec::to_json(line)));
  }
  command_outcome ask(std::vector<std::string> words) const {
    words.insert(words.end(), {"-c", directory_.path().string(), "--output", "json"});
    std::ostringstream out;
    std::ostringstream err;
    const int exit = execute(words, {events_rejected_command(), events_redrive_command()},
                             console{out, err, {}, {}});
    return {exit, out.str(), err.str()};
  }
  static std::size_t lines_of(const command_outcome& o) {
    return static_cast<std::size_t>(std::count(o.out.begin(), o.out.end(), '\n'));
  }

  tests::nats_server server;
  std::unique_ptr<adapters::nats_bus> bus;

 private:
  tests::temporary_directory directory_;
};

TEST_F(events_rejected, are_listed_whole_and_sent_again_to_where_they_came) {
  const std::string data =
      "{\"type\":\"hello\",\"user_id\":\"u1\",\"much\":\"" + std::string(200, 'x') + "\"}";
  reject("shop", {{"sequence", 7}, {"subject", "shop.web"}}, data);
  reject("other", {{"sequence", 8}}, "x");
  const auto listed = ask({"events", "rejected", "--source", "shop"});
  EXPECT_EQ(listed.exit, 0) << listed.err;
  const auto line = nlohmann::json::parse(listed.out);
  EXPECT_EQ(line["data"], data);
  EXPECT_EQ(line["pointer"], "/type");
  EXPECT_EQ(ask({"events", "redrive"}).exit, 64) << "which?";
  EXPECT_EQ(lines_of(ask({"events", "redrive", "--all", "--dry-run"})), 2u);
  EXPECT_EQ(lines_of(ask({"events", "rejected"})), 2u) << "a dry run does nothing";

  const auto done = ask({"events", "redrive", "--number", line["number"].dump()});
  EXPECT_EQ(done.exit, 0) << done.out << done.err;
  const auto captured = bus->last(capture_stream("shop"));
  ASSERT_TRUE(captured && *captured);
  EXPECT_EQ((*captured)->subject, "shop.web");
  EXPECT_EQ((*captured)->data, data);
  EXPECT_EQ(lines_of(ask({"events", "rejected"})), 1u) << "what was sent leaves the list";
}

TEST_F(events_rejected, that_cannot_be_sent_stay_and_say_why) {
  reject("gone", {{"sequence", 8}}, "{\"type\":\"hello\",\"user_id\":\"u1\"}");
  reject("shop", {{"sequence", 8}}, "{\"type\":\"helo\",\"user_id\":\"u1\"}");
  reject("shop", {{"sequence", 9}, {"subject", "shop.web"}}, "a\xFFz");
  reject("web", {{"sequence", 0}, {"type", "track"}}, "{\"event\":\"hello\",\"userId\":\"u1\"}");
  const auto o = ask({"events", "redrive", "--all"});
  EXPECT_EQ(o.exit, 1);
  EXPECT_THAT(o.out, HasSubstr("there is no NATS source 'gone' any more"));
  EXPECT_THAT(o.out, HasSubstr("it was no text"));
  EXPECT_THAT(o.out, HasSubstr("no node runs"));
  EXPECT_THAT(o.out, HasSubstr("helo"));
  EXPECT_EQ(lines_of(ask({"events", "rejected"})), 4u);
}

}  // namespace
}  // namespace beckon::topology

// The NATS channel: headers, outcomes.
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/nats/nats_sender.hpp"
#include "tests/adapters/nats/recorder.hpp"
#include "tests/support/nats_server.hpp"

namespace beckon::tests {
namespace {

using adapters::nats_sender;
using port::delivery_outcome;
using testing::Contains;
using testing::Pair;

class sender_test : public testing::Test {
 protected:
  static port::delivery delivery() {
    port::delivery out;
    out.id = {0x0123456789abcdef, 0xfedcba9876543210};
    out.occurrence = {1, 2};
    out.who = {"user", "4\r\n2%"};
    out.rule = "cart";
    out.action = "remind";
    out.content_type = "application/json";
    out.body = R"({"text":"hello"})";
    return out;
  }
  port::receipt send(nats_sender& sender, port::delivery what = delivery()) {
    std::promise<port::receipt> got;
    sender.send(std::move(what), [&](port::receipt r) { got.set_value(std::move(r)); });
    auto future = got.get_future();
    if (future.wait_for(patience) != std::future_status::ready) {
      throw std::runtime_error("no receipt");
    }
    return future.get();
  }
  nats_server server_;
  std::unique_ptr<adapters::nats_bus> bus_ = must_connect(server_.options());
};

TEST_F(sender_test, stores_the_body_with_headers_that_identify_it) {
  ASSERT_TRUE(bus_->ensure_stream(stream("OUT", "out")));
  nats_sender sender(*bus_, {"out", true});
  const auto receipt = send(sender);
  EXPECT_EQ(receipt.outcome, delivery_outcome::delivered);
  EXPECT_EQ(receipt.detail, "OUT 1");
  const auto stored = bus_->get("OUT", 1);
  ASSERT_TRUE(stored && *stored);
  const auto& message = **stored;
  EXPECT_EQ(message.data, delivery().body);
  EXPECT_THAT(message.headers, Contains(Pair("Nats-Msg-Id", "0123456789abcdeffedcba9876543210")));
  EXPECT_THAT(
      message.headers,
      Contains(Pair("traceparent", "00-00000000000000010000000000000002-fedcba9876543210-01")));
  EXPECT_THAT(message.headers, Contains(Pair("Beckon-Rule", "cart")));
  EXPECT_THAT(message.headers, Contains(Pair("Beckon-Action", "remind")));
  EXPECT_THAT(message.headers, Contains(Pair("Beckon-Subject", "user:4%0D%0A2%25")));
  EXPECT_THAT(message.headers, Contains(Pair("Content-Type", "application/json")));
}

TEST_F(sender_test, a_retry_is_the_same_message) {
  ASSERT_TRUE(bus_->ensure_stream(stream("OUT", "out")));
  nats_sender sender(*bus_, {"out", true});
  EXPECT_EQ(send(sender).outcome, delivery_outcome::delivered);
  const auto again = send(sender);
  EXPECT_EQ(again.outcome, delivery_outcome::delivered);
  EXPECT_THAT(again.detail, testing::HasSubstr("duplicate"));
  EXPECT_EQ(bus_->info("OUT")->messages, 1U);
}

TEST_F(sender_test, without_a_stream_the_broker_s_word_is_enough) {
  std::promise<std::string> heard;
  const auto listening = bus_->subscribe(
      "out", [&](std::string_view, std::string_view data) { heard.set_value(std::string(data)); });
  ASSERT_TRUE(listening);
  nats_sender sender(*bus_, {"out", false});
  EXPECT_EQ(send(sender).outcome, delivery_outcome::delivered);
  EXPECT_EQ(heard.get_future().get(), delivery().body);
}

TEST_F(sender_test, is_busy_when_nobody_stores_the_subject) {
  nats_sender sender(*bus_, {"nobody", true});
  EXPECT_EQ(send(sender).outcome, delivery_outcome::busy);
}

TEST_F(sender_test, is_busy_when_the_stream_is_full) {
  ASSERT_TRUE(bus_->ensure_stream(stream("OUT", "out", 100)));
  nats_sender sender(*bus_, {"out", true});
  EXPECT_EQ(send(sender).outcome, delivery_outcome::busy);
}

TEST_F(sender_test, is_busy_while_the_broker_is_away) {
  nats_sender stored(*bus_, {"out", true});
  nats_sender passed(*bus_, {"out", false});
  server_.stop();
  ASSERT_TRUE(eventually([&] { return !bus_->connected(); }));
  // The bus has two connections: what the publishing one wrote before it noticed has an unknown
  // end.
  auto outcome = delivery_outcome::unknown;
  ASSERT_TRUE(eventually([&] {
    outcome = send(stored).outcome;
    return outcome != delivery_outcome::unknown;
  }));
  EXPECT_EQ(outcome, delivery_outcome::busy);
  EXPECT_TRUE(eventually([&] {
    outcome = send(passed).outcome;
    return outcome != delivery_outcome::unknown;
  }));
  EXPECT_EQ(outcome, delivery_outcome::busy);
}

TEST_F(sender_test, does_not_know_when_the_broker_hangs) {
  auto options = server_.options();
  options.ack_timeout = duration{200};
  const auto bus = must_connect(options);
  nats_sender sender(*bus, {"out", false});
  server_.freeze();
  const auto receipt = send(sender);
  server_.thaw();
  EXPECT_EQ(receipt.outcome, delivery_outcome::unknown);
}

TEST_F(sender_test, refuses_what_can_never_be_sent) {
  nats_sender sender(*bus_, {"out", false});
  auto large = delivery();
  large.body.assign(9 * 1024 * 1024, 'x');
  EXPECT_EQ(send(sender, large).outcome, delivery_outcome::refused);
  nats_sender bad(*bus_, {"not a subject", false});
  EXPECT_EQ(send(bad).outcome, delivery_outcome::refused);
}

}  // namespace
}  // namespace beckon::tests

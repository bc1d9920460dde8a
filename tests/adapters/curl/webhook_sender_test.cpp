// The webhook channel against a real HTTP server on loopback.
#include "adapters/curl/webhook_sender.hpp"

#include <atomic>
#include <fstream>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/curl/signature.hpp"
#include "tests/adapters/curl/webhook_fixture.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::tests {
namespace {

using adapters::make_webhook_sender;
using adapters::webhook_options;
using port::delivery_outcome;
using port::receipt;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

/// The receipt a server's reply gives.
receipt receipt_for(http_reply reply, webhook_options options = options_for("")) {
  const http_server server([&](const http_request&) { return reply; });
  options.url = server.url();
  return send(*make_webhook_sender(options));
}

TEST(webhook_sender, posts_the_body_with_its_identity) {
  const http_server server;
  webhook_options options = options_for(server.url("/hook?x=1"));
  options.headers = {{"X-Team", "shop"}, {"X-Empty", ""}};
  const receipt got = send(*make_webhook_sender(options));
  EXPECT_EQ(got.outcome, delivery_outcome::delivered);
  EXPECT_EQ(got.detail, "200 OK");
  ASSERT_EQ(server.requests().size(), 1u);
  const http_request request = server.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/hook?x=1");
  EXPECT_EQ(request.body, R"({"n":1})");
  EXPECT_THAT(request.headers,
              AllOf(Contains(Pair("webhook-id", "0123456789abcdef0000000000000001")),
                    Contains(Pair("webhook-timestamp", "1700000000")),
                    Contains(Pair("content-type", "application/json")),
                    Contains(Pair("traceparent",
                                  "00-00000000000000070000000000000008-0000000000000001-01")),
                    Contains(Pair("x-team", "shop")), Contains(Pair("x-empty", "")),
                    Not(Contains(Key("webhook-signature"))), Not(Contains(Key("expect")))));
}

TEST(webhook_sender, signs_when_it_has_a_key) {
  const http_server server;
  webhook_options options = options_for(server.url());
  options.key = std::string(32, 'k');
  ASSERT_EQ(send(*make_webhook_sender(options)).outcome, delivery_outcome::delivered);
  EXPECT_EQ(server.requests().front().headers.at("webhook-signature"),
            adapters::signature(options.key, "0123456789abcdef0000000000000001", 1'700'000'000,
                                R"({"n":1})"));
}

TEST(webhook_sender, sends_to_the_address_of_the_delivery_where_it_has_one) {
  const http_server server;
  port::delivery what = some_delivery();
  what.address = server.url("/own");
  ASSERT_EQ(send(*make_webhook_sender(options_for("http://127.0.0.1:1/")), what).outcome,
            delivery_outcome::delivered);
  EXPECT_EQ(server.requests().front().target, "/own");
}

TEST(webhook_sender, sends_large_bodies_whole) {
  const http_server server;
  port::delivery what = some_delivery();
  what.body = std::string(3 << 20, 'b');
  webhook_options options = options_for(server.url());
  options.timeout = duration{10'000};
  ASSERT_EQ(send(*make_webhook_sender(options), what).outcome, delivery_outcome::delivered);
  EXPECT_EQ(server.requests().front().body, what.body);
}

struct status_case {
  int status;
  delivery_outcome outcome;
};

class webhook_status : public testing::TestWithParam<status_case> {};

TEST_P(webhook_status, decides_the_outcome) {
  http_reply reply;
  reply.status = GetParam().status;
  reply.reason = "Reason";
  reply.headers = {{"Location", "http://127.0.0.1:1/elsewhere"}};
  const receipt got = receipt_for(reply);
  EXPECT_EQ(got.outcome, GetParam().outcome);
  EXPECT_EQ(got.detail, std::to_string(GetParam().status) + " Reason");
}

INSTANTIATE_TEST_SUITE_P(all, webhook_status,
                         testing::Values(status_case{202, delivery_outcome::delivered},
                                         status_case{204, delivery_outcome::delivered},
                                         status_case{301, delivery_outcome::refused},
                                         status_case{307, delivery_outcome::refused},
                                         status_case{400, delivery_outcome::refused},
                                         status_case{404, delivery_outcome::refused},
                                         status_case{410, delivery_outcome::refused},
                                         status_case{408, delivery_outcome::busy},
                                         status_case{425, delivery_outcome::busy},
                                         status_case{429, delivery_outcome::busy},
                                         status_case{500, delivery_outcome::busy},
                                         status_case{503, delivery_outcome::busy}),
                         [](const auto& i) { return std::to_string(i.param.status); });

TEST(webhook_sender, hears_how_long_to_wait_in_seconds_and_as_a_date) {
  http_reply reply{429, "Too Many Requests", {{"Retry-After", "120"}}};
  EXPECT_EQ(receipt_for(reply).retry_after, std::chrono::seconds{120});
  reply.headers = {{"Retry-After", "Wed, 01 Jan 2200 00:00:00 GMT"}};
  EXPECT_EQ(receipt_for(reply).retry_after, std::chrono::hours{24}) << "patience has a limit";
  reply.headers = {{"Retry-After", "Wed, 01 Jan 2020 00:00:00 GMT"}};
  EXPECT_EQ(receipt_for(reply).retry_after, std::nullopt);
  reply.headers = {{"Retry-After", "soon"}};
  EXPECT_EQ(receipt_for(reply).retry_after, std::nullopt);
}

TEST(webhook_sender, a_head_decides_even_when_the_body_never_ends) {
  http_reply endless;
  endless.how = http_reply::manner::endless;
  EXPECT_EQ(receipt_for(endless).outcome, delivery_outcome::delivered);
  endless.status = 500;
  EXPECT_EQ(receipt_for(endless).outcome, delivery_outcome::busy);
}

TEST(webhook_sender, an_endless_head_is_cut_off) {
  http_reply reply;
  reply.headers.assign(2000, {"X-Filler", std::string(100, 'x')});
  reply.status = 503;
  EXPECT_EQ(receipt_for(reply).outcome, delivery_outcome::busy);
}

TEST(webhook_sender, does_not_know_when_no_answer_comes_after_the_request) {
  for (const auto how :
       {http_reply::manner::hang, http_reply::manner::drop, http_reply::manner::garbage}) {
    http_reply reply;
    reply.how = how;
    EXPECT_EQ(receipt_for(reply).outcome, delivery_outcome::unknown) << static_cast<int>(how);
  }
}

TEST(webhook_sender, never_sends_twice_when_a_kept_connection_breaks) {
  std::atomic<int> handled = 0;
  const http_server server([&](const http_request&) {
    http_reply reply;
    if (++handled > 1) reply.how = http_reply::manner::drop;
    return reply;
  });
  const auto sender = make_webhook_sender(options_for(server.url()));
  EXPECT_EQ(send(*sender, some_delivery(1)).outcome, delivery_outcome::delivered);
  EXPECT_EQ(send(*sender, some_delivery(2)).outcome, delivery_outcome::unknown);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[1].connection, 0u) << "the test is about a kept connection";
}

TEST(webhook_sender, keeps_connections) {
  const http_server server;
  const auto sender = make_webhook_sender(options_for(server.url()));
  for (std::uint64_t i = 0; i < 20; ++i) send(*sender, some_delivery(i));
  EXPECT_EQ(server.connections(), 1u);
}

/// A port of loopback on which nobody listens.
std::uint16_t closed_port() {
  const http_server gone;
  return gone.port();
}

TEST(webhook_sender, is_busy_when_nothing_could_be_sent) {
  const std::string url = "http://127.0.0.1:" + std::to_string(closed_port());
  EXPECT_EQ(send(*make_webhook_sender(options_for(url))).outcome, delivery_outcome::busy);
  const receipt unnamed = send(*make_webhook_sender(options_for("http://no-such-host.invalid/")));
  EXPECT_EQ(unnamed.outcome, delivery_outcome::busy);
  EXPECT_THAT(unnamed.detail, HasSubstr("no-such-host.invalid"));
}

TEST(webhook_sender, refuses_what_is_no_http) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "//x",
                          "http://", "http://a b/"}) {
    port::delivery what = some_delivery();
    what.address = url;
    EXPECT_EQ(send(*make_webhook_sender(options_for("http://127.0.0.1:1")), what).outcome,
              delivery_outcome::refused)
        << url;
  }
}

TEST(webhook_sender, private_addresses_are_refused_unless_allowed) {
  const http_server server;
  webhook_options options = options_for(server.url());
  options.allow_private = false;
  const auto sender = make_webhook_sender(options);
  const std::string port = std::to_string(server.port());
  for (const std::string host : {"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433",
                                 "0x7f.1", "[::ffff:127.0.0.1]"}) {
    port::delivery what = some_delivery();
    what.address = "http://" + host + ":" + port + "/";
    const receipt got = send(*sender, what);
    EXPECT_EQ(got.outcome, delivery_outcome::refused) << host << ": " << got.detail;
  }
  EXPECT_EQ(server.connections(), 0u);
}

TEST(webhook_sender, a_header_cannot_be_smuggled_in_by_the_content_type) {
  const http_server server;
  port::delivery what = some_delivery();
  what.content_type = "text/plain\r\nX-Evil: 1";
  EXPECT_NE(send(*make_webhook_sender(options_for(server.url())), what).outcome,
            delivery_outcome::delivered);
  EXPECT_TRUE(server.requests().empty());
}

TEST(webhook_sender, verifies_certificates) {
  const auto identity = make_tls_identity();
  const http_server server([](const http_request&) { return http_reply{}; }, identity);
  webhook_options options = options_for(server.url());
  options.timeout = duration{10'000};
  const receipt untrusted = send(*make_webhook_sender(options));
  EXPECT_EQ(untrusted.outcome, delivery_outcome::busy);
  EXPECT_THAT(untrusted.detail, HasSubstr("certificate"));
  EXPECT_TRUE(server.requests().empty());

  const temporary_directory directory;
  options.ca_file = directory.file("ca.pem");
  std::ofstream(options.ca_file) << certificate_of(*identity);
  const receipt trusted = send(*make_webhook_sender(options));
  EXPECT_EQ(trusted.outcome, delivery_outcome::delivered) << trusted.detail;
}

}  // namespace
}  // namespace beckon::tests

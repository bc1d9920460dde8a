// Whom a filter asks, against a real HTTP server on loopback.
#include "adapters/curl/http_predicate.hpp"

#include <atomic>
#include <fstream>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/outreach/build_settings.hpp"
#include "tests/support/at_once.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::tests {
namespace {

using adapters::http_predicate_options;
using adapters::make_http_predicate;
using kind = port::predicate_reply::kind;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Key;
using testing::map;
using ::testing::Not;
using ::testing::Pair;
using testing::text;

constexpr duration patient{20'000};
constexpr duration impatient{200};

http_predicate_options options_for(const std::string& url) {
  http_predicate_options out;
  out.url = url;
  out.allow_private = true;
  return out;
}

std::future<port::predicate_reply> start(port::predicate& whom, duration patience = patient) {
  auto promise = std::make_shared<std::promise<port::predicate_reply>>();
  auto future = promise->get_future();
  whom.ask({R"({"n":1})", patience},
           [promise](port::predicate_reply r) { promise->set_value(std::move(r)); });
  return future;
}

port::predicate_reply ask(port::predicate& whom, duration patience = patient) {
  return start(whom, patience).get();
}

/// What is heard of a server that always replies so.
port::predicate_reply heard(const http_reply& reply, duration patience = patient) {
  const http_server server([&](const http_request&) { return reply; });
  return ask(*make_http_predicate(options_for(server.url())), patience);
}

TEST(http_predicate, posts_the_question_and_hears_the_answer) {
  const http_server server(
      [](const http_request&) { return http_reply{.body = R"({"pass":true})"}; });
  http_predicate_options options = options_for(server.url("/ask?v=1"));
  options.headers = {{"X-Team", "shop"}};
  options.token = "s3cret";
  const auto reply = ask(*make_http_predicate(options));
  EXPECT_EQ(reply.what, kind::answered);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, R"({"pass":true})");
  ASSERT_EQ(server.requests().size(), 1u);
  const http_request request = server.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/ask?v=1");
  EXPECT_EQ(request.body, R"({"n":1})");
  EXPECT_THAT(request.headers,
              AllOf(Contains(Pair("content-type", "application/json")),
                    Contains(Pair("authorization", "Bearer s3cret")),
                    Contains(Pair("x-team", "shop")), Not(Contains(Key("expect")))));
}

TEST(http_predicate, hears_every_status) {
  for (const int status : {204, 301, 404, 429, 500}) {
    const auto reply = heard(
        {.status = status, .reason = "Word", .headers = {{"Location", "http://127.0.0.1:1/"}}});
    EXPECT_EQ(reply.what, kind::answered) << status;
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.detail, std::to_string(status) + " Word");
  }
}

TEST(http_predicate, does_not_wait_longer_than_it_may) {
  EXPECT_EQ(heard({.how = http_reply::manner::hang}, impatient).what, kind::timed_out);
}

TEST(http_predicate, reads_no_more_than_64_kib) {
  EXPECT_EQ(heard({.how = http_reply::manner::endless}).what, kind::too_large);
  EXPECT_EQ(heard({.body = std::string(65 << 10, 'x')}).what, kind::too_large);
  const auto largest = heard({.body = std::string(60 << 10, 'x')});
  EXPECT_EQ(largest.what, kind::answered);
  EXPECT_EQ(largest.body.size(), std::size_t{60} << 10);
}

TEST(http_predicate, a_broken_answer_is_none) {
  for (const auto how : {http_reply::manner::drop, http_reply::manner::garbage}) {
    EXPECT_EQ(heard({.how = how}).what, kind::unreachable) << static_cast<int>(how);
  }
}

TEST(http_predicate, says_why_nobody_could_be_asked) {
  const auto port = std::make_unique<http_server>()->port();
  const auto away =
      ask(*make_http_predicate(options_for("http://127.0.0.1:" + std::to_string(port))));
  EXPECT_EQ(away.what, kind::unreachable);
  EXPECT_NE(away.detail, "");
  const http_server server;
  http_predicate_options options = options_for(server.url());
  options.allow_private = false;
  const auto inner = ask(*make_http_predicate(options));
  EXPECT_EQ(inner.what, kind::unreachable);
  EXPECT_THAT(inner.detail, HasSubstr("private"));
  EXPECT_EQ(server.connections(), 0u);
}

TEST(http_predicate, keeps_connections_and_asks_again_where_one_turns_out_dead) {
  std::atomic<int> handled = 0;
  const http_server server([&](const http_request&) {
    http_reply reply;
    if (++handled == 3) reply.how = http_reply::manner::drop;
    return reply;
  });
  const auto whom = make_http_predicate(options_for(server.url()));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(*whom).what, kind::answered) << i;
  EXPECT_EQ(server.requests().size(), 4u) << "the third was asked twice";
  EXPECT_EQ(server.connections(), 2u);
}

TEST(http_predicate, asks_no_more_at_once_than_it_may) {
  at_once handlers;
  const http_server server([&](const http_request&) {
    handlers.pass();
    return http_reply{};
  });
  http_predicate_options options = options_for(server.url());
  options.most_in_flight = 3;
  const auto whom = make_http_predicate(options);
  std::vector<std::future<port::predicate_reply>> all;
  for (int i = 0; i < 200; ++i) all.push_back(start(*whom));
  for (auto& one : all) EXPECT_EQ(one.get().what, kind::answered);
  EXPECT_LE(handlers.most(), 3);
  EXPECT_LE(server.connections(), 3u);
}

TEST(http_predicate, answers_everything_when_it_ends) {
  const http_server server(
      [](const http_request&) { return http_reply{.how = http_reply::manner::hang}; });
  http_predicate_options options = options_for(server.url());
  options.most_in_flight = 1;
  auto whom = make_http_predicate(options);
  auto sent = start(*whom);
  auto waiting = start(*whom);
  ASSERT_TRUE(server.wait_for(1));
  whom.reset();
  EXPECT_EQ(sent.get().what, kind::unreachable);
  EXPECT_EQ(waiting.get().what, kind::unreachable);
}

TEST(http_predicate, verifies_certificates) {
  const auto identity = make_tls_identity();
  const http_server server([](const http_request&) { return http_reply{}; }, identity);
  http_predicate_options options = options_for(server.url());
  const auto untrusted = ask(*make_http_predicate(options));
  EXPECT_EQ(untrusted.what, kind::unreachable);
  EXPECT_THAT(untrusted.detail, HasSubstr("certificate"));
  const temporary_directory directory;
  options.ca_file = directory.file("ca.pem");
  std::ofstream(options.ca_file) << certificate_of(*identity);
  EXPECT_EQ(ask(*make_http_predicate(options)).what, kind::answered);
}

TEST(http_predicate_options, are_read_beside_those_of_the_filter) {
  problems out;
  const auto read =
      adapters::read_http_predicate_options(map({{"id", text("risk")},
                                                 {"kind", text("http_predicate")},
                                                 {"url", text("https://risk.example/ask")},
                                                 {"timeout", text("1 s")},
                                                 {"headers", map({{"X-Team", text("shop")}})},
                                                 {"token_env", text("RISK_TOKEN")}}),
                                            out, "s3cret");
  ASSERT_TRUE(read) << out.front().to_string();
  EXPECT_EQ(read->url, "https://risk.example/ask");
  EXPECT_EQ(read->headers.size(), 1u);
  EXPECT_EQ(read->token, "s3cret");
  EXPECT_TRUE(read->http2);
  EXPECT_FALSE(read->allow_private);
}

TEST(http_predicate_options, are_refused_with_all_their_faults_at_once) {
  problems out;
  EXPECT_FALSE(adapters::read_http_predicate_options(
      map({{"url", text("ftp://risk.example")},
           {"headers", map({{"Authorization", text("x")}, {"Content-Type", text("y")}})},
           {"connect_timeout", text("0 s")},
           {"ca_file", text("/no/such/file")},
           {"token_file", text("t")}}),
      out, "two words"));
  EXPECT_EQ(out.size(), 6u);
  out.clear();
  EXPECT_FALSE(adapters::read_http_predicate_options(map({{"token_file", text("t")}}), out));
  EXPECT_EQ(out.size(), 2u) << "no url, and the token is empty";
}

}  // namespace
}  // namespace beckon::tests

// A node that asks a web server about its decisions: what is sent, what is refused, and what
// becomes of it without an answer.
#include <atomic>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/actors/small_shop.hpp"
#include "tests/support/at_once.hpp"
#include "tests/support/http_server.hpp"

namespace beckon::tests {
namespace {

/// `ping` is decided by `strict`, which refuses without an answer, `pong` by `lenient`, which
/// passes.
std::string filters_that_ask(const std::string& url, const std::string& more) {
  const std::string how =
      ", kind: http_predicate, allow_private: true, url: '" + url + "', " + more;
  return "filters:\n  - {id: strict" + how + "}\n  - {id: lenient, fail: open" + how +
         "}\nchains:\n  - {id: checked, filters: [strict]}\n  - {id: guarded, filters: "
         "[lenient]}\n";
}

std::string user_of(const http_request& request) {
  return nlohmann::json::parse(request.body).at("subject").at("id");
}

http_reply said(std::string json) {
  http_reply reply;
  reply.body = std::move(json);
  return reply;
}

std::string asks(const std::string& filter, const std::string& outcome) {
  return "beckon_predicate_asks_total{filter=\"" + filter + "\",outcome=\"" + outcome + "\"}";
}
std::string verdicts(const std::string& filter, const std::string& reason) {
  return "beckon_verdicts_total{by=\"" + filter + "\",reason=\"" + reason + "\"}";
}

TEST(http_predicate_node, sends_what_passes_and_says_why_it_does_not) {
  const http_server server([](const http_request& request) {
    const auto user = user_of(request);
    if (user == "u1") return said(R"({"pass":false,"reason":"too_risky","values":{"score":0.9}})");
    if (user == "u2") return said(R"({"pass":false,"reason":"User u2!"})");
    if (user == "u3") return http_reply{.status = 204, .reason = "No Content"};
    return said(R"({"pass":true})");
  });
  small_shop shop;
  shop.write("filters.yaml", filters_that_ask(server.url("/ask"), "timeout: 20 s"));
  shop.start();
  ASSERT_EQ(shop.post(one_of_each("ping", 5)), 202);
  EXPECT_TRUE(shop.comes_true([&] {
    return shop.users("inbox").size() == 3 && shop.metric(verdicts("strict", "too_risky")) == 1 &&
           shop.metric(verdicts("strict", "refused")) == 1;
  }));
  EXPECT_EQ(shop.users("inbox"),
            (std::map<std::string, std::size_t>{{"u0", 1}, {"u3", 1}, {"u4", 1}}));
  EXPECT_EQ(shop.metric(asks("strict", "passed")), 3);
  EXPECT_EQ(shop.metric(asks("strict", "refused")), 2);
  EXPECT_TRUE(shop.stop());
  const auto question = nlohmann::json::parse(server.requests().front().body);
  EXPECT_EQ(question.at("rule"), "pinged");
  EXPECT_EQ(question.at("action"), "answer_ping");
  EXPECT_EQ(question.at("subject").at("kind"), "user");
}

/// Both fail policies, with whatever the node is answered.
void without_an_answer(const std::string& url, const std::string& more, const std::string& reason) {
  small_shop shop;
  shop.write("filters.yaml", filters_that_ask(url, more));
  shop.start();
  ASSERT_EQ(shop.post({{"ping", "u1"}, {"pong", "u2"}}), 202);
  EXPECT_TRUE(shop.comes_true([&] {
    return shop.users("other").size() == 1 && shop.metric(verdicts("strict", reason)) == 1;
  })) << reason;
  EXPECT_EQ(shop.users("inbox").size(), 0u);
  EXPECT_TRUE(shop.stop());
}

TEST(http_predicate_node, without_an_answer_in_time_the_fail_policy_decides) {
  const http_server silent(
      [](const http_request&) { return http_reply{.how = http_reply::manner::hang}; });
  without_an_answer(silent.url(), "timeout: 300 ms", "ask_timeout");
}

TEST(http_predicate_node, with_nobody_there_the_fail_policy_decides) {
  const auto port = std::make_unique<http_server>()->port();
  without_an_answer("http://127.0.0.1:" + std::to_string(port), "timeout: 20 s", "ask_unreachable");
}

TEST(http_predicate_node, with_an_answer_that_is_none_the_fail_policy_decides) {
  const http_server broken([](const http_request&) { return said("<html>"); });
  without_an_answer(broken.url(), "timeout: 20 s", "ask_bad_answer");
}

TEST(http_predicate_node, asks_again_after_a_restart_and_sends_once) {
  std::atomic<int> asked = 0;
  const http_server server([&](const http_request&) {
    return ++asked > 1 ? said(R"({"pass":true})") : http_reply{.how = http_reply::manner::hang};
  });
  small_shop shop;
  shop.write("filters.yaml", filters_that_ask(server.url(), "timeout: 30 s"));
  shop.start();
  ASSERT_EQ(shop.post({{"ping", "u1"}}), 202);
  ASSERT_TRUE(server.wait_for(1));
  EXPECT_EQ(shop.users("inbox").size(), 0u);
  shop.start_again();
  EXPECT_TRUE(shop.comes_true([&] { return shop.users("inbox").size() == 1; }));
  EXPECT_TRUE(shop.stop());
  EXPECT_EQ(shop.users("inbox"), (std::map<std::string, std::size_t>{{"u1", 1}}));
  EXPECT_EQ(server.requests().size(), 2u);
  EXPECT_EQ(server.requests().front().body, server.requests().back().body);
}

TEST(http_predicate_node, a_thousand_decisions_wait_for_eight_places) {
  at_once handlers;
  const http_server server([&](const http_request&) {
    handlers.pass();
    return said(R"({"pass":true})");
  });
  small_shop shop;
  shop.write("filters.yaml", filters_that_ask(server.url(), "timeout: 30 s, most_in_flight: 8"));
  shop.start();
  ASSERT_EQ(shop.post(one_of_each("ping", 1000)), 202);
  EXPECT_TRUE(shop.comes_true([&] { return shop.in("inbox").size() == 1000; }))
      << shop.in("inbox").size();
  EXPECT_TRUE(shop.stop());
  EXPECT_EQ(shop.users("inbox").size(), 1000u) << "each once";
  EXPECT_EQ(server.requests().size(), 1000u);
  EXPECT_LE(handlers.most(), 8);
  EXPECT_LT(server.connections(), 100u) << "they are kept";
}

}  // namespace
}  // namespace beckon::tests

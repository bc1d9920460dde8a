// Bounds, time-outs and the end of the listener, through real sockets.
#include "adapters/http/listener/listener.hpp"

#include <thread>

#include "tests/adapters/http/http_fixture.hpp"

namespace beckon::adapters {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

using listener = http_test;

constexpr const char* get_health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

std::string figure_line(const prometheus_metrics& probes, const std::string& name) {
  const std::string text = probes.exposition();
  const std::size_t at = text.find("\n" + name + " ");
  return at == std::string::npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

TEST_F(listener, says_where_it_listens) {
  EXPECT_GT(port(), 0);
  EXPECT_EQ(listener_->address(), "127.0.0.1:" + std::to_string(port()));
}

TEST_F(listener, answers_several_requests_of_one_connection) {
  http_client client(port());
  for (int i = 0; i < 100; ++i) {
    const auto response = client.get("/healthz");
    ASSERT_EQ(response.status, 200);
    ASSERT_EQ(response.body, "ok\n");
  }
}

TEST_F(listener, answers_pipelined_requests_in_order) {
  http_client client(port());
  std::string all;
  for (int i = 0; i < 200; ++i)
    all += i % 2 == 0 ? get_health : "GET /none HTTP/1.1\r\nHost: x\r\n\r\n";
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 200; ++i) ASSERT_EQ(client.receive().status, i % 2 == 0 ? 200 : 404);
}

TEST_F(listener, reads_a_request_sent_byte_by_byte) {
  http_client client(port());
  for (const char c : post_text("/v1/track", "{\"event\":\"x\"}"))
    ASSERT_TRUE(client.send({&c, 1}));
  EXPECT_EQ(client.receive().status, 202);
}

TEST_F(listener, reads_chunked_bodies) {
  http_client client(port());
  client.send(
      "POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n"
      "5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n");
  EXPECT_EQ(client.receive().status, 202);
}

TEST_F(listener, says_100_continue_where_asked) {
  http_client client(port());
  client.send(
      "POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
      "2\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive(true).status, 100);
  client.send("{}");
  EXPECT_EQ(client.receive().status, 202);
}

TEST_F(listener, answers_head_without_body) {
  http_client client(port());
  client.send("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto response = client.receive(true);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("Content-Length"), "3");
  EXPECT_EQ(client.get("/healthz").body, "ok\n");
}

TEST_F(listener, closes_for_http_1_0_and_on_request) {
  for (const char* request :
       {"GET /healthz HTTP/1.0\r\n\r\n", "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"}) {
    http_client client(port());
    client.send(request);
    const auto response = client.receive();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.at("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
  }
}

TEST_F(listener, dates_its_answers) {
  EXPECT_THAT(http_client(port()).get("/healthz").headers.at("Date"),
              MatchesRegex("[A-Z][a-z][a-z], [0-9]+ [A-Z][a-z][a-z] 20[0-9]+ [0-9:]+ GMT"));
}

TEST_F(listener, answers_404_and_405_in_json) {
  http_client client(port());
  EXPECT_EQ(client.get("/v2/track").status, 404);
  const auto response = client.get("/v1/track");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.at("Allow"), "POST");
  EXPECT_THAT(response.body, HasSubstr("{\"error\":{\"message\":"));
  EXPECT_EQ(client.post("/metrics", "{}").status, 405);
}

TEST_F(listener, refuses_malformed_requests) {
  for (const char* request :
       {"NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\x01 HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    http_client client(port());
    client.send(request);
    EXPECT_EQ(client.receive().status, 400) << request;
    EXPECT_TRUE(client.is_closed()) << request;
  }
}

TEST_F(listener, refuses_large_heads) {
  http_client client(port());
  client.send("GET /healthz HTTP/1.1\r\nX: " + std::string(options_.max_header, 'x'));
  EXPECT_EQ(client.receive().status, 431);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(listener, refuses_large_bodies_before_they_are_sent) {
  http_client client(port());
  client.send("POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n");
  EXPECT_EQ(client.receive().status, 413);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(listener, gives_its_refusal_to_clients_that_send_on) {
  http_client client(port());
  client.send(post_text("/v1/track", std::string(options_.max_body + 1, ' ')));
  EXPECT_EQ(client.receive().status, 413);
}

TEST_F(listener, refuses_chunked_bodies_once_they_are_too_large) {
  http_client client(port());
  client.send("POST /v1/track HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  for (int i = 0; i < 9; ++i) client.send(chunk);
  EXPECT_EQ(client.receive().status, 413);
}

TEST_F(listener, takes_a_body_of_exactly_the_limit) {
  std::string body = "{\"batch\":[]";
  body.resize(options_.max_body - 1, ' ');
  EXPECT_EQ(post("/v1/batch", body + "}").status, 202);
}

TEST_F(listener, bounds_the_bytes_it_holds) {
  options_.max_held = 100;
  start();
  source_.hold();
  http_client first(port());
  first.send(post_text("/v1/track", "{\"a\":\"" + std::string(80, 'x') + "\"}"));
  ASSERT_TRUE(source_.wait_held(1));
  const auto response = post("/v1/track", "{\"a\":\"" + std::string(80, 'x') + "\"}");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.at("Retry-After"), "1");
  source_.release();
  EXPECT_EQ(first.receive().status, 202);
  EXPECT_EQ(first.post("/v1/track", "{\"a\":\"" + std::string(80, 'x') + "\"}").status, 202);
}

TEST_F(listener, closes_slow_heads_and_bodies_while_serving_others) {
  options_.header_timeout = duration(100);
  options_.body_timeout = duration(100);
  start();
  std::vector<std::unique_ptr<http_client>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<http_client>(port()));
    slow.back()->send(i % 2 == 0 ? "GET /healthz HT"
                                 : "POST /v1/track HTTP/1.1\r\nContent-Type: "
                                   "application/json\r\nContent-Length: 9\r\n\r\n{");
  }
  EXPECT_EQ(http_client(port()).get("/healthz").status, 200);
  for (const auto& client : slow) EXPECT_TRUE(client->is_closed());
  listener_->stop(duration(10'000));  // the count follows the closing
  EXPECT_EQ(figure_line(probes_, "beckon_http_connections_timed_out_total"),
            "beckon_http_connections_timed_out_total 100");
}

TEST_F(listener, does_not_let_a_dripping_head_live_longer) {
  options_.header_timeout = duration(200);
  start();
  http_client client(port());
  int dripped = 0;
  while (dripped < 500 && client.send("G") && !client.hears_within(20)) ++dripped;
  EXPECT_GE(dripped, 2);
  EXPECT_LT(dripped, 400);
}

TEST_F(listener, closes_idle_connections) {
  options_.idle_timeout = duration(50);
  start();
  http_client client(port());
  EXPECT_EQ(client.get("/healthz").status, 200);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(listener, refuses_connections_over_its_limit) {
  options_.max_connections = 2;
  start();
  http_client first(port());
  http_client second(port());
  ASSERT_EQ(first.get("/healthz").status, 200);
  ASSERT_EQ(second.get("/healthz").status, 200);
  http_client third(port());
  EXPECT_EQ(third.receive().status, 503);
  EXPECT_TRUE(third.is_closed());
  EXPECT_EQ(first.get("/healthz").status, 200);
  EXPECT_EQ(figure_line(probes_, "beckon_http_connections"), "beckon_http_connections 2");
  EXPECT_EQ(figure_line(probes_, "beckon_http_connections_refused_total"),
            "beckon_http_connections_refused_total 1");
}

TEST_F(listener, serves_many_connections_with_several_threads) {
  options_.threads = 3;
  start();
  std::vector<std::thread> clients;
  std::atomic<int> served{0};
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      http_client client(port());
      for (int n = 0; n < 200; ++n) served += client.post("/v1/track", "{}").status == 202 ? 1 : 0;
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(served, 1600);
  EXPECT_EQ(source_.items().size(), 1600U);
}

TEST_F(listener, stops_gently) {
  source_.hold();
  http_client busy(port());
  http_client idle(port());
  ASSERT_EQ(idle.get("/healthz").status, 200);
  busy.send(post_text("/v1/track", "{}"));
  ASSERT_TRUE(source_.wait_held(1));
  listener_->stop_accepting();
  EXPECT_TRUE(idle.is_closed());
  std::thread stopping([this] { listener_->stop(duration(10'000)); });
  source_.release();
  const auto response = busy.receive();
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.headers.at("Connection"), "close");
  EXPECT_TRUE(busy.is_closed());
  stopping.join();
  EXPECT_FALSE(http_client(port()).send(get_health) &&
               http_client(port()).get("/healthz").status != 0);
}

TEST_F(listener, stops_in_bounded_time_though_no_answer_comes) {
  source_.hold();
  http_client client(port());
  client.send(post_text("/v1/track", "{}"));
  ASSERT_TRUE(source_.wait_held(1));
  const auto began = std::chrono::steady_clock::now();
  listener_->stop(duration(100));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_TRUE(client.is_closed());
  source_.release();
}

}  // namespace
}  // namespace beckon::adapters

// How many attempts the webhook sender makes at once, per host, and what becomes of them when it
// ends.
#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/curl/webhook_sender.hpp"
#include "tests/adapters/curl/webhook_fixture.hpp"
#include "tests/support/at_once.hpp"
#include "tests/support/http_server.hpp"

namespace beckon::tests {
namespace {

using adapters::make_webhook_sender;
using adapters::webhook_options;
using port::delivery_outcome;
using port::receipt;

TEST(webhook_limits, respects_the_limit_per_host) {
  at_once handlers;
  const http_server server([&](const http_request&) {
    handlers.pass();
    return http_reply{};
  });
  webhook_options options = options_for(server.url());
  options.concurrent_per_host = 3;
  options.timeout = duration{10'000};
  const auto sender = make_webhook_sender(options);
  std::vector<std::future<receipt>> all;
  for (std::uint64_t i = 0; i < 100; ++i) all.push_back(start(*sender, some_delivery(i)));
  for (auto& one : all) EXPECT_EQ(one.get().outcome, delivery_outcome::delivered);
  EXPECT_LE(handlers.most(), 3);
  EXPECT_LE(server.connections(), 3u);
}

TEST(webhook_limits, a_host_that_hangs_does_not_hold_up_another) {
  const http_server bad(
      [](const http_request&) { return http_reply{.how = http_reply::manner::hang}; });
  const http_server good;
  webhook_options options = options_for(bad.url());
  options.concurrent_per_host = 1;
  options.timeout = duration{60'000};
  auto sender = make_webhook_sender(options);
  auto stuck = start(*sender, some_delivery(1));
  auto behind = start(*sender, some_delivery(2));
  ASSERT_TRUE(bad.wait_for(1));
  port::delivery other = some_delivery(3);
  other.address = good.url();
  EXPECT_EQ(send(*sender, other).outcome, delivery_outcome::delivered);
  sender.reset();
  EXPECT_EQ(stuck.get().outcome, delivery_outcome::unknown) << "it was sent";
  EXPECT_EQ(behind.get().outcome, delivery_outcome::busy) << "it was not";
}

}  // namespace
}  // namespace beckon::tests

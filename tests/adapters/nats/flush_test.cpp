// Subscribing while the publisher's writer flushes the same connection, on a machine that is busy.
#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/adapters/nats/recorder.hpp"
#include "tests/support/nats_server.hpp"

namespace beckon::tests {
namespace {

using namespace std::chrono_literals;

/// Threads that take all processor time they get.
class busy_loops {
 public:
  explicit busy_loops(int many) {
    for (int i = 0; i < many; ++i) {
      threads_.emplace_back([this](std::stop_token stop) {
        while (!stop.stop_requested()) turns_.fetch_add(1, std::memory_order_relaxed);
      });
    }
  }

 private:
  std::atomic<std::uint64_t> turns_{0};
  std::vector<std::jthread> threads_;
};

void wait_actively(std::chrono::microseconds length) {
  const auto until = std::chrono::steady_clock::now() + length;
  while (std::chrono::steady_clock::now() < until) {
  }
}

// The client keeps one record for whoever flushes while nobody else waits; a second thread that
// came between a PONG and the first one's waking took it over and was forgotten: it waited in vain.
TEST(flush, of_a_subscriber_and_of_the_writer_do_not_hinder_each_other) {
  constexpr int times = 500;
  nats_server server;
  const auto bus = must_connect(server.options());
  ASSERT_TRUE(bus->ensure_stream(stream("S", "a")));
  const busy_loops load(4);
  std::mt19937 random(7);
  answers published;
  for (int i = 0; i < times; ++i) {
    bus->publish("a", "x", "", published.take());
    wait_actively(std::chrono::microseconds(random() % 400));
    const auto begun = std::chrono::steady_clock::now();
    const auto listening =
        bus->subscribe("b." + std::to_string(i), [](std::string_view, std::string_view) {});
    ASSERT_TRUE(listening) << "the " << i << "th: " << listening.error().to_string() << " after "
                           << (std::chrono::steady_clock::now() - begun) / 1ms << " ms";
  }
  ASSERT_TRUE(published.wait());
  for (const auto& one : published.got()) EXPECT_TRUE(one) << one.error().to_string();
}

}  // namespace
}  // namespace beckon::tests

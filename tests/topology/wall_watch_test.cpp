#include "topology/node/wall_watch.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/prometheus/metrics.hpp"
#include "topology/node/system_clock.hpp"

namespace beckon::topology {
namespace {

class counting_log final : public port::log {
 public:
  void write(port::log_level, std::string_view, std::string_view,
             const field_list&) noexcept override {
    ++lines;
  }
  bool enabled(port::log_level) const noexcept override { return true; }

  int lines = 0;
};

TEST(wall_watch, says_that_the_clock_was_set_and_that_node_time_is_there) {
  counting_log log;
  adapters::prometheus_metrics metrics({"test", ""});
  wall_watch watch(metrics, log);
  const auto lines_after = [&](duration ahead, node_clock::news what) {
    watch.note({ahead, what});
    return log.lines;
  };
  EXPECT_EQ(lines_after(duration(4'900), node_clock::news::none), 0);
  EXPECT_EQ(lines_after(std::chrono::hours(-1), node_clock::news::was_set), 1);
  EXPECT_NE(metrics.exposition().find("beckon_wall_clock_off_seconds -3600"), std::string::npos);
  EXPECT_EQ(lines_after(std::chrono::minutes(-59), node_clock::news::none), 1);
  EXPECT_EQ(lines_after(duration(-900), node_clock::news::agrees_again), 2);
  EXPECT_NE(metrics.exposition().find("beckon_wall_clock_off_seconds 0"), std::string::npos);
}

TEST(system_clock, goes_back_for_no_thread_while_it_looks) {
  system_clock clock;
  std::atomic<bool> over{false};
  std::atomic<std::int64_t> latest{0};  // that anybody has told
  std::atomic<int> went_back{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!over) {
        const auto told = latest.load();
        const auto now = to_ms(clock.now());
        if (now < told) ++went_back;
        latest.store(now);
      }
    });
  }
  for (int i = 0; i < 50'000; ++i) EXPECT_EQ(clock.look().what, node_clock::news::none);
  over = true;
  readers.clear();
  EXPECT_EQ(went_back, 0);
}

}  // namespace
}  // namespace beckon::topology

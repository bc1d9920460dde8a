#include "topology/node/wall_watch.hpp"

#include <gtest/gtest.h>

#include "adapters/prometheus/metrics.hpp"

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

TEST(wall_watch, says_once_that_the_clock_was_set_and_once_that_it_was_set_back) {
  counting_log log;
  adapters::prometheus_metrics metrics({"test", ""});
  wall_watch watch(metrics, log);
  const auto node = from_ms(1'700'000'000'000);
  const auto off_by = [&](std::chrono::seconds off) {
    watch.look(node, node + off);
    watch.look(node, node + off);
    return log.lines;
  };
  EXPECT_EQ(off_by(std::chrono::seconds(0)), 0);
  EXPECT_EQ(off_by(std::chrono::seconds(5)), 0) << "what a time server corrects";
  EXPECT_EQ(off_by(std::chrono::hours(1)), 1);
  EXPECT_NE(metrics.exposition().find("beckon_wall_clock_off_seconds 3600"), std::string::npos);
  EXPECT_EQ(off_by(std::chrono::seconds(0)), 2);
  EXPECT_EQ(off_by(-std::chrono::hours(1)), 3);
}

}  // namespace
}  // namespace beckon::topology

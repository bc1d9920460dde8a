#include "adapters/prometheus/metrics.hpp"

#include <cmath>
#include <ctime>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::adapters {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// The figure of one series, or NaN.
double figure(const std::string& exposition, const std::string& series) {
  std::istringstream in(exposition);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
  }
  return std::nan("");
}

class metrics : public testing::Test {
 protected:
  prometheus_metrics probes_{{"1.2.3", "abc"}};
};

TEST_F(metrics, show_help_type_labels_and_value) {
  probes_.make_counter("beckon_x_total", "Counts x.", {{"source", "web"}}).add(3);
  const std::string text = probes_.exposition();
  EXPECT_THAT(text, HasSubstr("# HELP beckon_x_total Counts x.\n# TYPE beckon_x_total counter\n"
                              "beckon_x_total{source=\"web\"} 3"));
  EXPECT_THAT(probes_.problems(), IsEmpty());
}

TEST_F(metrics, add_up_instances_of_equal_name_and_labels_in_any_order) {
  probes_.make_counter("c_total", "C.", {{"a", "1"}, {"b", "2"}}).add(3);
  probes_.make_counter("c_total", "C.", {{"b", "2"}, {"a", "1"}}).add(4);
  probes_.make_counter("c_total", "C.", {{"a", "1"}, {"b", "3"}}).add(5);
  const std::string text = probes_.exposition();
  EXPECT_EQ(figure(text, "c_total{a=\"1\",b=\"2\"}"), 7);
  EXPECT_EQ(figure(text, "c_total{a=\"1\",b=\"3\"}"), 5);
}

TEST_F(metrics, add_up_gauges_below_zero) {
  probes_.make_gauge("g", "G.").set(-5);
  probes_.make_gauge("g", "G.").add(2);
  EXPECT_EQ(figure(probes_.exposition(), "g"), -3);
}

TEST_F(metrics, count_exactly_to_2_to_the_53) {
  probes_.make_counter("big_total", "B.").add((1ULL << 53) - 1);
  EXPECT_EQ(figure(probes_.exposition(), "big_total"), 9007199254740991.0);
}

TEST_F(metrics, show_histograms_in_seconds_with_cumulative_buckets) {
  auto& first = probes_.make_histogram("h_seconds", "H.");
  auto& second = probes_.make_histogram("h_seconds", "H.");
  first.observe(0.0005);  // a bound belongs to its bucket
  first.observe(0.003);
  second.observe(0.003);
  second.observe(100);
  const std::string text = probes_.exposition();
  EXPECT_EQ(figure(text, "h_seconds_bucket{le=\"0.0005\"}"), 1);
  EXPECT_EQ(figure(text, "h_seconds_bucket{le=\"0.002\"}"), 1);
  EXPECT_EQ(figure(text, "h_seconds_bucket{le=\"0.005\"}"), 3);
  EXPECT_EQ(figure(text, "h_seconds_bucket{le=\"60\"}"), 3);
  EXPECT_EQ(figure(text, "h_seconds_bucket{le=\"+Inf\"}"), 4);
  EXPECT_EQ(figure(text, "h_seconds_count"), 4);
  EXPECT_NEAR(figure(text, "h_seconds_sum"), 100.0065, 1e-9);
}

TEST_F(metrics, escape_label_values) {
  probes_.make_counter("e_total", "E.", {{"l", "a\"b\\c\nd"}}).add();
  EXPECT_THAT(probes_.exposition(), HasSubstr(R"(e_total{l="a\"b\\c\nd"} 1)"));
}

TEST_F(metrics, refuse_names_without_throwing_and_hand_back_a_working_probe) {
  auto& bad = probes_.make_counter("has blank", "H.");
  bad.add(7);
  EXPECT_EQ(bad.value(), 7U);
  probes_.make_gauge("ok", "O.", {{"9", "x"}}).set(1);
  probes_.make_gauge("twice", "T.", {{"a", "x"}, {"a", "y"}}).set(1);
  probes_.make_histogram("h", "H.", {{"le", "x"}}).observe(1);
  EXPECT_THAT(probes_.problems(), ElementsAre("'has blank' is no name for a metric",
                                              "metric 'ok': '9' is no name for a label",
                                              "metric 'twice' has the label 'a' twice",
                                              "metric 'h': 'le' is no name for a label"));
  EXPECT_THAT(probes_.exposition(), Not(HasSubstr("blank")));
}

TEST_F(metrics, refuse_one_name_of_two_kinds) {
  probes_.make_counter("x", "X.").add();
  probes_.make_gauge("x", "X.").set(9);
  EXPECT_THAT(probes_.problems(), ElementsAre("metric 'x' is of two kinds"));
  EXPECT_EQ(figure(probes_.exposition(), "x"), 1);
}

TEST_F(metrics, keep_references_while_thousands_are_made) {
  auto& first = probes_.make_counter("many_total", "M.", {{"worker", "same"}});
  for (int i = 0; i < 5000; ++i) {
    probes_.make_counter("many_total", "M.", {{"worker", "same"}}).add();
  }
  first.add();
  EXPECT_EQ(figure(probes_.exposition(), "many_total{worker=\"same\"}"), 5001);
}

TEST_F(metrics, count_from_two_threads_while_scraped) {
  constexpr int rounds = 200'000;
  auto& shared = probes_.make_counter("t_total", "T.");
  auto& timed = probes_.make_histogram("t_seconds", "T.");
  const auto work = [&] {
    for (int i = 0; i < rounds; ++i) {
      shared.add();
      timed.observe(0.001 * (i % 100));
    }
  };
  std::thread one(work), two(work);
  double before = 0;
  for (int i = 0; i < 50; ++i) {
    const std::string text = probes_.exposition();
    const double seen = figure(text, "t_seconds_count");
    EXPECT_GE(seen, before);
    EXPECT_EQ(seen, figure(text, "t_seconds_bucket{le=\"+Inf\"}"));
    before = seen;
  }
  one.join();
  two.join();
  EXPECT_EQ(figure(probes_.exposition(), "t_total"), 2 * rounds);
  EXPECT_EQ(figure(probes_.exposition(), "t_seconds_count"), 2 * rounds);
}

TEST_F(metrics, show_the_process_and_the_build) {
  const std::string text = probes_.exposition();
  EXPECT_EQ(figure(text, "beckon_build_info{revision=\"abc\",version=\"1.2.3\"}"), 1);
  EXPECT_GT(figure(text, "process_resident_memory_bytes"), 1e6);
  EXPECT_GE(figure(text, "process_cpu_seconds_total"), 0);
  EXPECT_GE(figure(text, "process_open_fds"), 3);
  EXPECT_GE(figure(text, "process_max_fds"), figure(text, "process_open_fds"));
  EXPECT_NEAR(figure(text, "process_start_time_seconds"), static_cast<double>(std::time(nullptr)),
              600);
}

}  // namespace
}  // namespace beckon::adapters

#include "adapters/log/logger.hpp"

#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/temporary_directory.hpp"

namespace beckon::tests {
namespace {

using adapters::log_form;
using adapters::log_options;
using adapters::logger;
using port::log_level;
using testing::ElementsAre;
using testing::EndsWith;

class logger_to_file : public testing::Test {
 protected:
  logger_to_file() {
    options_.descriptor = open(file_.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    options_.now = [this] { return now_; };
  }
  ~logger_to_file() override { close(options_.descriptor); }

  std::vector<std::string> lines() const {
    std::ifstream in(file_);
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  }

  temporary_directory directory_;
  const std::string file_ = directory_.file("log");
  timestamp now_ = from_ms(1'704'067'200'123);
  log_options options_;
};

TEST_F(logger_to_file, writes_a_line_for_people) {
  logger log(options_);
  log.write(log_level::warning, "partition 3", "the queue is full",
            {{"source", "shop"}, {"messages", 12}, {"why", "two words"}, {"empty", ""}});
  EXPECT_THAT(lines(),
              ElementsAre("2024-01-01T00:00:00.123Z warning partition 3: the queue is full "
                          "source=shop messages=12 why=\"two words\" empty=\"\""));
}

TEST_F(logger_to_file, writes_json_lines) {
  options_.form = log_form::json;
  logger log(options_);
  log.write(log_level::error, "a\"b", "line\nbreak", {{"n", 1}, {"ok", true}});
  log.write(log_level::info, "c", "m");
  EXPECT_THAT(
      lines(),
      ElementsAre("{\"time\":\"2024-01-01T00:00:00.123Z\",\"level\":\"error\",\"component\":"
                  "\"a\\\"b\",\"message\":\"line\\nbreak\",\"fields\":{\"n\":1,\"ok\":true}}",
                  "{\"time\":\"2024-01-01T00:00:00.123Z\",\"level\":\"info\",\"component\":"
                  "\"c\",\"message\":\"m\"}"));
}

TEST_F(logger_to_file, nothing_in_a_field_or_message_can_forge_a_line) {
  logger log(options_);
  log.write(log_level::info, "c\n2024 error x", "m\r\nfake", {{"k", "v\n2024 error fake"}});
  EXPECT_EQ(lines().size(), 1u);
}

TEST_F(logger_to_file, leaves_out_what_is_below_its_level) {
  options_.least = log_level::warning;
  logger log(options_);
  log.write(log_level::info, "c", "m");
  EXPECT_TRUE(lines().empty());
  EXPECT_FALSE(log.enabled(log_level::info));
  EXPECT_TRUE(log.enabled(log_level::error));
}

TEST_F(logger_to_file, holds_repeats_back_and_says_how_many) {
  options_.most_repeats = 2;
  logger log(options_);
  for (int i = 0; i < 10; ++i) log.write(log_level::info, "c", "same", {{"i", i}});
  log.write(log_level::info, "c", "other");
  now_ += options_.repeat_window;
  log.write(log_level::info, "c", "same", {{"i", 10}});
  EXPECT_THAT(lines(), ElementsAre(EndsWith("same i=0"), EndsWith("same i=1"), EndsWith("other"),
                                   EndsWith("same i=10 held_back=8")));
}

TEST_F(logger_to_file, says_at_its_end_what_it_held_back) {
  options_.most_repeats = 1;
  {
    logger log(options_);
    for (int i = 0; i < 4; ++i) log.write(log_level::info, "c", "same");
  }
  EXPECT_THAT(lines(), ElementsAre(EndsWith("same"), EndsWith("c: same held_back=3")));
}

TEST_F(logger_to_file, remembers_a_bounded_number_of_messages) {
  adapters::repeats repeats(1, duration{10});
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(repeats.admit(log_level::info, "c", std::to_string(i), now_));
  }
  EXPECT_FALSE(repeats.admit(log_level::info, "c", "7", now_));
  const auto ended = repeats.forget_ended(now_ + duration{10});
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended.front().message, "7");
  EXPECT_EQ(ended.front().lines, 1u);
  EXPECT_EQ(repeats.size(), 0u);
}

TEST_F(logger_to_file, lines_of_many_threads_stay_whole) {
  options_.most_repeats = 0;
  logger log(options_);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) log.write(log_level::info, "c", std::string(300, 'm'));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto all = lines();
  EXPECT_EQ(all.size(), 800u);
  for (const std::string& line : all) EXPECT_THAT(line, EndsWith("c: " + std::string(300, 'm')));
}

TEST_F(logger_to_file, counts_lines_it_could_not_write) {
  options_.descriptor = -1;
  logger log(options_);
  log.write(log_level::error, "c", "m");
  EXPECT_EQ(log.lost(), 1u);
}

}  // namespace
}  // namespace beckon::tests

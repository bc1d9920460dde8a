#include "adapters/files/file_sender.hpp"

#include <csignal>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "adapters/files/line_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::tests {
namespace {

namespace fs = std::filesystem;
using port::delivery_outcome;
using testing::ElementsAre;
using testing::HasSubstr;

port::delivery some_delivery(std::string body) {
  port::delivery out;
  out.id = {0, 1};
  out.occurrence = {0, 2};
  out.attempt = 3;
  out.who = {"user", "u\"1"};
  out.rule = "pay_reminder";
  out.action = "remind";
  out.channel = "sandbox";
  out.fired = from_ms(1'704'067'200'000);
  out.body = std::move(body);
  return out;
}

settings scalar(std::string text) {
  settings out;
  out.what = settings::shape::scalar;
  out.scalar = std::move(text);
  return out;
}

settings options_with_path(std::string path) {
  settings out;
  out.what = settings::shape::map;
  out.members.push_back({"path", 1, 1, scalar(std::move(path))});
  return out;
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

class file_sender : public testing::Test {
 protected:
  std::unique_ptr<port::sender> made() {
    problems out;
    auto sender = adapters::make_file_sender(options_with_path(path_), out);
    EXPECT_TRUE(out.empty());
    return sender;
  }

  static port::receipt send(port::sender& sender, std::string body) {
    std::optional<port::receipt> got;
    sender.send(some_delivery(std::move(body)), [&](port::receipt r) { got = std::move(r); });
    EXPECT_TRUE(got);
    return *got;
  }

  temporary_directory directory_;
  const std::string path_ = directory_.file("out.ndjson");
};

TEST_F(file_sender, makes_one_line_of_json_of_a_delivery) {
  EXPECT_EQ(adapters::to_line(some_delivery("{\n  \"text\": \"a  b\",\n  \"n\": 1.50\n}")),
            "{\"id\":\"00000000000000000000000000000001\","
            "\"occurrence\":\"00000000000000000000000000000002\",\"rule\":\"pay_reminder\","
            "\"action\":\"remind\",\"channel\":\"sandbox\","
            "\"subject\":{\"kind\":\"user\",\"id\":\"u\\\"1\"},"
            "\"fired\":\"2024-01-01T00:00:00.000Z\",\"attempt\":3,"
            "\"body\":{\"text\":\"a  b\",\"n\":1.50}}\n");
}

TEST_F(file_sender, writes_other_bodies_as_text) {
  EXPECT_THAT(adapters::to_line(some_delivery("two\nlines")), HasSubstr(R"("body":"two\nlines"})"));
  EXPECT_THAT(adapters::to_line(some_delivery("")), HasSubstr(R"("body":""})"));
  EXPECT_THAT(adapters::to_line(some_delivery("{\"a\":1} {\"b\":2}")),
              HasSubstr(R"("body":"{\"a\":1} {\"b\":2}"})"));
}

TEST_F(file_sender, appends_to_what_is_there) {
  std::ofstream(path_) << "before\n";
  const auto sender = made();
  const port::receipt got = send(*sender, "1");
  EXPECT_EQ(got.outcome, delivery_outcome::delivered);
  send(*sender, "2");
  EXPECT_EQ(content_of(path_), "before\n" + adapters::to_line(some_delivery("1")) +
                                   adapters::to_line(some_delivery("2")));
}

TEST_F(file_sender, makes_its_file_for_owner_and_group_at_the_first_delivery) {
  const mode_t mask = umask(0);
  const auto sender = made();
  EXPECT_FALSE(fs::exists(path_));
  send(*sender, "1");
  umask(mask);
  EXPECT_EQ(fs::status(path_).permissions(),
            fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
}

TEST_F(file_sender, ends_a_line_that_a_crash_tore) {
  std::ofstream(path_) << "whole\n{\"id\":\"to";
  send(*made(), "1");
  EXPECT_EQ(content_of(path_), "whole\n{\"id\":\"to\n" + adapters::to_line(some_delivery("1")));
}

TEST_F(file_sender, follows_its_path_when_the_file_was_rotated_away) {
  const auto sender = made();
  send(*sender, "1");
  fs::rename(path_, path_ + ".1");
  send(*sender, "2");
  EXPECT_EQ(content_of(path_ + ".1"), adapters::to_line(some_delivery("1")));
  EXPECT_EQ(content_of(path_), adapters::to_line(some_delivery("2")));
}

TEST_F(file_sender, is_busy_while_it_cannot_write_and_goes_on_afterwards) {
  const std::string directory = directory_.file("sub");
  fs::create_directory(directory);
  problems out;
  const auto sender = adapters::make_file_sender(options_with_path(directory + "/f"), out);
  fs::remove(directory);
  const port::receipt got = send(*sender, "1");
  EXPECT_EQ(got.outcome, delivery_outcome::busy);
  EXPECT_THAT(got.detail, HasSubstr(directory));
  fs::create_directory(directory);
  EXPECT_EQ(send(*sender, "1").outcome, delivery_outcome::delivered);
}

/// Limits the size of files this process writes, as a full disk would.
class file_size_limit {
 public:
  explicit file_size_limit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~file_size_limit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit before_{};
};

TEST_F(file_sender, a_line_torn_by_a_full_disk_is_ended_before_the_next) {
  adapters::line_file file(path_);
  ASSERT_TRUE(file.append("first\n").ok());
  {
    const file_size_limit limit(10);
    const auto torn = file.append("second\n");
    ASSERT_FALSE(torn.ok());
    EXPECT_EQ(torn.error().code, errc::exhausted);
  }
  ASSERT_TRUE(file.append("second\n").ok());
  EXPECT_EQ(content_of(path_), "first\nseco\nsecond\n");
}

TEST_F(file_sender, lines_of_many_threads_stay_whole) {
  const auto sender = made();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) send(*sender, "1");
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::ifstream in(path_);
  int lines = 0;
  for (std::string line; std::getline(in, line); ++lines) {
    ASSERT_EQ(line + "\n", adapters::to_line(some_delivery("1")));
  }
  EXPECT_EQ(lines, 400);
}

TEST_F(file_sender, reports_what_is_wrong_with_its_options) {
  problems out;
  EXPECT_EQ(adapters::make_file_sender(options_with_path(directory_.file("no/such/f")), out),
            nullptr);
  EXPECT_EQ(adapters::make_file_sender(options_with_path(directory_.path().string()), out),
            nullptr);
  settings unknown = options_with_path(path_);
  unknown.members.push_back({"pathh", 2, 1, scalar("x")});
  EXPECT_EQ(adapters::make_file_sender(unknown, out), nullptr);
  settings nothing;
  nothing.what = settings::shape::map;
  EXPECT_EQ(adapters::make_file_sender(nothing, out), nullptr);
  EXPECT_EQ(out.size(), 4u);
}

TEST(console_sender, writes_to_standard_output_and_takes_no_options) {
  problems out;
  const auto sender = adapters::make_console_sender({}, out);
  ASSERT_NE(sender, nullptr);
  testing::internal::CaptureStdout();
  sender->send(some_delivery("1"),
               [](port::receipt r) { EXPECT_EQ(r.outcome, delivery_outcome::delivered); });
  EXPECT_EQ(testing::internal::GetCapturedStdout(), adapters::to_line(some_delivery("1")));
  EXPECT_EQ(adapters::make_console_sender(options_with_path("x"), out), nullptr);
  EXPECT_EQ(out.size(), 1u);
}

}  // namespace
}  // namespace beckon::tests

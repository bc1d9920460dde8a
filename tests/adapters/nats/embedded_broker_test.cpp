// The broker Beckon brings along: one at a time, ending with its parent.
#include "adapters/nats/embedded_broker.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "adapters/nats/file_descriptor.hpp"
#include "adapters/nats/private_file.hpp"
#include "tests/adapters/nats/recorder.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::tests {
namespace {

using adapters::embedded_broker;
using adapters::embedded_broker_options;
using std::chrono_literals::operator""ms;

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

mode_t mode_of(const std::string& path) {
  struct stat what {};
  return stat(path.c_str(), &what) == 0 ? what.st_mode & 0777 : 0;
}

class embedded_broker_test : public testing::Test {
 protected:
  embedded_broker_options options() {
    embedded_broker_options out;
    out.data_dir = directory_.file("data");
    out.max_store = 64 * 1024 * 1024;
    return out;
  }
  std::unique_ptr<embedded_broker> must_start(const embedded_broker_options& what) {
    auto broker = embedded_broker::start(what);
    if (!broker) throw std::runtime_error(broker.error().to_string());
    return std::move(*broker);
  }
  static adapters::nats_options client_of(const embedded_broker& broker) {
    adapters::nats_options out;
    out.url = broker.url();
    out.token = broker.token();
    return out;
  }
  temporary_directory directory_;
};

TEST_F(embedded_broker_test, leaves_processors_to_the_node) {
  const auto broker = must_start(options());
  const auto environment = slurp("/proc/" + std::to_string(broker->pid()) + "/environ");
  const auto half = std::max(1U, std::thread::hardware_concurrency() / 2);
  const auto* set = std::getenv("GOMAXPROCS");
  const auto wanted = set != nullptr ? std::string(set) : std::to_string(half);
  EXPECT_THAT(environment, testing::HasSubstr("GOMAXPROCS=" + wanted + std::string(1, '\0')));
  EXPECT_THAT(environment, testing::HasSubstr("PATH=")) << "ours, too";
}

TEST_F(embedded_broker_test, serves_who_knows_its_token) {
  const auto broker = must_start(options());
  EXPECT_TRUE(broker->running());
  auto client = client_of(*broker);
  const auto bus = must_connect(client);
  ASSERT_TRUE(bus->ensure_stream(stream("S", "a")));
  EXPECT_TRUE(publish(*bus, "a", std::string(7 * 1024 * 1024, 'x'))) << "8 MiB are allowed";
  client.token = "guess";
  client.connect_timeout = 200ms;
  EXPECT_FALSE(adapters::nats_bus::connect(client));
}

TEST_F(embedded_broker_test, keeps_its_secrets_to_itself) {
  const auto broker = must_start(options());
  EXPECT_EQ(mode_of(options().data_dir + "/broker.conf"), 0600U);
  EXPECT_GE(broker->token().size(), 32U);
  const auto line = slurp("/proc/" + std::to_string(broker->pid()) + "/cmdline");
  EXPECT_THAT(line, testing::HasSubstr("broker.conf"));
  EXPECT_THAT(line, testing::Not(testing::HasSubstr(broker->token())));
  EXPECT_THAT(broker->url(), testing::StartsWith("nats://127.0.0.1:"));
}

TEST_F(embedded_broker_test, a_second_one_on_the_same_data_names_the_first) {
  const auto first = must_start(options());
  auto impatient = options();
  impatient.lock_timeout = 100ms;
  const auto second = embedded_broker::start(impatient);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::conflict);
  EXPECT_THAT(second.error().message, testing::HasSubstr(std::to_string(getpid())));
  EXPECT_THAT(second.error().message, testing::HasSubstr(std::to_string(first->pid())));
}

TEST_F(embedded_broker_test, a_second_one_waits_until_the_first_has_gone) {
  auto first = must_start(options());
  const auto pid = first->pid();
  auto second = std::async(std::launch::async, [&] { return embedded_broker::start(options()); });
  first.reset();
  const auto started = second.get();
  ASSERT_TRUE(started) << started.error().to_string();
  EXPECT_NE((*started)->pid(), pid);
}

TEST_F(embedded_broker_test, keeps_messages_over_a_stop_and_a_start) {
  {
    const auto broker = must_start(options());
    const auto bus = must_connect(client_of(*broker));
    ASSERT_TRUE(bus->ensure_stream(stream("S", "a")));
    ASSERT_TRUE(publish(*bus, "a", "kept"));
  }
  const auto broker = must_start(options());
  const auto bus = must_connect(client_of(*broker));
  EXPECT_EQ(bus->get("S", 1)->value().data, "kept");
}

TEST_F(embedded_broker_test, reports_an_unasked_death_and_starts_again_in_the_same_place) {
  std::promise<std::string> death;
  auto wanted = options();
  wanted.on_death = [&](std::string how) { death.set_value(std::move(how)); };
  const auto broker = must_start(wanted);
  const auto url = broker->url();
  const auto bus = must_connect(client_of(*broker));
  ASSERT_TRUE(bus->ensure_stream(stream("S", "a")));
  ASSERT_TRUE(publish(*bus, "a", "kept"));
  kill(broker->pid(), SIGKILL);
  EXPECT_EQ(death.get_future().get(), "killed by signal 9");
  EXPECT_FALSE(broker->running());
  const auto again = broker->restart();
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(broker->url(), url);
  const auto kept = bus->get("S", 1);
  ASSERT_TRUE(kept) << kept.error().to_string();
  EXPECT_EQ(kept->value().data, "kept");
}

TEST_F(embedded_broker_test, does_not_report_a_death_that_was_asked_for) {
  bool reported = false;
  auto wanted = options();
  wanted.on_death = [&](const std::string&) { reported = true; };
  must_start(wanted).reset();
  EXPECT_FALSE(reported);
}

TEST_F(embedded_broker_test, says_what_the_server_said_when_it_does_not_start) {
  auto wanted = options();
  std::filesystem::create_directories(wanted.data_dir);
  std::ofstream(wanted.data_dir + "/broker") << "a file where the store should be";
  const auto broker = embedded_broker::start(wanted);
  ASSERT_FALSE(broker);
  EXPECT_EQ(broker.error().code, errc::unavailable);
}

TEST_F(embedded_broker_test, says_when_there_is_no_server_to_start) {
  auto wanted = options();
  wanted.binary = "no-such-server";
  const auto broker = embedded_broker::start(wanted);
  ASSERT_FALSE(broker);
  EXPECT_EQ(broker.error().code, errc::not_found);
}

TEST_F(embedded_broker_test, a_server_that_ends_at_once_is_an_error) {
  auto wanted = options();
  wanted.binary = "/bin/false";
  bool reported = false;
  wanted.on_death = [&](const std::string&) { reported = true; };
  const auto broker = embedded_broker::start(wanted);
  ASSERT_FALSE(broker);
  EXPECT_EQ(broker.error().code, errc::unavailable);
  EXPECT_FALSE(reported);
}

TEST_F(embedded_broker_test, ends_with_a_parent_that_was_killed_and_frees_its_data) {
  const auto data = options().data_dir;
  auto parent = adapters::child_process::start({.program = BECKON_BROKER_PARENT,
                                                .arguments = {data},
                                                .output_file = directory_.file("out")});
  ASSERT_TRUE(parent) << parent.error().to_string();
  const auto pid_file = data + "/broker.pid";
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(pid_file); }))
      << slurp(directory_.file("out"));
  const auto broker = static_cast<pid_t>(std::stol(slurp(pid_file)));
  // A descriptor of the process: readable when it has ended, reaped or not.
  const adapters::file_descriptor watched(static_cast<int>(syscall(SYS_pidfd_open, broker, 0)));
  ASSERT_TRUE(watched);
  pollfd ended{watched.get(), POLLIN, 0};
  ASSERT_EQ(poll(&ended, 1, 0), 0) << "the broker must be running before";
  (*parent)->signal(SIGKILL);
  EXPECT_EQ(poll(&ended, 1, 10'000), 1) << "the broker outlived its parent";
  ASSERT_TRUE((*parent)->wait(duration{10'000}));

  const auto next = embedded_broker::start(options());
  EXPECT_TRUE(next) << next.error().to_string();
}

TEST_F(embedded_broker_test, a_child_that_wants_short_turns_has_them_and_its_priority_stays) {
  struct scheduling {
    std::uint32_t size = sizeof(scheduling), policy = 0;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime_ns = 0, deadline_ns = 0, period_ns = 0;
  };
  const auto of_child = [](std::chrono::microseconds turn) {
    auto child = adapters::child_process::start(
        {.program = "sleep", .arguments = {"60"}, .turn = turn, .output_file = {}});
    scheduling found;
    EXPECT_TRUE(child.ok());
    if (!child) return found;
    EXPECT_EQ(syscall(SYS_sched_getattr, (*child)->pid(), &found, sizeof found, 0), 0);
    return found;
  };
  const auto usual = of_child(std::chrono::microseconds{0});
  const auto quick = of_child(std::chrono::microseconds{400});
  EXPECT_EQ(quick.nice, usual.nice);
  EXPECT_EQ(quick.policy, usual.policy);
  if (usual.runtime_ns == 0) GTEST_SKIP() << "a kernel before 6.12 knows of no turns";
  EXPECT_EQ(quick.runtime_ns, 400'000u);
  EXPECT_NE(usual.runtime_ns, 400'000u);
}

TEST_F(embedded_broker_test, a_private_file_is_replaced_whole_and_its_owners_alone) {
  const auto path = directory_.file("secret");
  EXPECT_EQ(adapters::read_file(path).error().code, errc::not_found);
  ASSERT_TRUE(adapters::write_private_file(path, "a longer first text"));
  ASSERT_TRUE(adapters::write_private_file(path, "second")) << "over itself";
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
  EXPECT_EQ(slurp(path), "second");
}

}  // namespace
}  // namespace beckon::tests

// One station alone: every actor it talks to is the test itself, whose mailbox shows what it was
// sent. The clock is the test's, the probes can be read. Used by one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <utility>

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include "actors/supervision/watch.hpp"
#include "adapters/prometheus/metrics.hpp"
#include "tests/actors/throwing_faults.hpp"

namespace beckon::tests {

/// Moves on by `step` each time somebody looks. Any thread.
class stepping_clock final : public port::clock {
 public:
  timestamp now() const noexcept override { return from_ms(at_.fetch_add(step.load())); }
  std::atomic<std::int64_t> step{0};  ///< milliseconds

 private:
  mutable std::atomic<std::int64_t> at_{1'700'000'000'000};
};

class lone_station : public ::testing::Test {
 protected:
  /// Of the scheduler "testing" nothing runs but what the test itself has run.
  explicit lone_station(caf::atom_value scheduler = caf::atom("stealing"))
      : caf_config(scheduler) {}

  /// The test in the part of any actor.
  template <class Handle>
  Handle peer() {
    return caf::actor_cast<Handle>(caf::actor_cast<caf::strong_actor_ptr>(peers));
  }

  /// The next message of that kind to the test; others wait.
  template <class Message>
  Message next() {
    Message got{};
    peers->receive([&](Message& m) { got = std::move(m); },
                   caf::after(std::chrono::seconds(20)) >> [] { ADD_FAILURE() << "no message"; });
    return got;
  }
  /// Likewise, of a request that says whom to answer.
  template <class Message, class Asker>
  Message next_from() {
    Message got{};
    peers->receive([&](Message& m, const Asker&) { got = std::move(m); },
                   caf::after(std::chrono::seconds(20)) >> [] { ADD_FAILURE() << "no request"; });
    return got;
  }

  /// Ends the station and waits for it and its children: what they use goes with the test.
  template <class Handle>
  void end(const Handle& station) {
    caf::anon_send_exit(station, caf::exit_reason::user_shutdown);
    system.registry().await_running_count_equal(1);  // the test itself
  }

  /// The value of one sample line; 0 when there is none.
  double metric(const std::string& sample) const {
    const auto text = metrics.exposition();
    const auto at = text.find("\n" + sample + " ");
    return at == std::string::npos ? 0 : std::stod(text.substr(at + sample.size() + 2));
  }

  stepping_clock clock;
  port::null_log log;
  adapters::prometheus_metrics metrics{{"test", ""}};
  port::health_board board;
  throwing_faults faults;
  actors::surroundings around{&clock, &log, &metrics, &board, &faults};
  struct scheduled_by : caf::actor_system_config {
    explicit scheduled_by(caf::atom_value policy) { set("scheduler.policy", policy); }
  };
  scheduled_by caf_config;
  caf::actor_system system{caf_config};
  caf::scoped_actor peers{system};
};

/// A bus without messages: its queues are read, and nothing comes.
class empty_bus : public port::bus {
 public:
  result<port::stream_info> ensure_stream(const port::stream_settings& s) override {
    return info(s.name);
  }
  result<port::stream_info> info(const std::string& stream) override {
    return port::stream_info{stream, 1, 0, 0, 0, 0};
  }
  result<std::optional<port::stored_message>> get(const std::string&, std::uint64_t) override {
    return std::optional<port::stored_message>{};
  }
  result<std::optional<port::stored_message>> last(const std::string&) override {
    return std::optional<port::stored_message>{};
  }
  result<void> purge_below(const std::string&, std::uint64_t) override { return {}; }
  void publish(std::string, std::string, std::string, ack_handler done) override {
    done(port::publish_ack{{}, ++stored});
  }
  result<void> publish_unstored(const std::string&, std::string_view) override { return {}; }
  result<std::unique_ptr<port::subscription>> subscribe(const std::string&,
                                                        message_handler) override {
    return std::make_unique<port::subscription>();
  }
  result<std::unique_ptr<port::queue_reader>> read(const port::reader_settings&,
                                                   port::queue_handler&) override {
    ++readers;
    return std::unique_ptr<port::queue_reader>(std::make_unique<nothing_to_read>());
  }
  bool connected() const noexcept override { return true; }

  std::atomic<int> readers{0};  ///< made so far
  std::atomic<std::uint64_t> stored{0};

 private:
  class nothing_to_read final : public port::queue_reader {
    void grant(std::uint32_t) override {}
  };
};

}  // namespace beckon::tests

// Reads one stream by an ephemeral pull consumer without acks, contiguously, under credit, and
// restores itself.
//
//   offline ─connected▶ asking_stream ─▶ [asking_message ─▶] creating ─▶ reading ─mismatch▶ stopped
//      ▲                    ▲   ▲ time-out, error: waiting (back-off)       │
//      └── disconnected     └───┴──── silence, gap, 409, odd status ────────┘
//
// Every step is a message sent and a message received; nothing blocks and no thread belongs to a
// reader: messages come on the client's pool, time-outs by the connection's tick. `run_mutex_` lets
// one of them in at a time and is held through handler calls; `window_mutex_` (after it) guards
// what `grant` needs, so a handler may grant.
//
// Empty queues: a pull with `no_wait` is not exact, because the server counts a consumer's pending
// messages on another thread than the one that acks a publish (stream.go, signalConsumersLoop). So
// an idle reader asks STREAM.INFO instead: its answer reads the store itself and is as new as the
// asking, hence "nothing behind what was handed over" holds at the time of sending.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/nats/connection.hpp"
#include "adapters/nats/offset_check.hpp"
#include "adapters/nats/pull_window.hpp"
#include "messages/port/bus.hpp"

namespace beckon::adapters {

class reader_core final : public connection_observer {
 public:
  /// `through` and `handler` must live until `stop` returned.
  static result<std::shared_ptr<reader_core>> open(connection& through,
                                                   const port::reader_settings& settings,
                                                   port::queue_handler& handler);
  void grant(std::uint32_t messages);
  /// No handler call after it returned. Not from inside a handler.
  void stop();

  void on_connected() override;
  void on_disconnected() override;
  void on_tick(steady_time now) override;

 private:
  enum class phase : std::uint8_t {
    offline,
    waiting,
    asking_stream,
    asking_message,
    creating,
    reading,
    stopped
  };
  struct probe {
    steady_time at{};
    timestamp wall{};
    std::uint64_t sequence = 0;  // read up to then: the answer may be older than what came since
  };

  reader_core(connection& through, const port::reader_settings& settings,
              port::queue_handler& handler, std::string inbox);

  void receive(natsMsg& message, natsSubscription* from);

  // -- set-up (queue_reader.cpp); run_mutex_ held
  void ask_stream();
  void ask_message();
  void create_consumer(std::uint64_t first);
  void take_stream_answer(std::string_view body);
  void take_message_answer(std::string_view body);
  void take_create_answer(std::string_view body);
  void follow(offset_verdict verdict);
  void retry_later(std::string_view why);
  void restore(std::string_view why);
  void leave_reading(bool tell_broker);
  void give_up(std::string why);
  void set_healthy(bool yes);
  bool request(const std::string& subject, std::string_view kind, std::string_view body);

  // -- reading (queue_reading.cpp); run_mutex_ held
  void take(natsMsg& message);
  void take_answer(natsMsg& message, std::string_view rest);
  void take_data(natsMsg& message);
  void take_status(natsMsg& message);
  void take_probe_answer(std::string_view body);
  void doubt_consumer();
  void watch(steady_time now);
  void settle();
  void flush();
  void pump();

  connection& through_;
  const port::reader_settings settings_;
  port::queue_handler& handler_;
  const std::string inbox_;  // with a dot at its end
  std::unique_ptr<live_subscription> subscription_;

  std::mutex run_mutex_;
  phase phase_ = phase::offline;
  port::stream_offset position_;   // the last message taken
  std::uint64_t incarnation_ = 0;  // answers to an older one are ignored
  std::string consumer_;
  std::uint64_t next_consumer_sequence_ = 1;
  steady_time deadline_{};  // of the answer awaited, or of the next attempt
  duration retry_delay_{0};
  int absences_ = 0;  // how often the handled message was not found
  bool healthy_ = false;
  std::vector<port::stored_message> batch_;
  std::uint64_t unsettled_ = 0;  // messages taken, not yet told to the window
  std::uint64_t unsettled_bytes_ = 0;
  std::uint64_t pending_ = 0;        // the stream holds so many more, as the last message said
  std::uint64_t known_waiting_ = 0;  // callbacks that will come: no need to ask the client
  std::optional<probe> probe_;
  steady_time quiet_since_{};
  steady_time data_at_{};  // when the consumer last gave something, or had nothing to give

  std::atomic<steady_time::rep> heard_{0};  // when the consumer last said something
  std::atomic<std::uint64_t> step_{1};      // the window's, as last seen
  std::mutex window_mutex_;
  pull_window window_;
  std::string pull_subject_;  // empty: not reading
  std::uint64_t pulls_ = 0;
};

/// What the owner holds: keeps the connection alive, stops the core.
class nats_queue_reader final : public port::queue_reader {
 public:
  static result<std::unique_ptr<port::queue_reader>> open(std::shared_ptr<connection> through,
                                                          const port::reader_settings& settings,
                                                          port::queue_handler& handler);
  ~nats_queue_reader() override { core_->stop(); }
  void grant(std::uint32_t messages) override { core_->grant(messages); }

 private:
  nats_queue_reader(std::shared_ptr<connection> through, std::shared_ptr<reader_core> core)
      : through_(std::move(through)), core_(std::move(core)) {}
  std::shared_ptr<connection> through_;
  std::shared_ptr<reader_core> core_;
};

}  // namespace beckon::adapters

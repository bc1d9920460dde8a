// One connection of the NATS C client: kept for ever, watched, with a tick. Shared by what
// publishes or reads through it. Threads: all functions from any thread. Callbacks of a
// subscription come one after the other; observers are told from the client's callback thread
// (connected, disconnected) and from the connection's own (tick), so an observer must lock.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <nats/nats.h>

#include "adapters/nats/client_options.hpp"
#include "adapters/nats/message.hpp"
#include "adapters/nats/nats_options.hpp"
#include "engine/base/result.hpp"

namespace beckon::adapters {

using steady_time = std::chrono::steady_clock::time_point;

/// Told what happens to a connection. `on_tick` comes every 20 ms. Must not own the connection: the
/// last reference to an observer may be dropped on the connection's own threads.
class connection_observer {
 public:
  virtual ~connection_observer() = default;
  virtual void on_connected() = 0;
  virtual void on_disconnected() = 0;
  virtual void on_tick(steady_time now) = 0;
};

/// What a subscription calls; the message is the connection's, the handle tells how many wait
/// behind it.
using message_callback = std::function<void(natsMsg&, natsSubscription*)>;

class connection;

/// Stops its subscription. After the destructor the callback is not called any more; it must not
/// run inside it.
class live_subscription {
 public:
  struct slot;
  live_subscription(std::shared_ptr<connection> through, slot& state) noexcept
      : through_(std::move(through)), state_(state) {}
  ~live_subscription();
  live_subscription(const live_subscription&) = delete;
  live_subscription& operator=(const live_subscription&) = delete;

 private:
  std::shared_ptr<connection> through_;
  slot& state_;  // owned by the connection
};

class connection : public std::enable_shared_from_this<connection> {
 public:
  /// Blocking: connects within `options.connect_timeout`. Errors: unavailable, invalid (bad
  /// options).
  static result<std::shared_ptr<connection>> open(const nats_options& options,
                                                  connection_role role);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  bool connected() const noexcept;
  /// Counted before observers are told.
  std::uint64_t reconnects() const noexcept { return reconnects_; }
  std::int64_t max_payload() const noexcept { return natsConnection_GetMaxPayload(handle_); }
  /// Blocking, at most until `deadline`; whether the connection is there.
  bool wait_connected(steady_time deadline);
  /// Observers are held weakly and forgotten when they are gone.
  void observe(std::weak_ptr<connection_observer> who);

  /// Readers share what may be under way to this connection (`options.most_in_flight_bytes`).
  void add_reader() noexcept { ++readers_; }
  void remove_reader() noexcept { --readers_; }
  std::uint64_t bytes_per_reader() const noexcept;

  /// A new unique inbox subject.
  result<std::string> new_inbox();
  result<std::unique_ptr<live_subscription>> subscribe(const std::string& subject,
                                                       message_callback on_message);
  /// Blocking: everything sent so far has reached the broker.
  result<void> flush(std::chrono::milliseconds patience);
  /// Puts on the wire what was sent so far. Blocks for a millisecond at most, or as `publish` does.
  /// While another thread flushes, the client's own flusher does it, within a millisecond.
  void push_out();
  /// Blocks for as long as the socket does (bounded by the write deadline of 5 s). `reply` may be
  /// null.
  result<void> publish(const char* subject, const char* reply, std::string_view data);
  result<void> publish(natsMsg& message);
  /// Blocking request with one answer.
  result<message_ptr> request(const std::string& subject, std::string_view data,
                              std::chrono::milliseconds patience);

  const nats_options& options() const noexcept { return options_; }
  void log(port::log_level level, std::string_view message, const field_list& fields = {}) noexcept;

 private:
  connection(const nats_options& options, connection_role role);
  result<void> connect();
  natsStatus configure_callbacks(natsOptions* out);
  void tell(void (connection_observer::*what)());
  std::vector<std::shared_ptr<connection_observer>> observers();
  void tick_until(std::stop_token stop);
  static void handle_message(natsConnection*, natsSubscription*, natsMsg*, void* slot);
  static void handle_completion(void* slot);

  const nats_options options_;
  const connection_role role_;
  natsConnection* handle_ = nullptr;
  std::atomic<std::uint32_t> readers_{0};
  std::atomic<std::uint64_t> reconnects_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::timed_mutex flushing_;  // see flush
  bool ending_ = false;
  bool closed_ = false;
  std::size_t completed_ = 0;  // subscriptions whose callback will never run again
  std::vector<std::weak_ptr<connection_observer>> observers_;
  std::vector<std::unique_ptr<live_subscription::slot>> slots_;
  std::jthread ticker_;
};

/// The client's status as an error of ours.
error to_error(natsStatus status, std::string where);

}  // namespace beckon::adapters

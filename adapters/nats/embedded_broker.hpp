// The broker Beckon brings along: a nats-server as a child, on DATA/broker, for as long as this
// object lives. Everything it needs is in DATA: lock, broker.conf (0600, holds the token),
// broker.log, broker.err, broker-ports/. It computes on half of the processors at once (unless
// GOMAXPROCS says otherwise): the other half is for the node, whose commits would wait for it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/nats/broker_process.hpp"
#include "adapters/nats/data_lock.hpp"

namespace beckon::adapters {

struct embedded_broker_options {
  std::string data_dir;  ///< made when it does not exist
  std::string binary = "nats-server";
  std::int64_t max_store = unbounded_store;  ///< bytes that all streams may reserve
  duration lock_timeout{
      15'000};  ///< how long to wait for the Beckon before us and its broker to end
  duration start_timeout{60'000};
  /// The broker ended although nobody stopped it. On the child's thread; must not call back into
  /// this object.
  std::function<void(std::string how)> on_death = {};
};

/// Threads: all functions from any thread, but not from `on_death`.
class embedded_broker {
 public:
  /// Blocking: waits for DATA/lock, then for the server. Errors: conflict (DATA is in use, naming
  /// the holder), not_found (no nats-server), unavailable, timeout.
  static result<std::unique_ptr<embedded_broker>> start(embedded_broker_options options);
  /// As `stop`.
  ~embedded_broker();

  std::string url() const;
  const std::string& token() const noexcept { return token_; }
  pid_t pid() const;
  bool running() const;

  /// After an unasked death: a new server on the same store, port and token, so that clients find
  /// it again by themselves. Blocking. Errors as `start`; conflict when the port was taken
  /// meanwhile.
  result<void> restart();
  /// SIGTERM, after 10 s SIGKILL. Blocking.
  void stop();

 private:
  embedded_broker(embedded_broker_options options, data_lock lock, std::string token);
  result<void> launch(std::uint16_t port);

  const embedded_broker_options options_;
  data_lock lock_;
  const std::string token_;
  mutable std::mutex mutex_;
  std::uint16_t port_ = 0;
  std::unique_ptr<broker_process> process_;
};

}  // namespace beckon::adapters

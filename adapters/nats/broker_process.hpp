// One nats-server of ours: configured, started, found. Loopback only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "adapters/nats/child_process.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace beckon::adapters {

/// Every stream has a bound of its own and reserves it; their sum may well be more than the disk
/// has (the server's own default, 3/4 of what is free, would refuse to make them). A full disk
/// refuses messages.
inline constexpr std::int64_t unbounded_store = std::int64_t{1} << 40;

struct broker_settings {
  std::string work_dir;   ///< for its configuration, ports and log files; exists
  std::string store_dir;  ///< JetStream's
  std::string binary = "nats-server";
  std::uint16_t port = 0;   ///< 0: the kernel's choice
  std::string token;        ///< clients must present it
  std::string server_name;  ///< a nonce: by it we know that who answers on the port is ours
  std::int64_t max_payload = 8 * 1024 * 1024;
  std::int64_t max_store = unbounded_store;  ///< bytes that all streams may reserve
  unsigned processors = 0;                   ///< it computes on so many at once; 0: on all
  int inherited_fd = -1;
  duration start_timeout{60'000};  ///< a large store takes a while to recover
  std::function<void(std::string how)> on_death = {};
};

class broker_process {
 public:
  /// Blocking until the server answers. Errors: not_found (no binary), unavailable (with the
  /// server's last words), timeout, conflict (somebody else answers on the port), invalid (a path
  /// that cannot be written into its file).
  static result<std::unique_ptr<broker_process>> start(broker_settings settings);

  std::uint16_t port() const noexcept { return port_; }
  std::string url() const { return "nats://127.0.0.1:" + std::to_string(port_); }
  child_process& child() noexcept { return *child_; }

 private:
  broker_process() = default;
  std::uint16_t port_ = 0;
  std::unique_ptr<child_process> child_;
};

/// The server's configuration file. Errors: invalid.
result<std::string> broker_configuration(const broker_settings& settings);

}  // namespace beckon::adapters

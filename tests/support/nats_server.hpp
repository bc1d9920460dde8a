// A throw-away nats-server with JetStream for a test: loopback, a port of the kernel's choice, a
// store of its own. It ends with this object, and with the test's process however that ends.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "adapters/nats/broker_process.hpp"
#include "adapters/nats/nats_options.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::tests {

class nats_server {
 public:
  /// Starts it; throws std::runtime_error when it cannot be started.
  explicit nats_server(std::int64_t max_store_bytes = 256 * 1024 * 1024);

  /// For clients; stays the same over stop and start.
  std::string url() const;
  const std::string& token() const noexcept { return token_; }
  /// Address and token set, the rest as usual.
  adapters::nats_options options() const;
  pid_t pid() const { return process_->child().pid(); }

  void stop();    ///< smoothly
  void kill();    ///< SIGKILL
  void start();   ///< again, on the same port and store
  void freeze();  ///< SIGSTOP: connections stay, nobody answers
  void thaw();

  /// Where the store is; to be touched only while the server does not run.
  std::string store() const { return directory_.file("store"); }

 private:
  temporary_directory directory_;
  std::int64_t max_store_;
  std::string token_ = "token-of-a-test";
  std::uint16_t port_ = 0;
  int starts_ = 0;
  std::unique_ptr<adapters::broker_process> process_;
};

}  // namespace beckon::tests

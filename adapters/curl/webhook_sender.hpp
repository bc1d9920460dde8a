// The channel `webhook`: each delivery is one HTTP POST, as Standard Webhooks 1.0 describes it.
// Threads: `send` from any; one thread of its own runs all transfers (libcurl multi) and calls the
// receipt handlers. Destroying it answers what is under way with `unknown` (or `busy` where nothing
// was sent).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/settings.hpp"
#include "engine/base/time.hpp"
#include "messages/port/sender.hpp"

namespace beckon::adapters {

struct webhook_options {
  std::string url;  ///< http or https; a delivery's own address goes before it
  std::vector<std::pair<std::string, std::string>> headers;  ///< sent with every request
  std::string key;             ///< signs when it is not empty; raw bytes
  bool allow_private = false;  ///< private, loopback and link-local addresses too
  std::string ca_file;  ///< certificates to trust instead of the system's; empty: the system's
  duration connect_timeout{3'000};
  duration timeout{10'000};  ///< of the whole attempt, waiting for a free place excluded
  std::uint32_t concurrent_per_host = 64;
  /// Offer HTTP/2 on https. Off: all that is tested and measured here is HTTP/1.1.
  bool http2 = false;
  std::function<timestamp()> now = {};  ///< for `webhook-timestamp`; empty: the system's clock
};

/// Options of the kind: `url`, `headers` (name: text), `allow_private`, `ca_file`,
/// `connect_timeout`, `timeout`, `concurrent_per_host`, `http2`, and `secret_file` or `secret_env`,
/// which the caller has resolved into `secret` ("": none). nullopt when problems were reported.
std::optional<webhook_options> read_webhook_options(const settings& options, problems& out,
                                                    const std::string& secret = "");

std::unique_ptr<port::sender> make_webhook_sender(webhook_options options);

/// Both of the above; null when problems were reported.
std::unique_ptr<port::sender> make_webhook_sender(const settings& options, problems& out,
                                                  const std::string& secret = "");

}  // namespace beckon::adapters

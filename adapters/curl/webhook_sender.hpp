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

#include "adapters/curl/endpoint.hpp"
#include "engine/base/settings.hpp"
#include "engine/base/time.hpp"
#include "messages/port/sender.hpp"

namespace beckon::adapters {

/// A delivery's own address goes before the endpoint's. HTTP/2 is off: all that is tested and
/// measured of webhooks is HTTP/1.1.
struct webhook_options : endpoint {
  std::string key;           ///< signs when it is not empty; raw bytes
  duration timeout{10'000};  ///< of the whole attempt, waiting for a free place excluded
  std::uint32_t concurrent_per_host = 64;
  std::function<timestamp()> now = {};  ///< for `webhook-timestamp`; empty: the system's clock
};

/// Options of the kind: those of an endpoint, `timeout`, `concurrent_per_host`, and `secret_file`
/// or `secret_env`, which the caller has resolved into `secret` ("": none). nullopt when problems
/// were reported.
std::optional<webhook_options> read_webhook_options(const settings& options, problems& out,
                                                    const std::string& secret = "");

std::unique_ptr<port::sender> make_webhook_sender(webhook_options options);

/// Both of the above; null when problems were reported.
std::unique_ptr<port::sender> make_webhook_sender(const settings& options, problems& out,
                                                  const std::string& secret = "");

}  // namespace beckon::adapters

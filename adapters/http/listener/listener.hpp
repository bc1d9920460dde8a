// The one HTTP listener of a node: sockets, threads, bounds and time-outs; what is answered is the
// routes' affair.
//
// Protection (RFC 9112 over plain TCP): bounded head, body, number of connections and bytes held;
// time-outs for idle connections, heads, bodies, handlers and slow takers; requests of one
// connection are answered in their order, one at a time. TLS is a proxy's affair.
//
// Threads: start, stop_accepting and stop by one thread that is none of the listener's. Handlers
// run on its threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "adapters/http/listener/routes.hpp"
#include "adapters/http/options.hpp"
#include "engine/base/result.hpp"
#include "messages/port/log.hpp"
#include "messages/port/metrics.hpp"

namespace beckon::adapters {

class http_listener {
 public:
  /// `probes` and `log` must outlive the listener; answers may outlive it.
  http_listener(http_options options, http_routes routes, port::metrics& probes, port::log& log);
  ~http_listener();  ///< stops at once
  http_listener(const http_listener&) = delete;
  http_listener& operator=(const http_listener&) = delete;

  /// Binds and begins to answer. Errors: invalid (address; not loopback, without keys and not
  /// `insecure`), unavailable (address in use, no permission).
  result<void> start();

  /// "127.0.0.1:40123"; empty before `start`.
  const std::string& address() const noexcept;
  std::uint16_t port() const noexcept;

  /// Refuses new connections, closes idle ones; running requests are answered, then their
  /// connections closed.
  void stop_accepting();

  /// The same, then waits up to `bound` for answers under way, closes what is left and ends the
  /// threads.
  void stop(duration bound);

 private:
  class server;
  std::unique_ptr<server> server_;
};

}  // namespace beckon::adapters

// What all connections of a listener share. Filled before the first one, constant after but for the
// counts.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "adapters/http/listener/routes.hpp"
#include "adapters/http/options.hpp"
#include "messages/port/log.hpp"
#include "messages/port/metrics.hpp"

namespace beckon::adapters {

/// Figures of one route.
struct route_probe {
  std::array<port::counter*, 3> answered{};  ///< 2xx and 3xx, 4xx, 5xx
  port::histogram* seconds = nullptr;        ///< from the whole request to its answer
};

struct listener_probe {
  listener_probe(port::metrics& make, const http_routes& routes);

  /// `route`: its place among the routes; their number for what no route answers.
  void note_answer(std::size_t route, int status, double seconds) noexcept;

  std::vector<route_probe> routes;
  port::gauge& connections;
  port::counter& refused;        ///< connections over the limit
  port::counter& timed_out;      ///< connections closed for slowness
  port::counter& accept_failed;  ///< no file descriptors, mostly
};

struct http_serving {
  http_serving(http_options o, http_routes r, port::metrics& make, port::log& l)
      : options(std::move(o)), routes(std::move(r)), probe(make, routes), log(l) {}

  /// Count a connection in and out.
  void enter() noexcept;
  void leave() noexcept;
  std::size_t connections() const noexcept { return connections_; }
  /// Blocks until the last connection has left, at most for `bound`.
  void wait_until_empty(duration bound);

  const http_options options;
  const http_routes routes;
  listener_probe probe;
  port::log& log;
  std::atomic<std::size_t> held{0};  ///< bytes of bodies
  std::atomic<bool> winding_down{false};

 private:
  std::atomic<std::size_t> connections_{0};
  std::mutex mutex_;
  std::condition_variable left_;
};

}  // namespace beckon::adapters

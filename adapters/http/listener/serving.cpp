#include "adapters/http/listener/serving.hpp"

#include <string>

namespace beckon::adapters {
namespace {

constexpr const char* requests_help = "HTTP requests answered, by route and class of status.";
constexpr const char* seconds_help =
    "From a whole HTTP request to its answer, by route, in seconds.";

route_probe make_probe(port::metrics& make, const std::string& route) {
  constexpr std::array<const char*, 3> classes = {"2xx", "4xx", "5xx"};
  route_probe out;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    out.answered[i] = &make.make_counter("beckon_http_requests_total", requests_help,
                                         {{"route", route}, {"status", classes[i]}});
  }
  out.seconds =
      &make.make_histogram("beckon_http_request_seconds", seconds_help, {{"route", route}});
  return out;
}

}  // namespace

listener_probe::listener_probe(port::metrics& make, const http_routes& all)
    : connections(make.make_gauge("beckon_http_connections", "Open HTTP connections.")),
      refused(make.make_counter("beckon_http_connections_refused_total",
                                "HTTP connections refused because there were too many.")),
      timed_out(make.make_counter("beckon_http_connections_timed_out_total",
                                  "HTTP connections closed because the client was too slow.")),
      accept_failed(make.make_counter("beckon_http_accept_failures_total",
                                      "HTTP connections that could not be accepted.")) {
  for (const http_route& route : all.all()) routes.push_back(make_probe(make, route.name));
  routes.push_back(make_probe(make, "none"));
}

void listener_probe::note_answer(std::size_t route, int status, double seconds) noexcept {
  const std::size_t kind = status >= 500 ? 2 : status >= 400 ? 1 : 0;
  routes[route].answered[kind]->add();
  routes[route].seconds->observe(seconds);
}

void http_serving::enter() noexcept {
  connections_.fetch_add(1);
  probe.connections.add(1);
}

void http_serving::leave() noexcept {
  probe.connections.add(-1);
  if (connections_.fetch_sub(1) > 1) return;
  const std::lock_guard hold(mutex_);
  left_.notify_all();
}

void http_serving::wait_until_empty(duration bound) {
  std::unique_lock hold(mutex_);
  left_.wait_for(hold, bound, [this] { return connections_ == 0; });
}

}  // namespace beckon::adapters

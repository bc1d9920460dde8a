#include "adapters/http/admin/health_routes.hpp"

#include <algorithm>
#include <utility>

#include "messages/codec/json.hpp"

namespace beckon::adapters {
namespace {

http_response describe(const std::vector<port::health_check>& checks) {
  const bool ready = !checks.empty() &&
                     std::all_of(checks.begin(), checks.end(), [](const auto& c) { return c.ok; });
  http_response out{ready ? 200 : 503};
  out.body = std::string("{\"ready\":") + (ready ? "true" : "false") + ",\"checks\":[";
  for (const port::health_check& check : checks) {
    if (&check != &checks.front()) out.body += ",";
    out.body += "{\"name\":";
    codec::append_json_text(out.body, check.name);
    out.body += std::string(",\"ok\":") + (check.ok ? "true" : "false") + ",\"detail\":";
    codec::append_json_text(out.body, check.detail);
    out.body += "}";
  }
  out.body += "]}\n";
  return out;
}

}  // namespace

void add_health_routes(http_routes& routes, const port::health& health,
                       std::function<std::string()> metrics) {
  routes.add("GET", "/healthz", "healthz", [](const http_request&, const http_answer& answer) {
    answer({200, "text/plain; charset=utf-8", "ok\n"});
  });
  routes.add("GET", "/readyz", "readyz", [&health](const http_request&, const http_answer& answer) {
    answer(describe(health.checks()));
  });
  routes.add("GET", "/metrics", "metrics",
             [metrics = std::move(metrics)](const http_request&, const http_answer& answer) {
               answer({200, "text/plain; version=0.0.4; charset=utf-8", metrics()});
             });
}

}  // namespace beckon::adapters

// The HTTP listener: events in, health and metrics out.
#include "adapters/http/admin/health_routes.hpp"
#include "adapters/http/ingest/ingest_routes.hpp"
#include "topology/node/parts.hpp"

namespace beckon::topology {

result<void> node::parts::start_http() {
  const auto& d = config.deployment;
  std::map<std::string, ingest_gate::door_options> open;
  std::string first;
  for (const auto& source : d.sources) {
    if (source.kind != source_kind::http || !source_probes.contains(source.id)) continue;
    if (first.empty()) first = source.id;
    open[source.id] = {source_probes[source.id]};
  }
  gate = std::make_unique<ingest_gate>(config.plan->events, d.zone, d.limits.max_future_skew, open,
                                       book, clock);
  adapters::http_options o;
  o.listen = d.http.listen;
  for (const auto& k : d.http.keys) o.keys.push_back({k.id, k.secret, k.source});
  o.insecure = d.http.open;
  o.default_source = first;
  o.cors_origins = d.http.cors_origins;
  o.max_body = d.http.max_body;
  o.header_timeout = o.body_timeout = o.answer_timeout = d.http.request_timeout;
  o.max_connections = d.http.max_connections;
  adapters::http_routes routes;
  add_ingest_routes(routes, o, *gate, metrics);
  add_health_routes(routes, board, [this] { return metrics.exposition(); });
  http = std::make_unique<adapters::http_listener>(o, std::move(routes), metrics, log);
  return http->start();
}

}  // namespace beckon::topology

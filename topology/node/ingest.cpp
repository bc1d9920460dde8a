// The HTTP listener: events in, health and metrics out.
#include "adapters/http/admin/checkpoint_route.hpp"
#include "adapters/http/admin/health_routes.hpp"
#include "adapters/http/admin/redrive_route.hpp"
#include "adapters/http/ingest/ingest_routes.hpp"
#include "adapters/nats/private_file.hpp"
#include "topology/node/parts.hpp"

namespace beckon::topology {
namespace {

constexpr std::size_t admin_token_bytes = 24;

}  // namespace

result<void> node::parts::start_http() {
  const auto& d = config.deployment;
  std::map<std::string, ingest_gate::door_options> open;
  std::string first;
  for (const auto& source : d.sources) {
    if (source.kind != source_kind::http || !source_probes.contains(source.id)) continue;
    if (first.empty()) first = source.id;
    open[source.id] = {source_probes[source.id]};
  }
  rejects = std::make_unique<reject_keeper>(*bus, d.prefix, metrics);
  gate = std::make_unique<ingest_gate>(config.plan->events, d.zone, d.limits.max_future_skew, open,
                                       book, clock, *rejects);
  auto token = adapters::random_hex(admin_token_bytes);
  if (!token) return token.error();
  admin_token = std::move(*token);
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
  adapters::add_checkpoint_route(
      routes, adapters::admin_access(admin_token),
      [this](checkpoints::answer done) { copies->make(std::move(done)); });
  redrives = std::make_unique<redrive_gate>(d.partitions);
  redrives->open(root);
  adapters::add_redrive_route(routes, adapters::admin_access(admin_token), *redrives);
  http = std::make_unique<adapters::http_listener>(o, std::move(routes), metrics, log);
  return http->start();
}

}  // namespace beckon::topology

// What the stations work with, from the configuration; then the root, which starts them.
#include "topology/bus_names.hpp"
#include "topology/node/partition_settings.hpp"
#include "topology/node/parts.hpp"
#include "topology/node/predicates.hpp"
#include "topology/node/senders.hpp"
#include "topology/node/streams.hpp"

namespace beckon::topology {
namespace {

actors::restart_limits limits_of(const restart_budget& b) {
  return {b.restarts, b.within, b.first, b.longest};
}

actors::station_limits limits_of(const supervision& s) {
  return {limits_of(s.committer), limits_of(s.channel),   limits_of(s.filter),
          limits_of(s.rule),      limits_of(s.partition), limits_of(s.source)};
}

queue_retention retention_of(const deployment& d) {
  queue_retention keeps{d.limits.queue_keep, {}};
  for (const auto& source : d.sources) {
    for (std::uint32_t p = 0; p < d.partitions; ++p)
      keeps.enough[queue_stream(source.id, p)] = static_cast<std::uint64_t>(source.max_bytes) / 2;
  }
  return keeps;
}

}  // namespace

result<std::vector<actors::partition_slice>> node::parts::slices(
    const std::vector<actors::partition_source>& queues) {
  std::vector<actors::partition_slice> all;
  for (std::uint32_t p = 0; p < config.deployment.partitions; ++p) {
    board.set("partition " + std::to_string(p), false, "starting");
    actors::partition_slice one{p, {}};
    for (const auto& q : queues) {
      auto info = bus->info(queue_stream(q.id, p));
      if (!info) return info.error();
      one.sources.push_back({q.id, q.live, info->name, info->created_ns, q.derived});
    }
    all.push_back(std::move(one));
  }
  return all;
}

result<actors::items_parts> node::parts::item_log() {
  const auto made = ensure_items(*bus, config.deployment);
  if (!made) return made.error();
  items = std::make_shared<actors::item_shelf>(config.plan->events);
  board.set("items", false, "starting");
  actors::items_parts p;
  p.stream = made->name;
  p.max_bytes = config.deployment.limits.item_log_bytes;
  p.bus = bus.get();
  p.store = store.get();
  p.shelf = items;
  p.around = around;
  return p;
}

result<std::vector<actors::any_source>> node::parts::doors() {
  const auto& d = config.deployment;
  std::vector<actors::any_source> all;
  if (d.clock == clock_mode::event) return all;
  for (const auto& source : d.sources) {
    if (source.kind == source_kind::import || source.paused) continue;
    actors::source_parts p;
    p.id = source.id;
    p.node = d.node;
    p.prefix = d.prefix;
    p.partitions = d.partitions;
    p.zone = d.zone;
    p.max_future_skew = d.limits.max_future_skew;
    p.events = config.plan->events;
    p.items = items;
    p.bus = bus.get();
    p.around = around;
    p.probes = source_probes[source.id] =
        std::make_shared<actors::source_probes>(metrics, source.id);
    board.set("source " + source.id, false, "starting");
    if (source.kind == source_kind::http && ingest_log) {
      actors::logged_source_parts l{std::move(p), ingest_log.get(), d.ingest.log_bytes / 2, {}};
      for (std::uint32_t i = 0; i < d.partitions; ++i)
        l.streams.push_back(queue_stream(source.id, i));
      l.streams.emplace_back(items_stream);
      all.emplace_back(std::move(l));
      continue;
    }
    if (source.kind == source_kind::http) {
      all.emplace_back(std::move(p));
      continue;
    }
    auto captured = ensure_capture(*bus, source);
    if (!captured) return captured.error();
    actors::nats_source_parts n{std::move(p), captured->name, captured->created_ns, {}};
    for (std::uint32_t i = 0; i < d.partitions; ++i)
      n.queue_streams.push_back(queue_stream(source.id, i));
    all.emplace_back(std::move(n));
  }
  return all;
}

result<void> node::parts::start_actors(const std::vector<actors::partition_source>& queues) {
  const auto& d = config.deployment;
  problems wrong;
  ways_out = make_channel_ways(*config.plan, *bus, wrong);
  if (!wrong.empty()) return error{errc::invalid, wrong.front().to_string(), "channels"};
  asked = make_predicate_ways(*config.plan, wrong);
  if (!wrong.empty()) return error{errc::invalid, wrong.front().to_string(), "filters"};
  auto owned = slices(queues);
  if (!owned) return owned.error();
  auto followed = item_log();
  if (!followed) return followed.error();
  auto every_door = doors();
  if (!every_door) return every_door.error();
  keeper = std::make_unique<housekeeper>(*bus, log, clock, retention_of(d));
  caf_config.set("scheduler.policy", caf::atom("sharing"));
  caf_config.set("scheduler.max-threads",
                 d.threads == 0 ? std::size_t{std::thread::hardware_concurrency()} : d.threads);
  caf_config.set("scheduler.max-throughput", std::size_t{50});
  system = std::make_unique<caf::actor_system>(caf_config);
  actors::root_parts p;
  p.around = around;
  p.prefix = d.prefix;
  p.store = store.get();
  p.bus = bus.get();
  p.plans = &plans;
  p.limits = limits_of(d.supervision);
  p.out = ways_out;
  p.asked = asked;
  auto settings = partition_settings_of(d);
  settings.starts = starts->book();
  p.settings = std::make_shared<const actors::partition_settings>(std::move(settings));
  p.probes = actors::make_partition_probes(metrics, queues);
  p.slices = std::move(*owned);
  p.purge = [this](const std::string& stream, std::uint64_t below) {
    keeper->purge(stream, below);
  };
  p.trim = [this] { keeper->trim(); };
  p.items = std::move(*followed);
  p.doors = std::move(*every_door);
  p.book = book;
  p.cannot_go_on = [this](const actors::give_up& g) { cannot_go_on(g); };
  p.at_rest = [this] { life.rest(); };
  root = actors::spawn_root(*system, std::move(p));
  // Whatever else ends is the root's to judge; its own end is the node's.
  caf::actor_cast<caf::abstract_actor*>(root)->attach_functor([this](const caf::error& reason) {
    if (reason != caf::exit_reason::user_shutdown) cannot_go_on({"root", caf::to_string(reason)});
  });
  return {};
}

}  // namespace beckon::topology

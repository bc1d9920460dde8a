#include "topology/node/node.hpp"

#include <thread>

#include "actors/channel/channels.hpp"
#include "actors/committer/committer.hpp"
#include "actors/filter/filters.hpp"
#include "actors/loader/loader.hpp"
#include "actors/partition/partitions.hpp"
#include "actors/rule/rules.hpp"
#include "actors/source/sources.hpp"
#include "actors/tracker/tracker.hpp"
#include "adapters/http/admin/health_routes.hpp"
#include "adapters/http/ingest/ingest_routes.hpp"
#include "adapters/http/listener/listener.hpp"
#include "adapters/nats/embedded_broker.hpp"
#include "adapters/nats/nats_bus.hpp"
#include "adapters/prometheus/metrics.hpp"
#include "adapters/rocksdb/rocksdb_store.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/port/health.hpp"
#include "topology/bus_names.hpp"
#include "topology/data_layout.hpp"
#include "topology/node/housekeeping.hpp"
#include "topology/node/ingest_gate.hpp"
#include "topology/node/life_board.hpp"
#include "topology/node/senders.hpp"
#include "topology/node/streams.hpp"
#include "topology/node/system_clock.hpp"
#include "topology/run_file.hpp"

namespace beckon::topology {
namespace {

constexpr auto tick_every = std::chrono::milliseconds(100);

actors::restart_limits limits_of(const restart_budget& b) {
  return {b.restarts, b.within, b.first, b.longest};
}

}  // namespace

struct node::parts {
  parts(const configuration& c, port::log& l, node_options o)
      : config(c), log(l), options(std::move(o)), metrics({"0.1.0", ""}), plans(c.plan) {
    around = {&clock, &log, &metrics, &board, options.faults};
  }

  result<void> start();
  result<void> start_bus();
  result<void> start_actors(std::vector<actors::partition_source> sources);
  actors::partition_settings partition_settings_of() const;
  result<std::vector<actors::any_source>> doors();
  result<void> start_http();
  /// A station that ends although nobody stops the node cannot be mended here: the process ends and is started again.
  template <class Handle>
  void watch(const std::string& station, const Handle& handle) {
    caf::actor_cast<caf::abstract_actor*>(handle)->attach_functor([this, station](const caf::error& reason) {
      if (reason != caf::exit_reason::user_shutdown) escalate({station, caf::to_string(reason)});
    });
  }
  void escalate(const actors::give_up& g) {
    log.write(port::log_level::error, g.station, "cannot go on: the node stops",
              {{"reason", g.reason}});
    life.give_up(g);
    if (options.wake) options.wake();
  }

  configuration config;
  port::log& log;
  node_options options;
  system_clock clock;
  adapters::prometheus_metrics metrics;
  port::health_board board;
  actors::plan_board plans;
  actors::surroundings around;
  life_board life;
  std::unique_ptr<adapters::embedded_broker> broker;
  std::unique_ptr<adapters::nats_bus> bus;
  std::unique_ptr<port::store> store;
  std::unique_ptr<housekeeper> keeper;
  std::shared_ptr<actors::door_book> book = std::make_shared<actors::door_book>();
  std::map<std::string, std::shared_ptr<actors::source_probes>> source_probes;
  std::unique_ptr<ingest_gate> gate;
  std::unique_ptr<adapters::http_listener> http;
  caf::actor_system_config caf_config;
  std::unique_ptr<caf::actor_system> system;
  actors::committer_actor committer;
  actors::loader_actor loader;
  actors::tracker_actor tracker;
  actors::channels_actor channels;
  actors::filters_actor filters;
  actors::rules_actor rules;
  actors::partitions_actor partitions;
  actors::sources_actor sources;
  std::unique_ptr<port::subscription> ticks;
  std::jthread ticker;
};

result<void> node::parts::start_bus() {
  const auto& d = config.deployment;
  adapters::nats_options o;
  o.name = d.name + " " + d.node;
  o.clock = &clock;
  o.log = &log;
  if (const auto* external = std::get_if<external_broker>(&d.bus)) {
    o.url = external->url;
    o.token = external->token;
    o.user = external->user;
    o.password = external->password;
    o.creds_file = external->creds_file;
  } else {
    adapters::embedded_broker_options own;
    own.data_dir = d.data;
    own.on_death = [this](std::string how) {
      escalate({"broker", "the embedded broker ended: " + how});
    };
    auto started = adapters::embedded_broker::start(std::move(own));
    if (!started) return started.error();
    broker = std::move(*started);
    o.url = broker->url();
    o.token = broker->token();
  }
  auto connected = adapters::nats_bus::connect(o);
  if (!connected) return connected.error();
  bus = std::move(*connected);
  return {};
}

actors::partition_settings node::parts::partition_settings_of() const {
  const auto& d = config.deployment;
  actors::partition_settings s;
  s.partitions = d.partitions;
  s.event_time = d.clock == clock_mode::event;
  s.epoch_events = d.limits.epoch_events;
  s.queue_credit = d.limits.queue_credit;
  s.resident_sessions = d.limits.resident_sessions;
  s.dedup_bytes = d.limits.dedup_bytes;
  s.dedup_window = d.limits.dedup_window;
  s.late_limit = d.limits.late_limit;
  s.clock_wait_max = d.clock_wait_max;
  s.absence_grace = d.absence_grace;
  for (const auto& source : d.sources)
    s.out_of_order = std::max(s.out_of_order, source.out_of_order);
  s.outbox_entries = d.limits.outbox_entries;
  return s;
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
    p.bus = bus.get();
    p.around = around;
    p.probes = source_probes[source.id] =
        std::make_shared<actors::source_probes>(metrics, source.id);
    p.drained = [this](const actors::drained& who) { life.drained(who.station); };
    board.set("source " + source.id, false, "starting");
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

result<void> node::parts::start_actors(std::vector<actors::partition_source> queues) {
  const auto& d = config.deployment;
  const auto give_up = [this](const actors::give_up& g) { escalate(g); };
  problems wrong;
  auto out = make_senders(*config.plan, *bus, wrong);
  if (!wrong.empty()) return error{errc::invalid, wrong.front().to_string(), "channels"};
  caf_config.set("scheduler.policy", caf::atom("sharing"));
  caf_config.set("scheduler.max-threads",
                 d.threads == 0 ? std::size_t{std::thread::hardware_concurrency()} : d.threads);
  caf_config.set("scheduler.max-throughput", std::size_t{50});
  system = std::make_unique<caf::actor_system>(caf_config);
  committer = actors::spawn_committer(*system, {store.get(), &log, &metrics, &board, give_up});
  loader = actors::spawn_loader(*system, *store);
  tracker = actors::spawn_tracker(*system, {d.prefix, bus.get(), &log, &metrics});
  channels =
      actors::spawn_channels(*system, around, std::move(out), limits_of(d.supervision.channel));
  filters = actors::spawn_filters(*system, around, config.plan, limits_of(d.supervision.filter));
  rules = actors::spawn_rules(*system, around, plans, limits_of(d.supervision.rule));
  watch("committer", committer);
  watch("loader", loader);
  watch("tracker", tracker);
  watch("channels", channels);
  watch("filters", filters);
  watch("rules", rules);
  const auto settings = std::make_shared<const actors::partition_settings>(partition_settings_of());
  const auto probes = actors::make_partition_probes(metrics, queues);
  keeper = std::make_unique<housekeeper>(*bus, log);
  actors::partition_peers peers{
      committer,
      loader,
      tracker,
      rules,
      filters,
      channels,
      bus.get(),
      &plans,
      [this](const actors::drained& who) { life.drained(who.station); },
      [this](const std::string& stream, std::uint64_t below) { keeper->purge(stream, below); }};
  std::vector<actors::partition_parts> all;
  for (std::uint32_t p = 0; p < d.partitions; ++p) {
    actors::partition_parts one{p, 0, {}, {}, settings, probes, peers, around};
    board.set("partition " + std::to_string(p), false, "starting");
    for (const auto& q : queues) {
      auto info = bus->info(queue_stream(q.id, p));
      if (!info) return info.error();
      one.sources.push_back({q.id, q.live, info->name, info->created_ns});
    }
    all.push_back(std::move(one));
  }
  partitions = actors::spawn_partitions(*system, around, std::move(all),
                                        limits_of(d.supervision.partition), give_up);
  auto every_door = doors();
  if (!every_door) return every_door.error();
  sources = actors::spawn_sources(*system, around, std::move(*every_door), book,
                                  limits_of(d.supervision.source), give_up);
  watch("partitions", partitions);
  watch("sources", sources);
  return {};
}

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

result<void> node::parts::start() {
  const auto& d = config.deployment;
  board.set("started", false, "starting");
  if (auto done = start_bus(); !done) return done;
  if (auto done = ensure_common(*bus, d); !done) return done;
  auto queues = ensure_queues(*bus, d);
  if (!queues) return queues.error();
  adapters::rocksdb_options o;
  o.directory = state_directory(d.data);
  o.decisions_kept = d.limits.decisions_keep;
  auto opened = adapters::open_store(o);
  if (!opened) return opened.error();
  store = std::move(*opened);
  board.set("store", true);
  if (auto done = start_actors(std::move(*queues)); !done) return done;
  auto listening = bus->subscribe(d.prefix + ".tick.*", [this](std::string_view,
                                                               std::string_view data) {
    const auto tick = codec::decode_tick(data);
    if (!tick) return;
    caf::anon_send(partitions, actors::door_tick{std::string(tick->source), std::string(tick->door),
                                                 tick->content.clock, tick->content.acked});
  });
  if (!listening) return listening.error();
  ticks = std::move(*listening);
  if (auto done = start_http(); !done) return done;
  ticker = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const actors::node_tick t{clock.now()};
      caf::anon_send(sources, t);
      caf::anon_send(partitions, t);
      board.set("broker", bus->connected(), bus->connected() ? "" : "not connected");
      std::this_thread::sleep_for(tick_every);
    }
  });
  if (const auto wrong = metrics.problems(); !wrong.empty()) return error{errc::internal, wrong.front(), "metrics"};
  board.set("started", true);
  const auto address = "http://" + http->address();
  return write_run_file(d.data, {static_cast<int>(::getpid()), address, address + "/metrics",
                                 broker ? broker->url() : std::get<external_broker>(d.bus).url,
                                 broker ? broker->token() : std::string(),
                                 d.clock == clock_mode::event ? "event" : "wall"});
}

node::node(std::unique_ptr<parts> inside) : inside_(std::move(inside)) {}

result<std::unique_ptr<node>> node::start(const configuration& c, port::log& log,
                                          node_options options) {
  auto made = std::unique_ptr<node>(new node(std::make_unique<parts>(c, log, std::move(options))));
  if (auto started = made->inside_->start(); !started) return started.error();
  return made;
}

const std::string& node::ingest_address() const noexcept {
  return inside_->http->address();
}
std::optional<std::string> node::failed() const {
  return inside_->life.failed();
}
bool node::ready() const {
  return inside_->board.ready();
}
std::string node::metrics() const {
  return inside_->metrics.exposition();
}

bool node::drain() {
  auto& p = *inside_;
  const auto& d = p.config.deployment;
  const auto until = std::chrono::steady_clock::now() + d.limits.drain;
  p.board.set("started", false, "draining");
  p.http->stop_accepting();
  caf::anon_send(p.sources, actors::drain{});
  bool in_time = p.life.wait_for(p.source_probes.size(), until);
  caf::anon_send(p.partitions, actors::drain{});
  in_time = p.life.wait_for(p.source_probes.size() + d.partitions, until) && in_time;
  return in_time;
}

node::~node() {
  auto& p = *inside_;
  if (p.ticker.joinable()) {
    p.ticker.request_stop();
    p.ticker.join();
  }
  if (p.http) p.http->stop(std::chrono::seconds(1));
  p.ticks.reset();
  const auto end = [](auto& handle) {
    if (handle) caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
    handle = std::decay_t<decltype(handle)>();
  };
  end(p.sources);
  end(p.partitions);
  end(p.rules);
  end(p.filters);
  end(p.channels);
  end(p.tracker);
  end(p.loader);
  end(p.committer);
  if (p.system) p.system->await_all_actors_done();
  p.keeper.reset();
  p.http.reset();
  p.gate.reset();
  p.book.reset();
  p.bus.reset();  // its unanswered callbacks hold actor handles: they end before the actor system
  p.system.reset();
  p.store.reset();
  if (p.broker) p.broker->stop();
  remove_run_file(p.config.deployment.data);
}

}  // namespace beckon::topology

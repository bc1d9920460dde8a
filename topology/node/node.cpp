#include "topology/node/node.hpp"

#include <unistd.h>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "messages/codec/envelope.hpp"
#include "topology/data_layout.hpp"
#include "topology/look_backs.hpp"
#include "topology/node/parts.hpp"
#include "topology/node/streams.hpp"
#include "topology/run_file.hpp"

namespace beckon::topology {
namespace {

constexpr auto tick_every = std::chrono::milliseconds(100);

}  // namespace

result<void> node::parts::start() {
  const auto& d = config.deployment;
  board.set("started", false, "starting");
  if (auto done = start_bus(); !done) return done;
  if (auto done = ensure_common(*bus, d); !done) return done;
  auto queues = ensure_queues(*bus, d);
  if (!queues) return queues.error();
  if (auto done = start_store(); !done) return done;
  if (auto done = start_ingest_log(); !done) return done;
  if (auto done = recall_past(); !done) return done;
  if (auto done = recall_versions(); !done) return done;
  if (auto done = start_actors(*queues); !done) return done;
  if (auto done = start_listening(); !done) return done;
  if (auto done = start_http(); !done) return done;
  start_ticking();
  keep_streams();
  if (const auto wrong = metrics.problems(); !wrong.empty()) {
    return error{errc::internal, wrong.front(), "metrics"};
  }
  board.set("started", true);
  return say_where();
}

result<void> node::parts::start_store() {
  adapters::rocksdb_options o;
  o.directory = state_directory(config.deployment.data);
  o.decisions_kept = config.deployment.limits.decisions_keep;
  auto opened = adapters::open_store(o);
  if (!opened) return opened.error();
  store = std::move(*opened);
  copies = std::make_unique<checkpoints>(*store, config.deployment.data);
  auto known = progress_file::open(config.deployment.data, config.deployment.partitions);
  if (!known) return known.error();
  starts = std::move(*known);
  board.set("store", true);
  return {};
}

result<void> node::parts::start_ingest_log() {
  const auto& d = config.deployment;
  if (d.ingest.durability != ingest_durability::by_fsync || d.clock == clock_mode::event) return {};
  adapters::ingest_log_options o;
  o.directory = ingest_directory(d.data);
  o.kept_bytes = d.ingest.log_bytes;
  auto opened = adapters::open_ingest_log(o);
  if (!opened) return opened.error();
  ingest_log = std::move(*opened);
  return {};
}

/// Recorded logs in their own time are complete history; a live node knows what it has seen.
result<void> node::parts::recall_past() {
  if (config.deployment.clock == clock_mode::event) return {};
  auto past = recall_look_backs(config.deployment.data, *config.plan->rules, clock.now());
  if (!past) return past.error();
  for (const cep::short_past& s : past->too_short) {
    log.write(port::log_level::warning, "rules",
              "a look-back asks for more past than is recorded: firings say history_short",
              {{"rule", s.rule}, {"asks_for", to_string(s.asked)}, {"since", to_rfc3339(s.since)}});
  }
  auto next = std::make_shared<plan>(*config.plan);
  next->rules = config.plan->rules->with_past(std::move(past->known));
  config.plan = next;
  plans.publish(std::move(next));
  return {};
}

/// What idle doors say of their clocks, to the partitions.
result<void> node::parts::start_listening() {
  const auto take = [this](std::string_view, std::string_view data) {
    const auto tick = codec::decode_tick(data);
    if (!tick) return;
    caf::anon_send(root, actors::door_tick{std::string(tick->source), std::string(tick->door),
                                           tick->content.clock, tick->content.acked});
  };
  auto listening = bus->subscribe(config.deployment.prefix + ".tick.*", take);
  if (!listening) return listening.error();
  ticks = std::move(*listening);
  return {};
}

void node::parts::start_ticking() {
  ticker = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      wall.note(clock.look());
      caf::anon_send(root, actors::node_tick{clock.now()});
      board.set("broker", bus->connected(), bus->connected() ? "" : "not connected");
      std::this_thread::sleep_for(tick_every);
    }
  });
}

/// Streams that the broker lost are made again; doors look what else it lost.
void node::parts::keep_streams() {
  streams = std::make_unique<stream_keeper>(
      *bus, config.deployment, log, [this] { return board.ready(); },
      [this] {
        for (const auto& source : config.deployment.sources) {
          if (const auto door = book->find(source.id))
            caf::anon_send(door, actors::broker_changed{});
        }
      });
}

result<void> node::parts::say_where() {
  const auto& d = config.deployment;
  const auto address = "http://" + http->address();
  return write_run_file(d.data, {static_cast<int>(::getpid()), address, address + "/metrics",
                                 broker ? broker->url() : std::get<external_broker>(d.bus).url,
                                 broker ? broker->token() : std::string(),
                                 d.clock == clock_mode::event ? "event" : "wall", admin_token});
}

void node::parts::cannot_go_on(const actors::give_up& g) {
  log.write(port::log_level::error, g.station, "cannot go on: the node stops",
            {{"reason", g.reason}});
  life.give_up(g);
  if (options.wake) options.wake();
}

void node::parts::stop() {
  if (ticker.joinable()) {
    ticker.request_stop();
    ticker.join();
  }
  streams.reset();
  if (http) http->stop(std::chrono::seconds(1));
  ticks.reset();
  if (root) caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
  root = actors::root_actor();
  if (redrives) redrives->close();
  if (system) system->await_all_actors_done();
  keeper.reset();
  http.reset();
  redrives.reset();
  gate.reset();
  book.reset();
  asked.clear();
  ways_out.clear();
  bus.reset();  // its unanswered callbacks hold actor handles: they end before the actor system …
  ingest_log.reset();  // … and so do this one's
  system.reset();
  copies.reset();
  starts.reset();
  store.reset();
  if (broker) broker->stop();
  remove_run_file(config.deployment.data);
}

node::node(std::unique_ptr<parts> inside) : inside_(std::move(inside)) {}

node::~node() {
  inside_->stop();
}

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
  const auto until = std::chrono::steady_clock::now() + p.config.deployment.limits.drain;
  p.board.set("started", false, "draining");
  p.http->stop_accepting();
  caf::anon_send(p.root, actors::drain{});
  return p.life.wait_for_rest(until);
}

}  // namespace beckon::topology

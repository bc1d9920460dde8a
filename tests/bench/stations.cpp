#include "tests/bench/stations.hpp"

#include <chrono>
#include <cstdio>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "actors/partition/probes.hpp"
#include "actors/root/root.hpp"
#include "adapters/prometheus/metrics.hpp"
#include "messages/actor/plan_board.hpp"
#include "messages/port/health.hpp"
#include "tests/bench/figure.hpp"
#include "topology/bus_names.hpp"
#include "topology/node/partition_settings.hpp"
#include "topology/node/streams.hpp"
#include "topology/node/system_clock.hpp"

namespace beckon::bench {
namespace {

constexpr auto tick_every = std::chrono::milliseconds(100);
constexpr auto look_every = std::chrono::milliseconds(10);
constexpr auto patience = std::chrono::minutes(10);

class delivering final : public port::sender {
 public:
  void send(port::delivery, receipt_handler done) override {
    done({port::delivery_outcome::delivered, {}, {}});
  }
};

class last_words final : public port::log {
 public:
  void write(port::log_level, std::string_view component, std::string_view message,
             const field_list& fields) noexcept override {
    std::string line = std::string(component) + ": " + std::string(message);
    for (const auto& [name, content] : fields) line += " " + name + "=" + to_display(content);
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  bool enabled(port::log_level level) const noexcept override {
    return level >= port::log_level::warning;
  }
};

}  // namespace

struct stations::parts {
  parts(const topology::configuration& c, port::bus& b, port::store& s)
      : config(c), bus(b), store(s), plans(c.plan) {}

  actors::root_parts root_parts();
  void start();

  const topology::configuration& config;
  port::bus& bus;
  port::store& store;
  topology::system_clock clock;
  last_words log;
  adapters::prometheus_metrics metrics{{"bench", ""}};
  port::health_board board;
  actors::plan_board plans;
  std::shared_ptr<actors::partition_probes> probes;
  std::promise<void> at_rest;
  caf::actor_system_config caf_config;
  std::unique_ptr<caf::actor_system> system;
  actors::root_actor root;
  std::jthread ticker;
};

actors::root_parts stations::parts::root_parts() {
  const auto& d = config.deployment;
  const auto queues = topology::ensure_queues(bus, d);
  if (!queues) die(queues.error().to_string());
  probes = actors::make_partition_probes(metrics, *queues);
  actors::root_parts p;
  p.around = {&clock, &log, &metrics, &board, nullptr};
  p.prefix = d.prefix;
  p.store = &store;
  p.bus = &bus;
  p.plans = &plans;
  for (const auto& c : config.plan->channels) p.out.emplace(c.id, std::make_shared<delivering>());
  p.settings =
      std::make_shared<const actors::partition_settings>(topology::partition_settings_of(d));
  p.probes = probes;
  for (std::uint32_t n = 0; n < d.partitions; ++n) {
    actors::partition_slice slice{n, {}};
    for (const auto& q : *queues) {
      const auto info = bus.info(topology::queue_stream(q.id, n));
      if (!info) die(info.error().to_string());
      slice.sources.push_back({q.id, q.live, info->name, info->created_ns});
    }
    p.slices.push_back(std::move(slice));
  }
  p.purge = [this](const std::string& stream, std::uint64_t below) {
    if (auto done = bus.purge_below(stream, below); !done) die(done.error().to_string());
  };
  p.book = std::make_shared<actors::door_book>();
  p.cannot_go_on = [](const actors::give_up& g) { die(g.station + ": " + g.reason); };
  p.at_rest = [this] { at_rest.set_value(); };
  return p;
}

void stations::parts::start() {
  caf_config.set("scheduler.policy", caf::atom("sharing"));
  caf_config.set("scheduler.max-threads", std::size_t{std::thread::hardware_concurrency()});
  caf_config.set("scheduler.max-throughput", std::size_t{50});
  system = std::make_unique<caf::actor_system>(caf_config);
  root = actors::spawn_root(*system, root_parts());
  ticker = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      caf::anon_send(root, actors::node_tick{clock.now()});
      std::this_thread::sleep_for(tick_every);
    }
  });
}

stations::stations(const topology::configuration& c, port::bus& bus, port::store& store)
    : inside_(std::make_unique<parts>(c, bus, store)) {
  inside_->start();
}

stations::~stations() {
  auto& p = *inside_;
  p.ticker.request_stop();
  p.ticker.join();
  caf::anon_send_exit(p.root, caf::exit_reason::user_shutdown);
  p.root = actors::root_actor();
  p.system->await_all_actors_done();
}

std::string stations::metrics() const {
  return inside_->metrics.exposition();
}

std::uint64_t stations::sessions() const {
  return static_cast<std::uint64_t>(inside_->probes->sessions.value());
}

void stations::wait_until_taken(std::uint64_t events) const {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (inside_->probes->events.value() < events) {
    if (std::chrono::steady_clock::now() > until) die("not drained in 10 min");
    std::this_thread::sleep_for(look_every);
  }
}

void stations::drain() {
  caf::anon_send(inside_->root, actors::drain{});
  if (inside_->at_rest.get_future().wait_for(patience) != std::future_status::ready)
    die("does not come to rest");
}

}  // namespace beckon::bench

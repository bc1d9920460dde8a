// From an event to its webhook, durable, at a steady rate: door → broker → partition → session →
// rule → fsynced commit → outbox → HTTP on loopback. Latency counts from when the event was due to
// be sent, so a queue in front of the program counts, too. With it goes what a sync took on the
// same disk just before (TMPDIR says which), and what others had of the processors meanwhile.
//
// usage: bench_latency [EVENTS_PER_SECOND=50000] [SECONDS=20] [MOMENTS_PER_SECOND=500] [RULES=100]
// [PARTITIONS=16]
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "adapters/http/listener/listener.hpp"
#include "adapters/log/logger.hpp"
#include "adapters/nats/nats_bus.hpp"
#include "adapters/prometheus/metrics.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/machine.hpp"
#include "tests/bench/rest.hpp"
#include "tests/bench/workload.hpp"
#include "tests/support/temporary_directory.hpp"
#include "topology/load.hpp"
#include "topology/node/node.hpp"
#include "topology/run_file.hpp"
#include "topology/shipped_kinds.hpp"

namespace {

using namespace beckon;
using instant = std::chrono::steady_clock::time_point;

constexpr std::chrono::seconds warming{3};
constexpr std::uint32_t users = 66'000;

/// Takes webhooks and notes how long each took.
class sink {
 public:
  explicit sink(instant zero) : zero_(zero) {
    adapters::http_routes routes;
    routes.add("POST", "/", "webhook",
               [this](const adapters::http_request& r, const adapters::http_answer& answer) {
                 take(r.body);
                 answer({200, "text/plain", "ok", {}});
               });
    adapters::http_options o;
    o.max_connections = 4096;
    listener_ = std::make_unique<adapters::http_listener>(o, std::move(routes), probes_, quiet_);
    if (auto started = listener_->start(); !started) bench::die(started.error().to_string());
  }

  std::string url() const { return "http://" + listener_->address() + "/"; }
  std::size_t taken() const {
    const std::lock_guard hold(guard_);
    return microseconds_.size();
  }
  /// In order.
  std::vector<std::int64_t> latencies() const {
    const std::lock_guard hold(guard_);
    auto sorted = microseconds_;
    std::sort(sorted.begin(), sorted.end());
    return sorted;
  }

 private:
  void take(std::string_view body) {
    constexpr std::string_view name = "\"due_us\":\"";
    const auto now = std::chrono::steady_clock::now();
    const auto at = body.find(name);
    std::int64_t due = 0;
    if (at == body.npos ||
        std::from_chars(body.data() + at + name.size(), body.data() + body.size(), due).ec !=
            std::errc{})
      bench::die("a webhook without its time: " + std::string(body));
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(now - zero_).count() - due;
    const std::lock_guard hold(guard_);
    if (due >= std::chrono::microseconds(warming).count()) microseconds_.push_back(took);
  }

  const instant zero_;
  adapters::prometheus_metrics probes_{{"bench", ""}};
  port::null_log quiet_;
  mutable std::mutex guard_;
  std::vector<std::int64_t> microseconds_;
  std::unique_ptr<adapters::http_listener> listener_;
};

void write(const std::filesystem::path& to, const std::string& text) {
  std::ofstream file(to);
  file << text;
  if (!file.flush()) bench::die("cannot write " + to.string());
}

/// One rule that fires at once, and others that nobody's events concern.
topology::configuration configure(const std::filesystem::path& dir, const std::string& url,
                                  std::uint64_t rules, std::uint64_t partitions) {
  std::filesystem::create_directories(dir / "rules");
  std::filesystem::create_directories(dir / "data");
  write(dir / "beckon.yaml", "name: bench\npartitions: " + std::to_string(partitions) +
                                 "\nsources:\n  - {id: web, kind: http}\n");
  write(dir / "catalogue.yaml",
        "events:\n  view:\n    fields: {item_id: string, category: string, price: double}\n"
        "  moment:\n    fields: {due_us: int64}\n");
  for (std::uint64_t i = 1; i < rules; ++i) {
    const auto n = std::to_string(i);
    write(dir / "rules" / ("rare_" + n + ".rule"),
          "RULE rare_" + n + "\nWHEN view WHERE category = 'rare" + n +
              "'\nTHEN moment WITHIN 1 min\nFIRE ONCE PER 1 day\n");
  }
  write(dir / "rules" / "now.rule",
        "RULE now\nWHEN moment AS m\nFIRE EVERY TIME\nRETURN m.due_us AS due_us\n");
  write(dir / "filters.yaml",
        "filters:\n  - {id: often, kind: fatigue, scope: user, most: 100000, within: 1 min}\n"
        "chains:\n  - {id: all, filters: [often]}\n");
  write(dir / "materials.yaml",
        "materials:\n  - {id: note, title: Now, body: Now, data: {due_us: '{{ due_us }}'}}\n");
  write(dir / "channels.yaml",
        "channels:\n  - {id: hook, kind: webhook, url: '" + url + "', allow_private: true}\n");
  write(dir / "actions.yaml",
        "actions:\n  - {id: note, rule: now, chain: all, material: note, channel: hook}\n");
  auto c = topology::load_configuration(dir.string(), topology::shipped_kinds());
  if (!c.plan) bench::die(c.found.front().to_string());
  return c;
}

class load {
 public:
  load(const catalogue& names, std::uint64_t moments_permyriad)
      : names_(names), moments_(moments_permyriad) {}

  event next(std::int64_t due_us) {
    event e;
    const bool moment = random_() % 10'000 < moments_;
    e.type = *names_.type(moment ? "moment" : "view");
    e.time = e.arrival = bench::wall_clock();
    e.id = "event-" + std::to_string(++n_);
    e.client_id = true;
    e.source = "web";
    const auto set = [&](const char* name, value v) {
      e.attributes.push_back({*names_.attribute(name), std::move(v)});
    };
    set("user_id", "user-" + std::to_string(random_() % users));
    if (moment) {
      set("due_us", due_us);
      ++sent_;
    } else {
      set("item_id", "item-" + std::to_string(random_() % 1000));
      set("category", "shoes");
      set("price", 59.9);
    }
    std::sort(e.attributes.begin(), e.attributes.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return e;
  }
  std::uint64_t moments() const noexcept { return sent_; }

 private:
  const catalogue& names_;
  const std::uint64_t moments_;
  std::mt19937_64 random_{1};
  std::uint64_t n_ = 0, sent_ = 0;
};

/// Sends what is due, millisecond by millisecond.
void send_steadily(bench::filler& to, load& of, instant zero, std::uint64_t per_second,
                   std::chrono::seconds length) {
  const auto all = per_second * static_cast<std::uint64_t>(length.count());
  for (std::uint64_t n = 0; n < all;) {
    const auto now = std::chrono::steady_clock::now() - zero;
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
    const auto due = std::min(all, static_cast<std::uint64_t>(us) * per_second / 1'000'000);
    for (; n < due; ++n) to.add(of.next(static_cast<std::int64_t>(n * 1'000'000 / per_second)));
    to.round();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::int64_t percentile(const std::vector<std::int64_t>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

/// By doubling bounds, for people.
void print_histogram(const std::vector<std::int64_t>& sorted) {
  std::int64_t lower = 0;
  for (std::int64_t upper = 500; lower <= sorted.back(); lower = upper, upper *= 2) {
    const auto count = std::lower_bound(sorted.begin(), sorted.end(), upper) -
                       std::lower_bound(sorted.begin(), sorted.end(), lower);
    const auto share = static_cast<double>(count) / static_cast<double>(sorted.size());
    std::fprintf(stderr, "%8.1f – %7.1f ms %6.2f %% %s\n", static_cast<double>(lower) / 1000,
                 static_cast<double>(upper) / 1000, 100 * share,
                 std::string(static_cast<std::size_t>(60 * share), '#').c_str());
  }
}

/// How often and how long, of a histogram of the node's.
void print_steps(const std::string& exposition) {
  const auto line = [&](const char* what, const std::string& name) {
    const double count = bench::sample(exposition, name + "_count");
    const double sum = bench::sample(exposition, name + "_sum");
    std::fprintf(stderr, "%-28s %9.0f, %7.2f ms each\n", what, count,
                 count == 0 ? 0 : 1000 * sum / count);
  };
  line("epochs", "beckon_epoch_seconds");
  line("synced batches", "beckon_commit_seconds");
  line("deliveries since arrival", "beckon_event_to_channel_seconds");
  std::fprintf(stderr, "%-28s %9.0f\n", "commit records",
               bench::sample(exposition, "beckon_commit_records_total"));
}

std::unique_ptr<adapters::nats_bus> connect(const topology::configuration& c) {
  const auto where = topology::read_run_file(c.deployment.data);
  if (!where) bench::die(where.error().to_string());
  adapters::nats_options o;
  o.url = where->broker;
  o.token = where->broker_token;
  auto bus = adapters::nats_bus::connect(o);
  if (!bus) bench::die(bus.error().to_string());
  return std::move(*bus);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::arguments given(argc, argv,
                               "[EVENTS_PER_SECOND] [SECONDS] [MOMENTS_PER_SECOND] [RULES] "
                               "[PARTITIONS]");
  const auto rate = given.number(0, 50'000);
  const std::chrono::seconds length(given.number(1, 20));
  const auto moments = given.number(2, 500);
  const auto rules = given.number(3, 100);
  const auto partitions = given.number(4, 16);
  const tests::temporary_directory directory;
  const auto disk = bench::measure_syncs(directory.path(), std::chrono::seconds(2));
  const auto prepared = std::chrono::steady_clock::now();
  auto zero = prepared + std::chrono::seconds(3);
  sink received(zero);
  const auto c = configure(directory.path(), received.url(), rules, partitions);
  adapters::logger log({.least = port::log_level::warning});
  auto node = topology::node::start(c, log, {.wake = [] { bench::die("the node cannot go on"); }});
  if (!node) bench::die(node.error().to_string());
  while (!(*node)->ready()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (std::chrono::steady_clock::now() > zero) bench::die("the node took too long to start");
  const auto bus = connect(c);
  bench::filler fill(*bus, c);
  load events(*c.plan->events, moments * 10'000 / rate);
  std::this_thread::sleep_until(zero);
  const auto stolen_before = bench::stolen();
  send_steadily(fill, events, zero, rate, warming + length);
  fill.flush();
  const auto stolen = bench::stolen() - stolen_before;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  const auto delivered = [&] {
    return bench::sample((*node)->metrics(), "beckon_delivered_total");
  };
  while (delivered() < static_cast<double>(events.moments())) {
    if (std::chrono::steady_clock::now() > deadline) bench::die("not everything was delivered");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const auto sorted = received.latencies();
  if (sorted.empty()) bench::die("nothing was measured");
  if (!given.tsv()) {
    print_histogram(sorted);
    print_steps((*node)->metrics());
  }
  const auto total = static_cast<double>(rate) * static_cast<double>((warming + length).count());
  const auto ms = [](auto us) { return static_cast<double>(us) / 1000; };
  char notes[240];
  std::snprintf(
      notes, sizeof notes,
      "p50 %.1f ms, p90 %.1f, p99.9 %.1f, max %.1f; %zu webhooks; the disk alone: p50 %.1f "
      "ms, p99 %.1f, max %.1f; stolen: %.1f s of a processor",
      ms(percentile(sorted, 0.5)), ms(percentile(sorted, 0.9)), ms(percentile(sorted, 0.999)),
      ms(sorted.back()), sorted.size(), ms(disk.p50.count()), ms(disk.p99.count()),
      ms(disk.longest.count()), static_cast<double>(stolen) / 100);
  given.print({.what = "event to webhook, durable, at " + std::to_string(rate) + " events/s, " +
                       std::to_string(rules) + " rules, " + std::to_string(partitions) +
                       " partitions: p99",
               .events = static_cast<std::uint64_t>(total),
               .users = users,
               .to_session = static_cast<double>(events.moments()) / total,
               .fired = static_cast<double>(events.moments()) / total,
               .event_bytes = static_cast<double>(fill.bytes()) / total,
               .value = static_cast<double>(percentile(sorted, 0.99)),
               .unit = "us",
               .notes = notes});
  return 0;
}

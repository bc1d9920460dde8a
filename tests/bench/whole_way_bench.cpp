// The whole way, drained from filled queues: broker → partitions → sessions → rules → filters → fsynced commit → file
// channel. Fills the queues as an HTTP source would (envelopes of one door), then starts a node on them and measures until
// they are empty. Prints one line of figures.
// usage: bench_whole_way [EVENTS=2000000] [USERS=66000] [INTERESTING_PERMILLE=100]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <thread>

#include "adapters/log/logger.hpp"
#include "adapters/nats/embedded_broker.hpp"
#include "adapters/nats/nats_bus.hpp"
#include "engine/access/door.hpp"
#include "engine/access/subjects.hpp"
#include "messages/codec/envelope.hpp"
#include "topology/bus_names.hpp"
#include "topology/channel_kinds.hpp"
#include "topology/dev/funnel.hpp"
#include "topology/load.hpp"
#include "topology/node/node.hpp"
#include "topology/node/streams.hpp"

namespace beckon {
namespace {

namespace fs = std::filesystem;
using steady = std::chrono::steady_clock;

double seconds_since(steady::time_point t) { return std::chrono::duration<double>(steady::now() - t).count(); }

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "bench_whole_way: %s\n", why.c_str());
  std::exit(1);
}

void write(const fs::path& to, const char* text) { std::ofstream(to) << text; }

/// 10 rules; what matters is `checkout`: 10 % of the events concern it, about 1 % of those complete a pair.
void write_configuration(const fs::path& dir) {
  fs::create_directories(dir / "rules");
  fs::create_directories(dir / "data");
  write(dir / "beckon.yaml", "name: bench\npartitions: 16\nsources:\n  - {id: web, kind: http}\n");
  write(dir / "catalogue.yaml",
        "events:\n  view:\n    fields: {page: string, item_id: string, category: string, price: double, session: string, position: int64}\n"
        "  checkout:\n    fields: {page: string, item_id: string, category: string, price: double, session: string, position: int64}\n");
  for (int i = 0; i < 9; ++i) {
    std::ofstream(dir / "rules" / ("rare_" + std::to_string(i) + ".rule"))
        << "RULE rare_" << i << "\nWHEN view WHERE category = 'rare" << i
        << "'\nTHEN checkout WITHIN 1 min\nFIRE ONCE PER 1 day\n";
  }
  write(dir / "rules" / "twice.rule",
        "RULE twice\nSAME item_id\nWHEN checkout AS c AT LEAST 2 TIMES WITHIN 10 min\nFIRE EVERY TIME\nRETURN c.item_id AS item_id\n");
  write(dir / "filters.yaml",
        "filters:\n  - {id: often, kind: fatigue, scope: user, most: 100000, within: 1 h}\nchains:\n  - {id: all, filters: [often]}\n");
  write(dir / "materials.yaml", "materials:\n  - {id: note, title: \"Again {{ item_id }}\", body: \"You came back\"}\n");
  write(dir / "channels.yaml", "channels:\n  - {id: file, kind: file, path: data/sent.ndjson}\n");
  write(dir / "actions.yaml", "actions:\n  - {id: note, rule: twice, chain: all, material: note, channel: file}\n");
}

struct filled {
  std::uint64_t events = 0, envelopes = 0, bytes = 0;
  double seconds = 0;
};

event make_event(const catalogue& names, std::mt19937_64& random, std::uint64_t n, std::uint32_t users,
                 std::uint32_t permille, timestamp now) {
  event e;
  const bool interesting = random() % 1000 < permille;
  e.type = *names.type(interesting ? "checkout" : "view");
  e.time = e.arrival = now;
  e.id = "event-" + std::to_string(n);
  e.client_id = true;
  e.source = "web";
  const auto set = [&](const char* name, value v) { e.attributes.push_back({*names.attribute(name), std::move(v)}); };
  set("user_id", "user-" + std::to_string(random() % users));
  set("page", "/category/shoes/running/item.html");
  set("item_id", "item-" + std::to_string(random() % 25));
  set("category", "shoes");
  set("price", 59.9);
  set("session", "3f2a9c1e7b");
  set("position", static_cast<std::int64_t>(n % 50));
  std::sort(e.attributes.begin(), e.attributes.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return e;
}

/// Publishes through a door, keeping what is on its way bounded.
class filler {
 public:
  filler(port::bus& bus, const topology::deployment& d)
      : bus_(bus), deployment_(d), door_({.name = "http/filler@1", .source = "web", .partitions = d.partitions}) {}

  void begin() {
    door_.begin({});
    pump(true);
    while (!door_.accepting()) settle();
  }
  void accept(std::uint64_t position, timestamp now, std::span<door_share> shares) {
    while (!door_.accept(position, now, shares).ok()) settle();
    pump(false);
  }
  void finish() {
    door_.end();
    while (!door_.ended()) {
      pump(true);
      settle();
    }
  }
  filled counts;

 private:
  struct answer {
    std::uint32_t queue;
    std::uint64_t id, sequence;
  };
  void pump(bool flush) {
    while (auto envelope = door_.next(flush)) {
      auto bytes = codec::encode_envelope(door_.settings(), *envelope);
      ++counts.envelopes;
      counts.bytes += bytes.size();
      bus_.publish(topology::queue_subject(deployment_.prefix, "web", envelope->queue), std::move(bytes), {},
                   [this, queue = envelope->queue, id = envelope->id](result<port::publish_ack> ack) {
                     const std::lock_guard hold(guard_);
                     answers_.push_back({queue, id, ack.ok() ? ack->sequence : 0});
                   });
    }
    take();
  }
  void take() {
    std::vector<answer> now;
    {
      const std::lock_guard hold(guard_);
      now.swap(answers_);
    }
    for (const auto& a : now) a.sequence > 0 ? door_.ack(a.queue, a.id, a.sequence) : die("a publish failed while filling");
  }
  void settle() {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    take();
    pump(false);
  }

  port::bus& bus_;
  const topology::deployment& deployment_;
  door door_;
  std::mutex guard_;
  std::vector<answer> answers_;
};

filled fill(const topology::configuration& c, std::uint64_t events, std::uint32_t users, std::uint32_t permille) {
  auto broker = adapters::embedded_broker::start({.data_dir = c.deployment.data});
  if (!broker) die(broker.error().to_string());
  adapters::nats_options o;
  o.url = (*broker)->url();
  o.token = (*broker)->token();
  auto bus = adapters::nats_bus::connect(o);
  if (!bus) die(bus.error().to_string());
  if (auto made = topology::ensure_queues(**bus, c.deployment); !made) die(made.error().to_string());
  filler f(**bus, c.deployment);
  f.begin();
  std::mt19937_64 random(1);
  const auto begun = steady::now();
  const auto& names = *c.plan->events;
  for (std::uint64_t n = 1; n <= events; ++n) {
    const auto now = std::chrono::floor<duration>(std::chrono::system_clock::now());
    const auto e = make_event(names, random, n, users, permille, now);
    std::vector<door_share> shares;
    for (const auto& s : split_by_partition(subjects_of(e, names), c.deployment.partitions)) {
      shares.push_back({s.partition, codec::encode_entry_body(s.subjects, e, names)});
    }
    f.accept(n, now, shares);
  }
  f.finish();
  f.counts.events = events;
  f.counts.seconds = seconds_since(begun);
  return f.counts;
}

double number_of(const std::string& text, const std::string& name) {
  double sum = 0;
  for (std::size_t at = 0; (at = text.find("\n" + name, at)) != std::string::npos; ++at) {
    const auto end = text.find('\n', at + 1);
    const auto space = text.rfind(' ', end);
    const char after = text[at + 1 + name.size()];
    if (after == ' ' || after == '{') sum += std::strtod(text.c_str() + space, nullptr);
  }
  return sum;
}

int run(std::uint64_t events, std::uint32_t users, std::uint32_t permille) {
  std::string name = (fs::temp_directory_path() / "beckon-bench-XXXXXX").string();
  if (!mkdtemp(name.data())) die("no temporary directory");
  write_configuration(name);
  const auto c = topology::load_configuration(name, topology::shipped_channels());
  if (!c.plan) die(c.found.front().to_string());
  const auto in = fill(c, events, users, permille);
  adapters::logger log({.least = port::log_level::warning});
  const auto begun = steady::now();
  auto node = topology::node::start(c, log, {});
  if (!node) die(node.error().to_string());
  topology::funnel f;
  std::string text;
  while (f.taken < events) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    text = (*node)->metrics();
    f = topology::read_funnel(text);
    if (seconds_since(begun) > 600) die("not drained in 600 s");
  }
  const double drained = seconds_since(begun);
  while (f.outbox > 0 || f.pending > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    text = (*node)->metrics();
    f = topology::read_funnel(text);
  }
  const auto commits = number_of(text, "beckon_commits_total");
  std::printf("%llu events of %llu B, %u users, %.1f events/envelope; filled at %.0f ev/s\n",
              static_cast<unsigned long long>(events), static_cast<unsigned long long>(in.bytes / events), users,
              static_cast<double>(events) / static_cast<double>(in.envelopes), static_cast<double>(events) / in.seconds);
  std::printf("drained at %.0f ev/s in %.1f s; %.1f %% reached a session, %.2f %% fired, %llu delivered; %.0f fsyncs/s, RSS %.0f MiB\n",
              static_cast<double>(events) / drained, drained, 100.0 * static_cast<double>(f.judged) / static_cast<double>(events),
              100.0 * static_cast<double>(f.matches) / static_cast<double>(events),
              static_cast<unsigned long long>(f.delivered), commits / drained,
              number_of(text, "process_resident_memory_bytes") / 1048576);
  (*node)->drain();
  node->reset();
  fs::remove_all(name);
  return 0;
}

}  // namespace
}  // namespace beckon

int main(int argc, char** argv) {
  const auto argument = [&](int i, std::uint64_t fallback) {
    return argc > i ? std::strtoull(argv[i], nullptr, 10) : fallback;
  };
  return beckon::run(argument(1, 2'000'000), static_cast<std::uint32_t>(argument(2, 66'000)),
                     static_cast<std::uint32_t>(argument(3, 100)));
}

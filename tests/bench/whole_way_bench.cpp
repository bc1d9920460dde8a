// The whole way: broker → partitions → sessions → rules → filters → fsynced commit → file channel.
// A process of its own publishes as a door of an HTTP source would; a node takes it all, and it is
// measured until everything is taken, committed and delivered: from filled queues, or, AT_ONCE,
// while they are being filled as fast as that goes.
// usage: bench_whole_way [EVENTS=11000000] [EVENTS_PER_MESSAGE=512] [AT_ONCE=0] [RULES=100]
// [INTERESTING_PERMILLE=20] [USERS=66000] [QUEUE_CREDIT=1024]
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "adapters/log/logger.hpp"
#include "adapters/nats/embedded_broker.hpp"
#include "adapters/nats/nats_bus.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/processor_time.hpp"
#include "tests/bench/publisher.hpp"
#include "tests/bench/rest.hpp"
#include "tests/bench/workload.hpp"
#include "topology/node/node.hpp"
#include "topology/node/streams.hpp"
#include "topology/run_file.hpp"

namespace {

using namespace beckon;

bench::published fill_queues(const topology::configuration& c, bench::publisher& from) {
  auto broker = adapters::embedded_broker::start({.data_dir = c.deployment.data});
  if (!broker) bench::die(broker.error().to_string());
  adapters::nats_options o;
  o.url = (*broker)->url();
  o.token = (*broker)->token();
  auto bus = adapters::nats_bus::connect(o);
  if (!bus) bench::die(bus.error().to_string());
  if (auto made = topology::ensure_queues(**bus, c.deployment); !made)
    bench::die(made.error().to_string());
  from.begin(o.url, o.token);
  return from.wait();
}

/// Seconds of processor until now.
struct spent {
  double node = 0;
  double broker = 0;
};
spent spent_now(pid_t publisher) {
  return {bench::own_processor_time(), bench::processor_time_of_children(publisher)};
}

std::string notes_of(const bench::published& in, const bench::rest& r, double events,
                     const spent& used, bool at_once) {
  char publishing[48] = "";
  if (at_once) std::snprintf(publishing, sizeof publishing, " + %.2f", in.processor / r.seconds);
  char text[256];
  std::snprintf(text, sizeof text,
                "%.0f events/message, cores: node %.2f + broker %.2f%s, %.0f fsyncs/s, %llu "
                "delivered, %.0f s, %s",
                events / in.envelopes, used.node / r.seconds, used.broker / r.seconds, publishing,
                bench::sample(r.exposition, "beckon_commits_total") / r.seconds,
                static_cast<unsigned long long>(r.figures.delivered), r.seconds,
                bench::to_string(bench::memory_now()).c_str());
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::arguments given(
      argc, argv,
      "[EVENTS] [EVENTS_PER_MESSAGE] [AT_ONCE] [RULES] [INTERESTING_PERMILLE] [USERS] "
      "[QUEUE_CREDIT]");
  const auto events = given.number(0, 11'000'000);
  const auto per_message = given.number(1, 512);
  const bool at_once = given.number(2, 0) != 0;
  const bench::shop_size size{
      .users = static_cast<std::uint32_t>(given.number(5, 66'000)),
      .interesting_permille = static_cast<std::uint32_t>(given.number(4, 20)),
      .rules = static_cast<std::uint32_t>(given.number(3, 100)),
      .queue_credit = given.number(6, 1024)};
  const bench::shop shop(size);
  const auto& c = shop.configured();
  const bench::envelope_size envelopes{per_message, per_message == 1 ? 512U : 8U};
  bench::publisher publisher(shop, size, events, envelopes, at_once);
  bench::published in;
  if (!at_once) in = fill_queues(c, publisher);

  adapters::logger log({.least = port::log_level::warning});
  auto begun = std::chrono::steady_clock::now();
  auto before = spent{bench::own_processor_time(), 0};
  auto node = topology::node::start(c, log, {.wake = [] { bench::die("the node cannot go on"); }});
  if (!node) bench::die(node.error().to_string());
  if (at_once) {
    while (!(*node)->ready()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const auto where = topology::read_run_file(c.deployment.data);
    if (!where) bench::die(where.error().to_string());
    before = spent_now(publisher.pid());
    begun = std::chrono::steady_clock::now();
    publisher.begin(where->broker, where->broker_token);
  }
  const auto rest = bench::wait_for_rest([&] { return (*node)->metrics(); }, events, begun);
  auto used = spent_now(publisher.pid());
  used = {used.node - before.node, used.broker - before.broker};
  if (at_once) in = publisher.wait();
  const auto n = static_cast<double>(events);
  given.print(
      {.what = std::string("the whole way, ") + (at_once ? "published meanwhile" : "drained") +
               ": broker, fsynced commits, file channel, " + std::to_string(size.rules) + " rules",
       .events = events,
       .users = size.users,
       .to_session = static_cast<double>(rest.figures.judged) / n,
       .fired = static_cast<double>(rest.figures.matches) / n,
       .event_bytes = in.bytes / n,
       .value = n / rest.seconds,
       .unit = "events/s",
       .notes = notes_of(in, rest, n, used, at_once)});
  if (!(*node)->drain()) bench::die("the node does not drain");
  const auto at_end = topology::read_funnel((*node)->metrics());
  node->reset();
  return bench::same_work(rest.figures, at_end) ? 0 : 1;
}

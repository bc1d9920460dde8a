// The whole way, drained from filled queues: broker → partitions → sessions → rules → filters →
// fsynced commit → file channel. Fills the queues as an HTTP source would (envelopes of one door),
// then starts a node on them and measures until everything is taken, committed and delivered.
// usage: bench_whole_way [EVENTS=11000000] [USERS=66000] [INTERESTING_PERMILLE=100]
// [QUEUE_CREDIT=1024]
#include <chrono>
#include <cstdio>
#include <string>

#include "adapters/log/logger.hpp"
#include "adapters/nats/embedded_broker.hpp"
#include "adapters/nats/nats_bus.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/rest.hpp"
#include "tests/bench/workload.hpp"
#include "topology/node/node.hpp"
#include "topology/node/streams.hpp"

namespace {

using namespace beckon;

struct filled {
  double envelopes = 0;
  double bytes = 0;
};

filled fill_queues(const topology::configuration& c, const bench::shop_size& size,
                   std::uint64_t events) {
  auto broker = adapters::embedded_broker::start({.data_dir = c.deployment.data});
  if (!broker) bench::die(broker.error().to_string());
  adapters::nats_options o;
  o.url = (*broker)->url();
  o.token = (*broker)->token();
  auto bus = adapters::nats_bus::connect(o);
  if (!bus) bench::die(bus.error().to_string());
  if (auto made = topology::ensure_queues(**bus, c.deployment); !made)
    bench::die(made.error().to_string());
  bench::filler fill(**bus, c);
  bench::event_stream stream(*c.plan->events, size, events);
  for (std::uint64_t n = 0; n < events; ++n) fill.add(stream.next());
  fill.finish();
  return {static_cast<double>(fill.envelopes()), static_cast<double>(fill.bytes())};
}

std::string notes_of(const filled& in, const bench::rest& r, double events) {
  char text[256];
  std::snprintf(
      text, sizeof text, "%.0f events/envelope, %.0f fsyncs/s, %llu delivered, %.0f s, %s",
      events / in.envelopes, bench::sample(r.exposition, "beckon_commits_total") / r.seconds,
      static_cast<unsigned long long>(r.figures.delivered), r.seconds,
      bench::to_string(bench::memory_now()).c_str());
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::arguments given(argc, argv,
                               "[EVENTS] [USERS] [INTERESTING_PERMILLE] [QUEUE_CREDIT]");
  const auto events = given.number(0, 11'000'000);
  const bench::shop_size size{
      .users = static_cast<std::uint32_t>(given.number(1, 66'000)),
      .interesting_permille = static_cast<std::uint32_t>(given.number(2, 100)),
      .queue_credit = given.number(3, 1024)};
  const bench::shop shop(size);
  const auto& c = shop.configured();
  const auto in = fill_queues(c, size, events);

  adapters::logger log({.least = port::log_level::warning});
  const auto begun = std::chrono::steady_clock::now();
  auto node = topology::node::start(c, log, {.wake = [] { bench::die("the node cannot go on"); }});
  if (!node) bench::die(node.error().to_string());
  const auto rest = bench::wait_for_rest([&] { return (*node)->metrics(); }, events, begun);
  const auto n = static_cast<double>(events);
  given.print({.what = "the whole way: broker, fsynced commits, file channel, 10 rules",
               .events = events,
               .users = size.users,
               .to_session = static_cast<double>(rest.figures.judged) / n,
               .fired = static_cast<double>(rest.figures.matches) / n,
               .event_bytes = in.bytes / n,
               .value = n / rest.seconds,
               .unit = "events/s",
               .notes = notes_of(in, rest, n)});
  if (!(*node)->drain()) bench::die("the node does not drain");
  const auto at_end = topology::read_funnel((*node)->metrics());
  node->reset();
  return bench::same_work(rest.figures, at_end) ? 0 : 1;
}

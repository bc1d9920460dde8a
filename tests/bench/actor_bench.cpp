// The actors in process: queues, store and channel in memory, so neither broker nor disk; from the
// first envelope taken until everything is committed and delivered.
// usage: bench_actors [EVENTS=3000000] [USERS=66000] [INTERESTING_PERMILLE=100] [QUEUE_CREDIT=1024]
#include <chrono>
#include <string>

#include "tests/bench/figure.hpp"
#include "tests/bench/memory_bus.hpp"
#include "tests/bench/rest.hpp"
#include "tests/bench/stations.hpp"
#include "tests/bench/workload.hpp"
#include "tests/support/memory_store.hpp"
#include "topology/node/streams.hpp"

int main(int argc, char** argv) {
  using namespace beckon;
  const bench::arguments given(argc, argv,
                               "[EVENTS] [USERS] [INTERESTING_PERMILLE] [QUEUE_CREDIT]");
  const auto events = given.number(0, 3'000'000);
  const bench::shop_size size{
      .users = static_cast<std::uint32_t>(given.number(1, 66'000)),
      .interesting_permille = static_cast<std::uint32_t>(given.number(2, 100)),
      .rules = 10,
      .queue_credit = given.number(3, 1024)};
  const bench::shop shop(size);
  const auto& c = shop.configured();
  bench::memory_bus bus;
  if (auto made = topology::ensure_queues(bus, c.deployment); !made)
    bench::die(made.error().to_string());
  bench::filler fill(bus, c);
  auto stream = bench::event_stream::recorded(*c.plan->events, size, events);
  for (std::uint64_t n = 0; n < events; ++n) fill.add(stream.next());
  fill.finish();

  tests::memory_store store;
  const auto begun = std::chrono::steady_clock::now();
  bench::stations stations(c, bus, store);
  const auto rest = bench::wait_for_rest([&] { return stations.metrics(); }, events, begun);
  const auto& f = rest.figures;
  const auto n = static_cast<double>(events);
  given.print({.what = "actors in process, no broker, no disk, 10 rules",
               .events = events,
               .users = size.users,
               .to_session = static_cast<double>(f.judged) / n,
               .fired = static_cast<double>(f.matches) / n,
               .event_bytes = static_cast<double>(fill.bytes()) / n,
               .value = n / rest.seconds,
               .unit = "events/s",
               .notes = std::to_string(f.delivered) + " delivered, " +
                        std::to_string(store.commits()) + " commits, " +
                        bench::to_string(bench::memory_now())});
  stations.drain();
  return bench::same_work(f, topology::read_funnel(stations.metrics())) ? 0 : 1;
}

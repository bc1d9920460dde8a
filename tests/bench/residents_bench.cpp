// Many users through few resident sessions: every user checks an item out, then all of them again,
// which fires; between the two nearly all sessions have ended, and their state comes back from the
// store. A firing that is missing or one too many, or sessions beyond the bounds, end the program.
// usage: bench_residents [USERS=1000000] [RESIDENT_SESSIONS=50000]
#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "tests/bench/figure.hpp"
#include "tests/bench/memory_bus.hpp"
#include "tests/bench/rest.hpp"
#include "tests/bench/stations.hpp"
#include "tests/bench/workload.hpp"
#include "tests/support/memory_store.hpp"
#include "topology/bus_names.hpp"
#include "topology/dev/funnel.hpp"
#include "topology/node/streams.hpp"

namespace {

using namespace beckon;

constexpr std::uint32_t piece = 50'000;  ///< users filled in before the queues are emptied

void purge_queues(const topology::configuration& c, bench::memory_bus& bus) {
  for (std::uint32_t p = 0; p < c.deployment.partitions; ++p) {
    const auto queue = topology::queue_stream("web", p);
    const auto at = bus.info(queue);
    if (!at || !bus.purge_below(queue, at->last + 1)) bench::die("no queue " + queue);
  }
}

/// A checkout of every user, in turn. The most sessions that there were at once.
std::uint64_t everyone(const topology::configuration& c, bench::filler& fill,
                       bench::memory_bus& bus, const bench::stations& stations, std::uint32_t users,
                       timestamp now, std::uint64_t before) {
  std::uint64_t most = 0;
  for (std::uint32_t first = 0; first < users; first += piece) {
    const auto end = std::min(users, first + piece);
    for (std::uint32_t u = first; u < end; ++u)
      fill.add(bench::checkout(*c.plan->events, u, u, now));
    fill.flush();
    stations.wait_until_taken(before + end);
    most = std::max(most, stations.sessions());
    purge_queues(c, bus);
  }
  return most;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::arguments given(argc, argv, "[USERS] [RESIDENT_SESSIONS]");
  const auto users = static_cast<std::uint32_t>(given.number(0, 1'000'000));
  const auto resident = given.number(1, 50'000);
  const bench::shop shop({.users = users, .resident_sessions = resident});
  const auto& c = shop.configured();
  bench::memory_bus bus;
  if (auto made = topology::ensure_queues(bus, c.deployment); !made)
    bench::die(made.error().to_string());
  tests::memory_store store;
  bench::stations stations(c, bus, store);
  bench::filler fill(bus, c);
  const auto now = bench::wall_clock();
  const auto begun = std::chrono::steady_clock::now();
  auto most = everyone(c, fill, bus, stations, users, now, 0);
  most = std::max(most, everyone(c, fill, bus, stations, users, now, users));
  const auto end =
      bench::wait_for_rest([&] { return stations.metrics(); }, std::uint64_t{2} * users, begun);
  fill.finish();
  stations.drain();
  const auto f = topology::read_funnel(stations.metrics());
  if (f.matches != users || f.delivered != users)
    bench::die(std::to_string(f.matches) + " firings of " + std::to_string(users) + ", " +
               std::to_string(f.delivered) + " delivered");
  const auto epochs = std::uint64_t{c.deployment.partitions} * c.deployment.limits.epoch_events;
  if (most > resident + 2 * epochs || stations.sessions() > resident)
    bench::die(std::to_string(most) + " sessions at once");
  const auto ended = bench::sample(stations.metrics(), "beckon_sessions_passivated_total");
  given.print({.what = std::to_string(users) + " users through " + std::to_string(resident) +
                       " resident sessions, twice",
               .events = f.taken,
               .users = users,
               .to_session = static_cast<double>(f.judged) / static_cast<double>(f.taken),
               .fired = static_cast<double>(f.matches) / static_cast<double>(f.taken),
               .event_bytes = static_cast<double>(fill.bytes()) / static_cast<double>(f.taken),
               .value = static_cast<double>(f.taken) / end.seconds,
               .unit = "events/s",
               .notes = std::to_string(static_cast<std::uint64_t>(ended)) + " sessions ended, " +
                        std::to_string(most) + " at once; " +
                        bench::to_string(bench::memory_now())});
  return 0;
}

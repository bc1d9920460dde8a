// What a resident session costs: the growth of this process' memory from sessions that each hold
// one open run, by the sessions. All of a subject's residence is counted: actor, state, directory
// entry, timer. A store that keeps nothing and a bus that forgets what was taken stay out of the
// figure. usage: bench_sessions [SESSIONS=100000]
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <thread>

#include "tests/bench/figure.hpp"
#include "tests/bench/memory_bus.hpp"
#include "tests/bench/stations.hpp"
#include "tests/bench/workload.hpp"
#include "topology/bus_names.hpp"
#include "topology/dev/funnel.hpp"
#include "topology/node/streams.hpp"

namespace {

using namespace beckon;

constexpr std::uint32_t warming_sessions = 10'000;
constexpr auto look_every = std::chrono::milliseconds(20);
constexpr auto rest = std::chrono::milliseconds(500);

/// Accepts every commit and holds nothing of it.
class forgetful_store final : public port::store {
 public:
  result<std::vector<std::optional<std::string>>> load(
      std::span<const port::row_key> keys) override {
    return std::vector<std::optional<std::string>>(keys.size());
  }
  result<void> commit(std::span<const std::string>) override { return {}; }
  result<void> scan(std::uint32_t, port::row_kind, std::string_view,
                    const port::row_visitor&) override {
    return {};
  }
  result<port::recovered_partition> recover(std::uint32_t) override {
    return port::recovered_partition{};
  }
  result<void> decisions(std::uint32_t, std::uint64_t,
                         const std::function<bool(std::string_view)>&) override {
    return {};
  }
  result<void> reopen() override { return {}; }
};

/// Makes sessions of the users from `first` on; returns when they are there and their epochs over.
void make_sessions(const topology::configuration& c, bench::filler& fill, bench::memory_bus& bus,
                   const bench::stations& stations, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t u = first; u < first + count; ++u)
    fill.add(bench::checkout(*c.plan->events, u, u, bench::wall_clock()));
  fill.flush();
  stations.wait_until_taken(first + count);
  while (stations.sessions() < first + count) std::this_thread::sleep_for(look_every);
  std::this_thread::sleep_for(rest);
  for (std::uint32_t p = 0; p < c.deployment.partitions; ++p) {
    const auto queue = topology::queue_stream("web", p);
    const auto at = bus.info(queue);
    if (!at || !bus.purge_below(queue, at->last + 1)) bench::die("no queue " + queue);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bench::arguments given(argc, argv, "[SESSIONS]");
  const auto sessions = static_cast<std::uint32_t>(given.number(0, 100'000));
  const auto all = warming_sessions + sessions;
  const bench::shop shop({.users = all, .resident_sessions = std::uint64_t{2} * all});
  const auto& c = shop.configured();
  bench::memory_bus bus;
  if (auto made = topology::ensure_queues(bus, c.deployment); !made)
    bench::die(made.error().to_string());
  forgetful_store store;
  bench::stations stations(c, bus, store);
  bench::filler fill(bus, c);
  make_sessions(c, fill, bus, stations, 0, warming_sessions);
  const auto before = bench::memory_now();
  make_sessions(c, fill, bus, stations, warming_sessions, sessions);
  const auto after = bench::memory_now();
  fill.finish();
  stations.drain();
  const auto f = topology::read_funnel(stations.metrics());
  given.print({.what = "memory of a resident session with an open run",
               .events = f.taken,
               .users = all,
               .to_session = static_cast<double>(f.judged) / static_cast<double>(f.taken),
               .fired = 0,
               .event_bytes = static_cast<double>(fill.bytes()) / static_cast<double>(f.taken),
               .value = (after.resident - before.resident) / sessions,
               .unit = "B/session",
               .notes = std::to_string(std::lround((after.in_use - before.in_use) / sessions)) +
                        " B/session allocated"});
  return 0;
}

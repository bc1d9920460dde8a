#include "topology/node/stream_keeper.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "topology/node/streams.hpp"

namespace beckon::topology {
namespace {

constexpr auto look_every = std::chrono::milliseconds(100);
/// Between two looks, and before the first: nats-server 2.9 still removes the files of a deleted
/// stream when it answers that it is gone, and takes those of one made at once with them.
constexpr auto mend_every = std::chrono::milliseconds(1'500);

}  // namespace

stream_keeper::stream_keeper(port::bus& bus, deployment d, port::log& log,
                             std::function<bool()> well, std::function<void()> changed)
    : bus_(bus),
      deployment_(std::move(d)),
      log_(log),
      well_(std::move(well)),
      changed_(std::move(changed)),
      reconnects_(bus.reconnects()),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

void stream_keeper::work(const std::stop_token& stop) {
  std::mutex sleeping;
  std::condition_variable_any sleep;
  bool known = mend();
  auto looked = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    std::unique_lock hold(sleeping);
    sleep.wait_for(hold, stop, look_every, [] { return false; });
    const auto now = std::chrono::steady_clock::now();
    const bool anew = bus_.reconnects() != reconnects_;
    if (known && !anew && well_()) looked = now;
    if (!bus_.connected() || (known && !anew && now - looked < mend_every)) continue;
    const auto reconnects = bus_.reconnects();
    known = mend();
    looked = std::chrono::steady_clock::now();
    if (known) reconnects_ = reconnects;
  }
}

/// True: all streams are there.
bool stream_keeper::mend() {
  const auto streams = ensure_all(bus_, deployment_);
  if (!streams) {
    log_.write(port::log_level::warning, "broker", "cannot make sure of the streams, trying again",
               {{"error", streams.error().to_string()}});
    return false;
  }
  bool another = false;
  for (const auto& s : *streams) {
    const auto [at, first] = created_.try_emplace(s.name, s.created_ns);
    if (first || at->second == s.created_ns) continue;
    at->second = s.created_ns;
    another = true;
    log_.write(port::log_level::error, "broker", "a stream was lost and is made anew",
               {{"stream", s.name}});
  }
  if (another) changed_();
  return true;
}

}  // namespace beckon::topology

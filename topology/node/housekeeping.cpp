#include "topology/node/housekeeping.hpp"

namespace beckon::topology {

housekeeper::housekeeper(port::bus& bus, port::log& log)
    : bus_(bus), log_(log), thread_([this](const std::stop_token& stop) { work(stop); }) {}

void housekeeper::purge(const std::string& stream, std::uint64_t below) {
  const std::lock_guard hold(guard_);
  purges_[stream] = below;
  wanted_.notify_one();
}

void housekeeper::work(const std::stop_token& stop) {
  while (true) {
    std::unique_lock hold(guard_);
    if (!wanted_.wait(hold, stop, [this] { return !purges_.empty(); })) return;
    const auto next = purges_.extract(purges_.begin());
    hold.unlock();
    if (const auto done = bus_.purge_below(next.key(), next.mapped()); !done) {
      log_.write(port::log_level::warning, "housekeeping", "cannot purge a queue",
                 {{"stream", next.key()}, {"error", done.error().to_string()}});
    }
  }
}

}  // namespace beckon::topology

#include "topology/node/housekeeping.hpp"

#include <algorithm>
#include <utility>

#include "adapters/allocator/allocator.hpp"

namespace beckon::topology {

std::uint64_t kept_queue::committed(std::uint64_t below, timestamp now, duration keep) {
  commits_.emplace_back(now, below);
  while (!commits_.empty() && commits_.front().first <= now - keep) {
    may_go_ = std::max(may_go_, commits_.front().second);
    commits_.pop_front();
  }
  return may_go_;
}

housekeeper::housekeeper(port::bus& bus, port::log& log, const port::clock& clock,
                         queue_retention keeps)
    : bus_(bus),
      log_(log),
      clock_(clock),
      keeps_(std::move(keeps)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

void housekeeper::purge(const std::string& stream, std::uint64_t below) {
  const std::lock_guard hold(guard_);
  purges_[stream] = below;
  wanted_.notify_one();
}

void housekeeper::trim() {
  const std::lock_guard hold(guard_);
  trims_ = true;
  wanted_.notify_one();
}

std::uint64_t housekeeper::may_go(const std::string& stream, std::uint64_t below) {
  if (keeps_.keep == duration::zero()) return below;
  const auto old = kept_[stream].committed(below, clock_.now(), keeps_.keep);
  const auto enough = keeps_.enough.find(stream);
  if (enough == keeps_.enough.end()) return below;
  const auto is = bus_.info(stream);
  return is && is->bytes > enough->second ? below : old;
}

void housekeeper::work(const std::stop_token& stop) {
  while (true) {
    std::unique_lock hold(guard_);
    if (!wanted_.wait(hold, stop, [this] { return trims_ || !purges_.empty(); })) return;
    if (std::exchange(trims_, false)) {
      hold.unlock();
      adapters::give_memory_back();
      continue;
    }
    const auto next = purges_.extract(purges_.begin());
    hold.unlock();
    const auto below = may_go(next.key(), next.mapped());
    if (below == 0) continue;
    if (const auto done = bus_.purge_below(next.key(), below); !done) {
      log_.write(port::log_level::warning, "housekeeping", "cannot purge a queue",
                 {{"stream", next.key()}, {"error", done.error().to_string()}});
    }
  }
}

}  // namespace beckon::topology

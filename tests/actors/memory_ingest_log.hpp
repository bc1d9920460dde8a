// An ingest log in memory, slow or failing as a test wishes.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "messages/port/ingest_log.hpp"

namespace beckon::tests {

/// In memory. `holding`: answers wait for `release`. Any thread.
class memory_log final : public port::ingest_log {
 public:
  std::atomic<bool> holding{false};
  std::atomic<bool> failing{false};
  std::atomic<errc> fails_with{errc::exhausted};

  void append(std::string door, std::vector<port::logged_event> events,
              durable_handler done) override {
    const std::lock_guard hold(guard_);
    waiting_.push_back({std::move(door), std::move(events), std::move(done)});
    if (!holding) write();
  }
  void release() {
    const std::lock_guard hold(guard_);
    holding = false;
    write();
  }
  result<void> read(const std::string& door, std::uint64_t after, const visitor& visit) override {
    const std::lock_guard hold(guard_);
    const auto& all = events_[door];
    for (auto at = all.upper_bound(after); at != all.end(); ++at) {
      if (!visit(at->first, at->second)) break;
    }
    return {};
  }
  result<std::uint64_t> last(const std::string& door) override {
    const std::lock_guard hold(guard_);
    return events_[door].empty() ? 0 : events_[door].rbegin()->first;
  }
  std::size_t waiting() const {
    const std::lock_guard hold(guard_);
    return waiting_.size();
  }
  std::vector<std::uint64_t> positions() const {
    const std::lock_guard hold(guard_);
    std::vector<std::uint64_t> found;
    for (const auto& [door, events] : events_) {
      for (const auto& [position, bytes] : events) found.push_back(position);
    }
    return found;
  }

 private:
  struct batch {
    std::string door;
    std::vector<port::logged_event> events;
    durable_handler done;
  };

  void write() {
    for (auto& b : std::exchange(waiting_, {})) {
      if (failing) {
        b.done(error{fails_with, "the test's disk takes nothing"});
        continue;
      }
      for (auto& e : b.events) events_[b.door][e.position] = std::move(e.bytes);
      b.done({});
    }
  }

  mutable std::mutex guard_;
  std::map<std::string, std::map<std::uint64_t, std::string>> events_;
  std::vector<batch> waiting_;
};

}  // namespace beckon::tests

// A queue handler that keeps what it is told and lets a test wait for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/nats/nats_bus.hpp"
#include "messages/port/bus.hpp"

namespace beckon::tests {

inline constexpr std::chrono::seconds patience{20};

/// Waits until `holds`, looking every few milliseconds; false after `patience`.
inline bool eventually(const std::function<bool()>& holds) {
  std::mutex mutex;
  std::condition_variable never_told;
  std::unique_lock lock(mutex);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    never_told.wait_for(lock, std::chrono::milliseconds(2));
  }
  return true;
}

class recorder final : public port::queue_handler {
 public:
  void messages(std::vector<port::stored_message> batch, std::uint64_t pending) override {
    std::scoped_lock lock(mutex_);
    for (auto& m : batch) seen_.push_back(std::move(m));
    pending_ = pending;
    changed_.notify_all();
  }
  void empty(timestamp sent) override {
    std::scoped_lock lock(mutex_);
    empties_.push_back({sent, seen_.size()});
    changed_.notify_all();
  }
  void mismatch(std::string why) override {
    std::scoped_lock lock(mutex_);
    mismatch_ = std::move(why);
    changed_.notify_all();
  }
  void reads(std::int64_t created_ns) override {
    std::scoped_lock lock(mutex_);
    created_ns_ = created_ns;
  }
  void healthy(bool yes) override {
    std::scoped_lock lock(mutex_);
    health_.push_back(yes);
    changed_.notify_all();
  }

  struct emptiness {
    timestamp sent;
    std::size_t seen;  ///< messages handed over before
  };

  bool wait(const std::function<bool(const recorder&)>& holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return holds(*this); });
  }
  bool wait_for_messages(std::size_t n) {
    return wait([n](const recorder& r) { return r.seen_.size() >= n; });
  }
  bool wait_for_mismatch() {
    return wait([](const recorder& r) { return !r.mismatch_.empty(); });
  }
  /// Waits for another `empty` than those there are.
  bool wait_for_empty() {
    std::size_t had = 0;
    {
      std::scoped_lock lock(mutex_);
      had = empties_.size();
    }
    return wait([had](const recorder& r) { return r.empties_.size() > had; });
  }
  bool wait_for_health(bool yes) {
    return wait([yes](const recorder& r) { return !r.health_.empty() && r.health_.back() == yes; });
  }

  std::vector<port::stored_message> seen() {
    std::scoped_lock lock(mutex_);
    return seen_;
  }
  std::vector<emptiness> empties() {
    std::scoped_lock lock(mutex_);
    return empties_;
  }
  std::vector<bool> health() {
    std::scoped_lock lock(mutex_);
    return health_;
  }
  std::string why() {
    std::scoped_lock lock(mutex_);
    return mismatch_;
  }
  /// Of the stream that is read.
  std::int64_t created_ns() {
    std::scoped_lock lock(mutex_);
    return created_ns_;
  }
  std::uint64_t pending() {
    std::scoped_lock lock(mutex_);
    return pending_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<port::stored_message> seen_;
  std::vector<emptiness> empties_;
  std::vector<bool> health_;
  std::string mismatch_;
  std::uint64_t pending_ = 0;
  std::int64_t created_ns_ = 0;
};

/// Collects answers of publishes.
class answers {
 public:
  port::bus::ack_handler take() {
    std::scoped_lock lock(mutex_);
    const auto index = calls_.size();
    calls_.push_back(0);
    got_.emplace_back(error{errc::internal, "no answer yet"});
    return [this, index](result<port::publish_ack> answer) {
      std::scoped_lock inner(mutex_);
      ++calls_[index];
      got_[index] = std::move(answer);
      changed_.notify_all();
    };
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] {
      for (const int n : calls_) {
        if (n == 0) return false;
      }
      return true;
    });
  }
  std::vector<result<port::publish_ack>> got() {
    std::scoped_lock lock(mutex_);
    return got_;
  }
  /// Whether every handler ran exactly once.
  bool once_each() {
    std::scoped_lock lock(mutex_);
    for (const int n : calls_) {
      if (n != 1) return false;
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<int> calls_;
  std::vector<result<port::publish_ack>> got_;
};

/// One publish, waited for.
inline result<port::publish_ack> publish(port::bus& bus, const std::string& subject,
                                         const std::string& data, const std::string& id = "") {
  answers one;
  bus.publish(subject, data, id, one.take());
  if (!one.wait()) return error{errc::internal, "the handler was never called"};
  return one.got().front();
}

/// `count` messages "<from>", "<from + 1>", …; false when one was not stored.
inline bool fill(port::bus& bus, const std::string& subject, int from, int count) {
  answers all;
  for (int i = from; i < from + count; ++i) bus.publish(subject, std::to_string(i), "", all.take());
  if (!all.wait()) return false;
  for (const auto& one : all.got()) {
    if (!one) return false;
  }
  return true;
}

inline port::stream_settings stream(const std::string& name, const std::string& subject,
                                    std::int64_t max_bytes = -1) {
  port::stream_settings out;
  out.name = name;
  out.subjects = {subject};
  out.max_bytes = max_bytes;
  return out;
}

inline std::unique_ptr<adapters::nats_bus> must_connect(const adapters::nats_options& options) {
  auto bus = adapters::nats_bus::connect(options);
  if (!bus) throw std::runtime_error(bus.error().to_string());
  return std::move(*bus);
}

}  // namespace beckon::tests

// Probes: plain counters a station owns and adapters/prometheus reads. Made before the actor system starts; lock-free after.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace beckon::port {

class counter {
 public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class gauge {
 public:
  void set(std::int64_t v) noexcept { value_.store(v, std::memory_order_relaxed); }
  void add(std::int64_t n) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// Seconds, in fixed buckets from 0.5 ms to 60 s.
class histogram {
 public:
  static constexpr std::array<double, 16> bounds = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
                                                    0.25,   0.5,   1,     2.5,   5,    10,   30,   60};
  void observe(double seconds) noexcept {
    std::size_t i = 0;
    while (i < bounds.size() && seconds > bounds[i]) ++i;
    buckets_[i].fetch_add(1, std::memory_order_relaxed);
    microseconds_.fetch_add(static_cast<std::uint64_t>(seconds * 1e6), std::memory_order_relaxed);
  }
  std::uint64_t bucket(std::size_t i) const noexcept { return buckets_[i].load(std::memory_order_relaxed); }
  double sum() const noexcept { return static_cast<double>(microseconds_.load(std::memory_order_relaxed)) / 1e6; }

 private:
  std::array<std::atomic<std::uint64_t>, bounds.size() + 1> buckets_{};
  std::atomic<std::uint64_t> microseconds_{0};
};

using labels = std::vector<std::pair<std::string, std::string>>;

/// Makes probes. Several with the same name and labels are separate instances that a scrape adds up (per worker).
/// Names and labels follow Prometheus' rules and come from configuration, never from users, URLs or events.
class metrics {
 public:
  virtual ~metrics() = default;
  virtual counter& make_counter(const std::string& name, const std::string& help, labels l = {}) = 0;
  virtual gauge& make_gauge(const std::string& name, const std::string& help, labels l = {}) = 0;
  virtual histogram& make_histogram(const std::string& name, const std::string& help, labels l = {}) = 0;
};

}  // namespace beckon::port

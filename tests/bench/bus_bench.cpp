// How fast the bus publishes and drains: one line per measurement. Usage: bench_bus [size, 3 by
// default].
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/nats/nats_bus.hpp"
#include "tests/support/nats_server.hpp"

namespace {

using beckon::adapters::nats_bus;
using beckon::port::queue_handler;
using beckon::port::reader_settings;
using clock_type = std::chrono::steady_clock;

double seconds_since(clock_type::time_point start) {
  return std::chrono::duration<double>(clock_type::now() - start).count();
}

class printing_log final : public beckon::port::log {
 public:
  void write(beckon::port::log_level, std::string_view, std::string_view message,
             const beckon::field_list& fields) noexcept override {
    std::fprintf(stderr, "%.*s", static_cast<int>(message.size()), message.data());
    for (const auto& [name, content] : fields) {
      std::fprintf(stderr, " %s=%s", name.c_str(), beckon::to_display(content).c_str());
    }
    std::fputc('\n', stderr);
  }
  bool enabled(beckon::port::log_level) const noexcept override { return true; }
};

/// Counts down and wakes who waits for zero.
class countdown {
 public:
  explicit countdown(std::uint64_t n) : left_(n) {}
  void arrive(std::uint64_t n = 1) {
    if (left_.fetch_sub(n) != n) return;
    std::scoped_lock lock(mutex_);
    done_.notify_all();
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    return done_.wait_for(lock, std::chrono::minutes(2), [&] { return left_ == 0; });
  }

 private:
  std::atomic<std::uint64_t> left_;
  std::mutex mutex_;
  std::condition_variable done_;
};

class draining : public queue_handler {
 public:
  explicit draining(countdown& left) : left_(left) {}
  void attach(beckon::port::queue_reader* reader) { reader_ = reader; }
  void messages(std::vector<beckon::port::stored_message> batch, std::uint64_t) override {
    ++batches_;
    const auto n = static_cast<std::uint32_t>(batch.size());
    if (auto* reader = reader_.load()) reader->grant(n);
    left_.arrive(n);
  }
  void empty(beckon::timestamp) override {}
  void mismatch(std::string why) override { std::fprintf(stderr, "mismatch: %s\n", why.c_str()); }
  void healthy(bool) override {}
  std::uint64_t batches() const { return batches_; }

 private:
  countdown& left_;
  std::atomic<beckon::port::queue_reader*> reader_{nullptr};
  std::atomic<std::uint64_t> batches_{0};
};

std::string stream_name(int i) {
  return "BECKON_bench_" + std::to_string(i);
}
std::string subject_name(int i) {
  return "beckon.ev.bench." + std::to_string(i);
}

void make_streams(nats_bus& bus, int streams) {
  for (int i = 0; i < streams; ++i) {
    beckon::port::stream_settings wish;
    wish.name = stream_name(i);
    wish.subjects = {subject_name(i)};
    const auto made = bus.ensure_stream(wish);
    if (!made) {
      std::fprintf(stderr, "%s\n", made.error().to_string().c_str());
      std::exit(1);
    }
  }
}

/// Publishes with at most `window` unanswered, round robin over the streams.
void publish(nats_bus& bus, int streams, std::uint64_t messages, std::size_t size, int window) {
  std::mutex mutex;
  std::condition_variable room;
  int open = 0;
  std::uint64_t failed = 0;
  const std::string data(size, 'x');
  const auto start = clock_type::now();
  for (std::uint64_t n = 0; n < messages; ++n) {
    {
      std::unique_lock lock(mutex);
      room.wait(lock, [&] { return open < window; });
      ++open;
    }
    bus.publish(subject_name(static_cast<int>(n % streams)), data, "", [&](const auto& answer) {
      std::scoped_lock lock(mutex);
      if (!answer) ++failed;
      if (open-- == window || open == 0) room.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  room.wait(lock, [&] { return open == 0; });
  const auto rate = static_cast<double>(messages) / seconds_since(start);
  std::printf("publish %6zu B, %3d streams, window %5d: %9.0f acks/s, %7.1f MB/s, %llu failed\n",
              size, streams, window, rate, rate * static_cast<double>(size) / 1e6,
              static_cast<unsigned long long>(failed));
}

void latency(nats_bus& bus) {
  std::vector<double> all;
  for (int i = 0; i < 2000; ++i) {
    countdown done(1);
    const auto start = clock_type::now();
    bus.publish(subject_name(0), "x", "", [&](const auto&) { done.arrive(); });
    done.wait();
    all.push_back(seconds_since(start) * 1e6);
  }
  std::sort(all.begin(), all.end());
  std::printf("publish one by one: p50 %.0f us, p99 %.0f us\n", all[1000], all[1980]);
}

void drain(nats_bus& bus, int streams, std::uint64_t messages, std::uint32_t batch) {
  countdown left(messages);
  std::vector<std::unique_ptr<draining>> handlers;
  std::vector<std::unique_ptr<beckon::port::queue_reader>> readers;
  const auto start = clock_type::now();
  for (int i = 0; i < streams; ++i) {
    handlers.push_back(std::make_unique<draining>(left));
    auto reader = bus.read({stream_name(i), {}, false, batch}, *handlers.back());
    if (!reader) std::exit(1);
    handlers.back()->attach(reader->get());
    (*reader)->grant(batch * 8);
    readers.push_back(std::move(*reader));
  }
  const bool all = left.wait();
  const auto rate = static_cast<double>(messages) / seconds_since(start);
  std::uint64_t batches = 0;
  for (const auto& h : handlers) batches += h->batches();
  readers.clear();
  std::printf("drain   %3d readers, batch %4u: %9.0f messages/s, %5.1f a vector%s\n", streams,
              batch, rate, static_cast<double>(messages) / static_cast<double>(batches),
              all ? "" : " INCOMPLETE");
}

}  // namespace

int main(int argc, char** argv) {
  printing_log log;
  const auto connect = [&](const beckon::tests::nats_server& server) {
    auto options = server.options();
    options.log = &log;
    auto bus = nats_bus::connect(options);
    if (!bus) std::exit(1);
    return std::move(*bus);
  };
  const auto factor = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 3;
  const std::uint64_t small = factor * 200'000;
  for (const int streams : {1, 16}) {
    const beckon::tests::nats_server server(std::int64_t{8} << 30);
    const auto bus = connect(server);
    make_streams(*bus, streams);
    latency(*bus);
    publish(*bus, streams, small, 200, 16'384);
    for (const std::uint32_t batch : {64U, 512U}) drain(*bus, streams, small + 2000, batch);
  }
  const beckon::tests::nats_server server(std::int64_t{8} << 30);
  const auto bus = connect(server);
  make_streams(*bus, 16);
  publish(*bus, 16, factor * 10'000, 50'000, 1024);
  drain(*bus, 16, factor * 10'000, 64);
  return 0;
}

// A listener on a port of the kernel's choice with a source that tests command.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/http/admin/health_routes.hpp"
#include "adapters/http/ingest/ingest_routes.hpp"
#include "adapters/http/listener/listener.hpp"
#include "adapters/prometheus/metrics.hpp"
#include "tests/adapters/http/http_client.hpp"

namespace beckon::adapters {

/// Accepts all at once unless told otherwise. Any thread.
class fake_source final : public port::ingest {
 public:
  using verdicts = result<std::vector<port::ingest_verdict>>;
  using judge = std::function<verdicts(const std::vector<port::ingest_item>&)>;

  static verdicts accept(const std::vector<port::ingest_item>& items) {
    return std::vector<port::ingest_verdict>(items.size(), {true, "", ""});
  }

  void submit(const std::string& source, std::vector<port::ingest_item> items,
              port::ingest_done done) override {
    std::unique_lock hold(mutex_);
    sources_.push_back(source);
    verdicts answer = judge_(items);
    items_.insert(items_.end(), items.begin(), items.end());
    if (holding_) {
      held_.emplace_back(std::move(done), std::move(answer));
      changed_.notify_all();
      return;
    }
    hold.unlock();
    done(std::move(answer));
  }

  void answer_by(judge j) {
    const std::lock_guard hold(mutex_);
    judge_ = std::move(j);
  }
  /// From now on answers wait for `release`.
  void hold() {
    const std::lock_guard hold(mutex_);
    holding_ = true;
  }
  bool wait_held(std::size_t count) {
    std::unique_lock hold(mutex_);
    return changed_.wait_for(hold, std::chrono::seconds(10), [&] { return held_.size() >= count; });
  }
  void release() {
    std::unique_lock hold(mutex_);
    holding_ = false;
    auto all = std::exchange(held_, {});
    hold.unlock();
    for (auto& [done, answer] : all) done(std::move(answer));
  }

  std::vector<port::ingest_item> items() {
    const std::lock_guard hold(mutex_);
    return items_;
  }
  std::vector<std::string> sources() {
    const std::lock_guard hold(mutex_);
    return sources_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  judge judge_ = accept;
  bool holding_ = false;
  std::vector<std::pair<port::ingest_done, verdicts>> held_;
  std::vector<port::ingest_item> items_;
  std::vector<std::string> sources_;
};

class fixed_health final : public port::health {
 public:
  std::vector<port::health_check> checks() const override { return state; }
  std::vector<port::health_check> state = {{"broker", true, ""}};
};

class http_test : public testing::Test {
 protected:
  void SetUp() override { start(); }

  /// A listener of `options_`, in place of the one before.
  void start() {
    listener_.reset();
    http_routes routes;
    add_health_routes(routes, health_, [this] { return probes_.exposition(); });
    add_ingest_routes(routes, options_, source_, probes_);
    listener_ = std::make_unique<http_listener>(options_, std::move(routes), probes_, log_);
    const auto started = listener_->start();
    ASSERT_TRUE(started.ok()) << started.error().to_string();
  }

  std::uint16_t port() const { return listener_->port(); }

  client_response post(std::string_view target, std::string_view body,
                       std::string_view headers = {}) {
    return http_client(port()).post(target, body, headers);
  }

  prometheus_metrics probes_{{"test", "test"}};
  port::null_log log_;
  fake_source source_;
  fixed_health health_;
  http_options options_;
  std::unique_ptr<http_listener> listener_;
};

}  // namespace beckon::adapters

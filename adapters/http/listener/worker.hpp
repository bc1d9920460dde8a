// One thread of the listener with its connections; all but construction, start and stop happens on
// that thread.
#pragma once

// Beast 1.74 needs <utility> before its own headers.
#include <memory>
#include <thread>
#include <unordered_set>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "adapters/http/listener/serving.hpp"

namespace beckon::adapters {

class http_connection;

class http_worker {
 public:
  explicit http_worker(std::shared_ptr<http_serving> serving);
  ~http_worker();  ///< `stop` was called, or the thread never ran

  boost::asio::io_context& context() noexcept { return context_; }
  const std::shared_ptr<http_serving>& serving() const noexcept { return serving_; }

  void start();
  /// Ends the thread; connections are closed. Not on the worker's own thread.
  void stop();

  /// Takes the connection in until it leaves; asks all to end after their answer.
  void add(const std::shared_ptr<http_connection>& connection);
  void remove(const std::shared_ptr<http_connection>& connection) noexcept;
  void wind_down();

 private:
  void run() noexcept;

  std::shared_ptr<http_serving> serving_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_;
  std::unordered_set<std::shared_ptr<http_connection>> connections_;
  std::thread thread_;
};

}  // namespace beckon::adapters

#include "adapters/http/listener/worker.hpp"

#include <exception>
#include <vector>

#include <boost/asio/post.hpp>
#include <pthread.h>

#include "adapters/http/listener/connection.hpp"

namespace beckon::adapters {

http_worker::http_worker(std::shared_ptr<http_serving> serving)
    : serving_(std::move(serving)), busy_(boost::asio::make_work_guard(context_)) {}

http_worker::~http_worker() = default;

void http_worker::start() {
  thread_ = std::thread([this] { run(); });
}

/// A handler of the library that throws (no memory) must not end the thread of all other
/// connections.
void http_worker::run() noexcept {
  pthread_setname_np(pthread_self(), "http");
  while (!context_.stopped()) {
    try {
      context_.run();
    } catch (const std::exception& e) {
      serving_->log.write(port::log_level::error, "http", "a connection failed unexpectedly",
                          {{"reason", std::string(e.what())}});
    }
  }
}

void http_worker::stop() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
  connections_.clear();
}

void http_worker::add(const std::shared_ptr<http_connection>& connection) {
  connections_.insert(connection);
}

void http_worker::remove(const std::shared_ptr<http_connection>& connection) noexcept {
  connections_.erase(connection);
}

void http_worker::wind_down() {
  const std::vector<std::shared_ptr<http_connection>> all(connections_.begin(), connections_.end());
  for (const auto& connection : all) connection->wind_down();
}

}  // namespace beckon::adapters

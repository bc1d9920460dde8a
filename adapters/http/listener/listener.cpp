#include "adapters/http/listener/listener.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "adapters/http/listener/connection.hpp"
#include "adapters/http/listener/serving.hpp"
#include "adapters/http/listener/worker.hpp"

namespace beckon::adapters {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using error_code = boost::system::error_code;

constexpr std::chrono::milliseconds accept_again_after{100};

error wrong_address(const std::string& text) {
  return {errc::invalid, "is no address such as 127.0.0.1:8080 or [::1]:8080",
          "http.listen '" + text + "'"};
}

/// "address:port", "[address]:port", "localhost:port".
result<tcp::endpoint> parse_endpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return wrong_address(text);
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
  error_code failure;
  const auto address = asio::ip::make_address(host, failure);
  if (failure || parsed.ec != std::errc{} || parsed.ptr != end) return wrong_address(text);
  return tcp::endpoint(address, port);
}

std::string shown(const tcp::endpoint& endpoint) {
  const std::string host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
         std::to_string(endpoint.port());
}

}  // namespace

class http_listener::server {
 public:
  server(http_options options, http_routes routes, port::metrics& probes, port::log& log)
      : serving_(
            std::make_shared<http_serving>(std::move(options), std::move(routes), probes, log)) {}

  result<void> start();
  void stop_accepting();
  void stop(duration bound);

  const std::string& address() const noexcept { return address_; }
  std::uint16_t port() const noexcept { return port_; }

 private:
  result<void> open(const tcp::endpoint& wanted);
  void accept();
  void accepted(const error_code& failure, worker_socket socket, std::size_t worker);
  void accept_later(const error_code& failure);
  void refuse(worker_socket socket);

  std::shared_ptr<http_serving> serving_;
  std::vector<std::shared_ptr<http_worker>> workers_;  ///< the first one also accepts
  std::unique_ptr<tcp::acceptor> acceptor_;
  std::unique_ptr<asio::steady_timer> again_;
  std::size_t next_worker_ = 0;
  std::string address_;
  std::uint16_t port_ = 0;
};

result<void> http_listener::server::start() {
  const auto wanted = parse_endpoint(serving_->options.listen);
  if (!wanted) return wanted.error();
  if (!wanted->address().is_loopback() && serving_->options.keys.empty() &&
      !serving_->options.insecure) {
    return error{errc::invalid,
                 "is not loopback: anybody could write events; set keys, or allow it with 'open'",
                 "http.listen '" + serving_->options.listen + "'"};
  }
  for (unsigned i = 0; i < std::max(1U, serving_->options.threads); ++i) {
    workers_.push_back(std::make_shared<http_worker>(serving_));
  }
  if (auto opened = open(*wanted); !opened) {
    workers_.clear();
    return opened;
  }
  accept();
  for (const auto& worker : workers_) worker->start();
  return {};
}

result<void> http_listener::server::open(const tcp::endpoint& wanted) {
  acceptor_ = std::make_unique<tcp::acceptor>(workers_.front()->context());
  again_ = std::make_unique<asio::steady_timer>(workers_.front()->context());
  error_code failure;
  acceptor_->open(wanted.protocol(), failure);
  if (!failure) acceptor_->set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) acceptor_->bind(wanted, failure);
  if (!failure) acceptor_->listen(asio::socket_base::max_listen_connections, failure);
  if (failure) {
    acceptor_.reset();
    again_.reset();
    return error{errc::unavailable, "cannot listen: " + failure.message(), shown(wanted)};
  }
  const tcp::endpoint bound = acceptor_->local_endpoint(failure);
  address_ = shown(bound);
  port_ = bound.port();
  return {};
}

void http_listener::server::accept() {
  const std::size_t worker = next_worker_++ % workers_.size();
  acceptor_->async_accept(workers_[worker]->context(),
                          [this, worker](const error_code& failure, worker_socket socket) {
                            accepted(failure, std::move(socket), worker);
                          });
}

void http_listener::server::accepted(const error_code& failure, worker_socket socket,
                                     std::size_t worker) {
  if (serving_->winding_down) return;
  if (failure) return accept_later(failure);
  if (serving_->connections() >= serving_->options.max_connections) {
    refuse(std::move(socket));
    return accept();
  }
  http_worker* owner = workers_[worker].get();  // outlives what stands in its own queue
  const auto connection = std::make_shared<http_connection>(std::move(socket), workers_[worker]);
  asio::dispatch(owner->context(), [owner, connection] {
    owner->add(connection);
    connection->start();
  });
  accept();
}

/// Out of file descriptors, mostly: they come back when connections end.
void http_listener::server::accept_later(const error_code& failure) {
  serving_->probe.accept_failed.add();
  serving_->log.write(port::log_level::warning, "http", "cannot accept a connection",
                      {{"reason", failure.message()}});
  again_->expires_after(accept_again_after);
  again_->async_wait([this](const error_code& cancelled) {
    if (!cancelled && !serving_->winding_down) accept();
  });
}

void http_listener::server::refuse(worker_socket socket) {
  serving_->probe.refused.add();
  const http_response response =
      busy_response(serving_->options.retry_after, "too many connections");
  const std::string bytes = to_bytes(response, false, true, http_date_now());
  error_code ignored;  // a courtesy: the connection is closed either way
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(bytes), ignored);
  socket.shutdown(tcp::socket::shutdown_both, ignored);
}

void http_listener::server::stop_accepting() {
  if (workers_.empty() || serving_->winding_down.exchange(true)) return;
  asio::post(workers_.front()->context(), [this] {
    error_code ignored;  // closed is closed
    acceptor_->close(ignored);
    again_->cancel();
  });
  for (const auto& worker : workers_) {
    asio::post(worker->context(), [owner = worker.get()] { owner->wind_down(); });
  }
}

void http_listener::server::stop(duration bound) {
  stop_accepting();
  serving_->wait_until_empty(bound);
  for (const auto& worker : workers_) worker->stop();
  acceptor_.reset();
  again_.reset();
  workers_.clear();
}

http_listener::http_listener(http_options options, http_routes routes, port::metrics& probes,
                             port::log& log)
    : server_(std::make_unique<server>(std::move(options), std::move(routes), probes, log)) {}

http_listener::~http_listener() {
  stop(duration::zero());
}

result<void> http_listener::start() {
  return server_->start();
}
const std::string& http_listener::address() const noexcept {
  return server_->address();
}
std::uint16_t http_listener::port() const noexcept {
  return server_->port();
}
void http_listener::stop_accepting() {
  server_->stop_accepting();
}
void http_listener::stop(duration bound) {
  server_->stop(bound);
}

}  // namespace beckon::adapters

// A small real HTTP/1.1 server on 127.0.0.1 for tests of clients: answers as told, misbehaves as
// told, remembers all. One thread per connection; the port is the kernel's choice. Threads: any.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace beckon::tests {

struct http_request {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::size_t connection = 0;  ///< number of the connection it came on, from 0
};

struct http_reply {
  int status = 200;
  std::string reason = "OK";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};

  enum class manner : std::uint8_t {
    answer,   ///< as above; the connection is kept
    close,    ///< as above, then the connection is closed
    drop,     ///< the connection is closed without a byte
    hang,     ///< nothing more is said; the connection stays open
    endless,  ///< head as above, then a body without end
    garbage,  ///< something that is no HTTP
  };
  manner how = manner::answer;
};

/// A key and a self-signed certificate for 127.0.0.1, valid now.
class tls_identity;

class http_server {
 public:
  using handler = std::function<http_reply(const http_request&)>;

  /// Serves until destroyed. `handle` runs on the connection's thread.
  explicit http_server(handler handle = [](const http_request&) { return http_reply{}; });
  /// The same with TLS.
  http_server(handler handle, std::shared_ptr<tls_identity> identity);
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  /// "http://127.0.0.1:port/path" (https with TLS).
  std::string url(const std::string& path = "/") const;
  /// All requests so far, in order of arrival.
  std::vector<http_request> requests() const;
  /// Blocks until so many requests have arrived, at most 10 s; false after that.
  bool wait_for(std::size_t requests) const;
  /// Connections accepted so far.
  std::size_t connections() const;

 private:
  class connection;
  void listen_on_any_port();
  void accept_all();
  void serve(int socket, std::size_t number);
  bool answer(connection& line, const http_request& request);

  handler handle_;
  std::shared_ptr<tls_identity> identity_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<http_request> requests_;
  std::vector<int> sockets_;  ///< open ones, to be shut down at the end
  std::list<std::thread> threads_;
  std::size_t connections_ = 0;
  bool stopping_ = false;
  std::thread acceptor_;
};

std::shared_ptr<tls_identity> make_tls_identity();
/// The certificate in PEM: what a client has to trust.
std::string certificate_of(const tls_identity& identity);

}  // namespace beckon::tests

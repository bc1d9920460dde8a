#include "tests/support/http_server.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/tls_identity.hpp"

namespace beckon::tests {
namespace {

constexpr std::chrono::seconds longest_wait{10};

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

std::string head_of(const http_reply& reply) {
  std::string out = "HTTP/1.1 " + std::to_string(reply.status) + " " + reply.reason + "\r\n";
  for (const auto& [name, text] : reply.headers) out += name + ": " + text + "\r\n";
  if (reply.how != http_reply::manner::endless) {
    out += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  }
  return out + "\r\n";
}

http_request parse_head(std::string_view head) {
  http_request out;
  const std::size_t first_end = head.find("\r\n");
  const std::string_view first = head.substr(0, first_end);
  const std::size_t space = first.find(' ');
  out.method = first.substr(0, space);
  out.target = first.substr(space + 1, first.rfind(' ') - space - 1);
  head.remove_prefix(first_end + 2);
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
      const std::size_t text = line.find_first_not_of(' ', colon + 1);
      out.headers[lower(std::string(line.substr(0, colon)))] =
          text == std::string_view::npos ? "" : line.substr(text);
    }
    head.remove_prefix(std::min(end + 2, head.size()));
  }
  return out;
}

}  // namespace

/// One accepted connection, with or without TLS.
class http_server::connection {
 public:
  connection(int socket, const tls_identity* identity) : socket_(socket) {
    if (identity == nullptr) return;
    ssl_.reset(SSL_new(identity->context()));
    SSL_set_fd(ssl_.get(), socket);
    broken_ = SSL_accept(ssl_.get()) != 1;
  }

  /// The next request; nullopt at the end of the connection.
  std::optional<http_request> read() {
    std::size_t head_end = 0;
    while ((head_end = bytes_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) return std::nullopt;
    }
    http_request out = parse_head(std::string_view(bytes_).substr(0, head_end));
    bytes_.erase(0, head_end + 4);
    const std::size_t length = std::strtoul(out.headers["content-length"].c_str(), nullptr, 10);
    while (bytes_.size() < length) {
      if (!read_more()) return std::nullopt;
    }
    out.body = bytes_.substr(0, length);
    bytes_.erase(0, length);
    return out;
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty() && !broken_) {
      const auto size = static_cast<int>(bytes.size());
      const ssize_t n = ssl_ ? SSL_write(ssl_.get(), bytes.data(), size)
                             : send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      broken_ = n <= 0;
      if (!broken_) bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return !broken_;
  }

  /// Blocks until the other side closes or the server stops.
  void hang() {
    while (read_more()) bytes_.clear();
  }

 private:
  bool read_more() {
    char buffer[4096];
    if (broken_) return false;
    const ssize_t n = ssl_ ? SSL_read(ssl_.get(), buffer, sizeof buffer)
                           : recv(socket_, buffer, sizeof buffer, 0);
    broken_ = n <= 0;
    if (!broken_) bytes_.append(buffer, static_cast<std::size_t>(n));
    return !broken_;
  }

  int socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
  std::string bytes_;
  bool broken_ = false;
};

http_server::http_server(handler handle) : http_server(std::move(handle), nullptr) {}

http_server::http_server(handler handle, std::shared_ptr<tls_identity> identity)
    : handle_(std::move(handle)), identity_(std::move(identity)) {
  listen_on_any_port();
  acceptor_ = std::thread([this] { accept_all(); });
}

http_server::~http_server() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  close(listener_);
}

std::string http_server::url(const std::string& path) const {
  return (identity_ ? "https" : "http") + std::string("://127.0.0.1:") + std::to_string(port_) +
         path;
}

std::vector<http_request> http_server::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool http_server::wait_for(std::size_t requests) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, longest_wait, [&] { return requests_.size() >= requests; });
}

std::size_t http_server::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void http_server::listen_on_any_port() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 128) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("the test's HTTP server cannot listen");
  }
  port_ = ntohs(address.sin_port);
}

void http_server::accept_all() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (socket >= 0 && stopping_) close(socket);
    if (socket < 0 || stopping_) return;
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket, number = connections_] { serve(socket, number); });
    ++connections_;
  }
}

void http_server::serve(int socket, std::size_t number) {
  sigset_t pipe;  // OpenSSL writes without MSG_NOSIGNAL
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  {
    connection line(socket, identity_.get());
    while (std::optional<http_request> request = line.read()) {
      request->connection = number;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(*request);
      }
      changed_.notify_all();
      if (!answer(line, *request)) break;
    }
  }
  const std::lock_guard lock(mutex_);
  std::erase(sockets_, socket);
  close(socket);
}

/// Whether the connection goes on.
bool http_server::answer(connection& line, const http_request& request) {
  const http_reply reply = handle_(request);
  switch (reply.how) {
    case http_reply::manner::answer:
      return line.write(head_of(reply) + reply.body);
    case http_reply::manner::close:
      line.write(head_of(reply) + reply.body);
      return false;
    case http_reply::manner::drop:
      return false;
    case http_reply::manner::hang:
      line.hang();
      return false;
    case http_reply::manner::endless:
      line.write(head_of(reply));
      while (line.write(std::string(1024, 'x'))) {
      }
      return false;
    case http_reply::manner::garbage:
      line.write("220 this is another protocol\r\n");
      return false;
  }
  return false;
}

}  // namespace beckon::tests

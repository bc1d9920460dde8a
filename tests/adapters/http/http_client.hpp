// A plain socket that speaks HTTP as badly as a test wants.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace beckon::adapters {

struct client_response {
  int status = 0;  ///< 0: the connection ended first
  std::map<std::string, std::string> headers;
  std::string body;
};

class http_client {
 public:
  explicit http_client(std::uint16_t port);
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// False when the other side has closed.
  bool send(std::string_view bytes);
  /// The next response; waits at most 10 s.
  client_response receive(bool head_only = false);
  /// Whether the other side closes within 10 s; what it sent before is thrown away.
  bool is_closed();

  /// Waits for anything from the other side, its end included.
  bool hears_within(int milliseconds);

  /// POSTs JSON and receives.
  client_response post(std::string_view target, std::string_view body,
                       std::string_view headers = {});
  client_response get(std::string_view target, std::string_view headers = {});

 private:
  bool fill();

  int socket_ = -1;
  std::string received_;
};

/// The text of a POST request with its length.
std::string post_text(std::string_view target, std::string_view body,
                      std::string_view headers = "Content-Type: application/json\r\n");

}  // namespace beckon::adapters

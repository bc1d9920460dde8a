// A request as handlers see it and the response they give; independent of the HTTP library.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace beckon::adapters {

/// Views into the connection's buffers: valid until the handler returns.
struct http_request {
  std::string_view method;  ///< "GET"
  std::string_view path;    ///< before '?', as sent
  std::string_view query;   ///< behind '?'; may be empty
  std::string_view body;
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  std::vector<std::string_view> captured;  ///< what the route's {…} segments stood for, in order

  /// The first header of that name in any case; "" when there is none.
  std::string_view header(std::string_view name) const noexcept;

  /// The first query parameter of that name, decoded; nullopt when there is none or its escapes are
  /// broken.
  std::optional<std::string> parameter(std::string_view name) const;
};

struct http_response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers =
      {};  ///< besides type, length, date, connection
};

/// {"error":{"message":…,"pointer":…}}; the pointer is left out where empty.
http_response error_response(int status, std::string_view message, std::string_view pointer = {});

/// 503 with Retry-After in seconds.
http_response busy_response(int retry_after, std::string_view message);

/// Gives the response, once, from any thread; later or after the connection's end it does nothing.
using http_answer = std::function<void(http_response)>;

/// Called on the connection's thread: must not block. Not answering in time makes a 503.
using http_handler = std::function<void(const http_request&, http_answer)>;

/// The bytes of a response. `date` is an IMF-fixdate; `with_body` false answers HEAD.
std::string to_bytes(const http_response& response, bool keep_alive, bool with_body,
                     std::string_view date);

/// The IMF-fixdate of now: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7). Valid until the
/// thread's next call.
std::string_view http_date_now();

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// Takes the same time wherever the texts differ, so that answers tell nothing about a secret.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace beckon::adapters

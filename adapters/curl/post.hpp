// One HTTP POST, and how it ended. Plain values.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>

#include "engine/base/time.hpp"

namespace beckon::adapters {

struct http_post {
  std::string url;
  std::string body;
  /// Its own header lines ("name: text"), asked for when its turn has come, on the poster's thread.
  std::function<std::vector<std::string>(std::string_view body)> headers;
  duration timeout{};  ///< of the whole attempt, waiting for a free place excluded
  /// A question: it takes no effect, so it may go a second time where a kept connection turns out
  /// dead, and the response's body is wanted.
  bool asks = false;
};

/// How an attempt ended, as far as it came.
struct attempt_end {
  CURLcode code = CURLE_OK;
  long status = 0;                  ///< of the final response's head; 0: none was received
  bool may_have_been_sent = false;  ///< some byte of the request may have reached the other side
  bool address_refused = false;     ///< no address of the host is allowed
  std::string status_text;          ///< "503 Service Unavailable"
  std::string failure;              ///< curl's words
  std::optional<duration> retry_after;  ///< as the provider said it
  bool too_large = false;               ///< head and body were more than 64 KiB
  std::string body = {};                ///< of the response to a question
};

using end_handler = std::function<void(attempt_end)>;

/// A POST whose turn has not come.
struct waiting_post {
  http_post what;
  end_handler done;
};

}  // namespace beckon::adapters

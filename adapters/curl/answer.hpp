// What an attempt's end means for the delivery. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>

#include <curl/curl.h>

#include "engine/base/time.hpp"
#include "messages/port/sender.hpp"

namespace beckon::adapters {

/// How an attempt ended, as far as it came.
struct attempt_end {
  CURLcode code = CURLE_OK;
  long status = 0;                  ///< of the final response's head; 0: none was received
  bool may_have_been_sent = false;  ///< some byte of the request may have reached the other side
  bool address_refused = false;     ///< no address of the host is allowed
  std::string status_text;          ///< "503 Service Unavailable"
  std::string failure;              ///< curl's words
  std::optional<duration> retry_after;  ///< as the provider said it
};

/// A response's head decides, whatever became of its body: 2xx delivered; 408, 425, 429, 5xx busy;
/// the rest refused. Without one: busy when nothing can have been sent, else unknown; refused when
/// it could never be sent.
port::receipt judge(const attempt_end& end);

}  // namespace beckon::adapters

// Somebody outside who is asked about one decision and answers once. Implemented by curl.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/base/time.hpp"

namespace beckon::port {

struct predicate_question {
  std::string body;
  duration patience{};  ///< an answer after that is none
};

struct predicate_reply {
  enum class kind : std::uint8_t {
    answered,     ///< `status` and all of `body` came
    timed_out,    ///< not in time
    unreachable,  ///< nobody could be asked, or the connection broke
    too_large,    ///< head and body were more than 64 KiB
  };
  kind what = kind::unreachable;
  int status = 0;  ///< of HTTP
  std::string body = {};
  std::string detail = {};  ///< for people: "503 Service Unavailable", "Connection refused"
};

/// Thread-safe. Asking twice is harmless: a predicate takes no effect.
class predicate {
 public:
  virtual ~predicate() = default;
  using reply_handler = std::function<void(predicate_reply)>;
  /// `done` is called exactly once, on any thread, perhaps before this returns. Never blocks for
  /// the network.
  virtual void ask(predicate_question what, reply_handler done) = 0;
};

}  // namespace beckon::port

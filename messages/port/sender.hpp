// A channel's way out: takes one rendered delivery, answers once. Implemented by files, curl, nats.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/base/subject.hpp"
#include "engine/base/time.hpp"

namespace beckon::port {

/// Final bytes of one attempt. Everything but `attempt` is identical on every retry.
struct delivery {
  hash128 id;                ///< delivery id: `webhook-id`, Msg-Id, …
  hash128 occurrence;        ///< trace id
  std::uint32_t attempt = 1;
  subject who;
  std::string rule;
  std::string action;
  std::string channel;
  std::string address;       ///< empty: the channel's own target
  std::string content_type;
  std::string body;
  timestamp fired{};
};

enum class delivery_outcome : std::uint8_t {
  delivered,  ///< the provider took it
  refused,    ///< it never will: give up, nothing took effect
  busy,       ///< it did not take it now: try again
  unknown,    ///< no answer: it may have taken effect
};

struct receipt {
  delivery_outcome outcome = delivery_outcome::unknown;
  std::string detail;                    ///< for people: "503 Service Unavailable"
  std::optional<duration> retry_after;   ///< the provider's wish
};

class sender {
 public:
  virtual ~sender() = default;
  using receipt_handler = std::function<void(receipt)>;
  /// Starts the attempt; `done` is called exactly once, on any thread, perhaps before this returns. Never blocks for the network.
  virtual void send(delivery what, receipt_handler done) = 0;
};

}  // namespace beckon::port

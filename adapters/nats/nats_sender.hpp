// A channel's way out to a NATS subject: the delivery's body with headers that identify it.
//   Nats-Msg-Id   delivery id in hex (JetStream drops a repeat of it)
//   traceparent   W3C trace context: trace id = occurrence, parent id = the delivery id's low half
//   Beckon-Rule, Beckon-Action, Beckon-Subject ("user:42"), Beckon-Address (where one is set),
//   Content-Type
// Control characters and '%' in values are percent-encoded: no value can add a header.
#pragma once

#include <string>

#include "adapters/nats/nats_bus.hpp"
#include "messages/port/sender.hpp"

namespace beckon::adapters {

struct nats_sender_options {
  std::string subject;  ///< where every delivery goes; never taken from a delivery
  bool stream = false;  ///< true: delivered when a stream stored it; false: when the broker took it
};

/// Outcomes: delivered; busy (broker away, stream full, nobody captures the subject: nothing was
/// sent or stored); refused (the message cannot be sent: too large, bad subject); unknown (no
/// answer). Threads: any; `done` runs on the bus's threads. The bus must outlive the sender.
class nats_sender final : public port::sender {
 public:
  nats_sender(nats_bus& bus, nats_sender_options options);

  void send(port::delivery what, receipt_handler done) override;

 private:
  nats_bus& bus_;
  const nats_sender_options options_;
};

/// The receipt a publish's answer stands for.
port::receipt to_receipt(const result<port::publish_ack>& answer);

}  // namespace beckon::adapters

// The bus over NATS JetStream: messages/port/bus.hpp on two connections of the C client, one for
// publishing and core NATS, one for reading and administration, so that neither's traffic delays
// the other's answers. Threads: two client threads and a tick per connection, one writing thread,
// one for publish answers, two shared by all readers; none per reader. The connections are tried
// again for ever; only a broker that refuses the credentials twice in a row closes them for good
// (`connected` stays false).
#pragma once

#include <memory>
#include <string>

#include "adapters/nats/admin.hpp"
#include "adapters/nats/connection.hpp"
#include "adapters/nats/nats_options.hpp"
#include "adapters/nats/publisher.hpp"
#include "messages/port/bus.hpp"

namespace beckon::adapters {

class nats_bus final : public port::bus {
 public:
  /// Blocking: connects within `options.connect_timeout`. Errors: unavailable, invalid.
  static result<std::unique_ptr<nats_bus>> connect(const nats_options& options);
  /// Fails what is unanswered. Readers and subscriptions may live longer; senders may not.
  ~nats_bus() override;

  result<port::stream_info> ensure_stream(const port::stream_settings& settings) override;
  result<port::stream_info> info(const std::string& stream) override;
  result<std::optional<port::stored_message>> get(const std::string& stream,
                                                  std::uint64_t sequence) override;
  result<std::optional<port::stored_message>> last(const std::string& stream) override;
  result<void> purge_below(const std::string& stream, std::uint64_t below) override;

  void publish(std::string subject, std::string data, std::string message_id,
               ack_handler done) override;
  result<void> publish_unstored(const std::string& subject, std::string_view data) override;
  result<std::unique_ptr<port::subscription>> subscribe(const std::string& subject,
                                                        message_handler on_message) override;
  result<std::unique_ptr<port::queue_reader>> read(const port::reader_settings& settings,
                                                   port::queue_handler& handler) override;
  bool connected() const noexcept override;
  std::uint64_t reconnects() const noexcept override { return writing_->reconnects(); }

  /// Removes one message; for a person's commands. Blocking. Errors: not_found, as of
  /// `purge_below`.
  result<void> remove(const std::string& stream, std::uint64_t sequence);

  /// For senders: publishing with headers.
  publisher& publishing() noexcept { return *publisher_; }
  /// The largest message the broker takes, in bytes with headers.
  std::int64_t max_payload() const noexcept { return writing_->max_payload(); }

 private:
  nats_bus(std::shared_ptr<connection> writing, std::shared_ptr<connection> reading,
           std::shared_ptr<publisher> publishing);

  std::shared_ptr<connection> writing_;
  std::shared_ptr<connection> reading_;
  std::shared_ptr<publisher> publisher_;
  admin admin_;
};

}  // namespace beckon::adapters

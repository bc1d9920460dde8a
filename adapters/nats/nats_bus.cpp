#include "adapters/nats/nats_bus.hpp"

#include <utility>

#include "adapters/nats/names.hpp"
#include "adapters/nats/queue_reader.hpp"

namespace beckon::adapters {
namespace {

constexpr std::chrono::milliseconds flush_patience{5'000};

class nats_subscription final : public port::subscription {
 public:
  explicit nats_subscription(std::unique_ptr<live_subscription> live) : live_(std::move(live)) {}

 private:
  std::unique_ptr<live_subscription> live_;
};

}  // namespace

result<std::unique_ptr<nats_bus>> nats_bus::connect(const nats_options& options) {
  auto writing = connection::open(options, connection_role::publishing);
  if (!writing) return writing.error();
  auto reading = connection::open(options, connection_role::reading);
  if (!reading) return reading.error();
  auto publishing = publisher::open(**writing);
  if (!publishing) return publishing.error();
  return std::unique_ptr<nats_bus>(
      new nats_bus(std::move(*writing), std::move(*reading), std::move(*publishing)));
}

nats_bus::nats_bus(std::shared_ptr<connection> writing, std::shared_ptr<connection> reading,
                   std::shared_ptr<publisher> publishing)
    : writing_(std::move(writing)),
      reading_(std::move(reading)),
      publisher_(std::move(publishing)),
      admin_(*reading_) {}

nats_bus::~nats_bus() {
  publisher_->close();
}

result<port::stream_info> nats_bus::ensure_stream(const port::stream_settings& settings) {
  return admin_.ensure_stream(settings);
}

result<port::stream_info> nats_bus::info(const std::string& stream) {
  auto found = admin_.describe(stream);
  if (!found) return found.error();
  return std::move(found->info);
}

result<std::optional<port::stored_message>> nats_bus::get(const std::string& stream,
                                                          std::uint64_t sequence) {
  return admin_.get(stream, sequence);
}

result<std::optional<port::stored_message>> nats_bus::last(const std::string& stream) {
  return admin_.last(stream);
}

result<void> nats_bus::purge_below(const std::string& stream, std::uint64_t below) {
  return admin_.purge_below(stream, below);
}

result<void> nats_bus::remove(const std::string& stream, std::uint64_t sequence) {
  return admin_.remove(stream, sequence);
}

void nats_bus::publish(std::string subject, std::string data, std::string message_id,
                       ack_handler done) {
  outgoing what{.subject = std::move(subject), .data = std::move(data), .done = std::move(done)};
  if (!message_id.empty()) what.headers.emplace_back("Nats-Msg-Id", std::move(message_id));
  publisher_->send(std::move(what));
}

result<void> nats_bus::publish_unstored(const std::string& subject, std::string_view data) {
  if (!is_subject(subject)) return error{errc::invalid, "no subject one can publish to", subject};
  if (!writing_->connected()) return error{errc::unavailable, "no connection to the broker"};
  auto published = writing_->publish(subject.c_str(), nullptr, data);
  publisher_->push_soon();
  return published;
}

result<std::unique_ptr<port::subscription>> nats_bus::subscribe(const std::string& subject,
                                                                message_handler on_message) {
  auto live = writing_->subscribe(
      subject, [handle = std::move(on_message)](natsMsg& message, natsSubscription*) {
        handle(subject_of(message), data_of(message));
      });
  if (!live) return live.error();
  if (auto flushed = writing_->flush(flush_patience); !flushed) return flushed.error();
  return std::unique_ptr<port::subscription>(std::make_unique<nats_subscription>(std::move(*live)));
}

result<std::unique_ptr<port::queue_reader>> nats_bus::read(const port::reader_settings& settings,
                                                           port::queue_handler& handler) {
  if (!is_stream_name(settings.stream)) {
    return error{errc::invalid, "no name for a stream", "'" + settings.stream + "'"};
  }
  return nats_queue_reader::open(reading_, settings, handler);
}

bool nats_bus::connected() const noexcept {
  return writing_->connected() && reading_->connected();
}

}  // namespace beckon::adapters

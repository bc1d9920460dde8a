#include "topology/node/senders.hpp"

#include "adapters/curl/webhook_sender.hpp"
#include "adapters/files/file_sender.hpp"
#include "adapters/nats/nats_sender.hpp"
#include "topology/channel_kinds.hpp"

namespace beckon::topology {
namespace {

std::shared_ptr<port::sender> make_sender(const channel_entry& c, adapters::nats_bus& bus,
                                          problems& out) {
  if (c.kind == "file") return adapters::make_file_sender(c.options, out);
  if (c.kind == "console") return adapters::make_console_sender(c.options, out);
  if (c.kind == "webhook") return adapters::make_webhook_sender(c.options, out, c.secret);
  const auto nats = read_nats_channel(c.options, out);
  if (!nats) return nullptr;
  return std::make_shared<adapters::nats_sender>(
      bus, adapters::nats_sender_options{nats->subject, nats->stream});
}

}  // namespace

actors::senders make_senders(const plan& p, adapters::nats_bus& bus, problems& out) {
  actors::senders all;
  for (const auto& c : p.channels) all.emplace(c.id, make_sender(c, bus, out));
  return all;
}

}  // namespace beckon::topology

#include "topology/node/senders.hpp"

#include "adapters/curl/webhook_sender.hpp"
#include "adapters/files/file_sender.hpp"
#include "adapters/nats/nats_sender.hpp"
#include "topology/shipped_kinds.hpp"

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

actors::channel_ways make_channel_ways(const plan& p, adapters::nats_bus& bus, problems& out) {
  actors::channel_ways all;
  for (const auto& c : p.channels) all[c.id] = {make_sender(c, bus, out), c.breaker, c.budget};
  return all;
}

}  // namespace beckon::topology

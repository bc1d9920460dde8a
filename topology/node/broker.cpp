// The broker, own or somebody else's, and the bus on it.
#include "topology/node/parts.hpp"

namespace beckon::topology {

result<void> node::parts::start_bus() {
  const auto& d = config.deployment;
  adapters::nats_options o;
  o.name = d.name + " " + d.node;
  o.clock = &clock;
  o.log = &log;
  if (const auto* external = std::get_if<external_broker>(&d.bus)) {
    o.url = external->url;
    o.token = external->token;
    o.user = external->user;
    o.password = external->password;
    o.creds_file = external->creds_file;
  } else {
    adapters::embedded_broker_options own;
    own.data_dir = d.data;
    own.on_death = [this](std::string how) {
      cannot_go_on({"broker", "the embedded broker ended: " + how});
    };
    auto started = adapters::embedded_broker::start(std::move(own));
    if (!started) return started.error();
    broker = std::move(*started);
    o.url = broker->url();
    o.token = broker->token();
  }
  auto connected = adapters::nats_bus::connect(o);
  if (!connected) return connected.error();
  bus = std::move(*connected);
  return {};
}

}  // namespace beckon::topology

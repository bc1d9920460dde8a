#include "topology/bus_options.hpp"

#include "topology/run_file.hpp"

namespace beckon::topology {

adapters::nats_options bus_options(const external_broker& bus) {
  adapters::nats_options options;
  options.url = bus.url;
  options.token = bus.token;
  options.user = bus.user;
  options.password = bus.password;
  options.creds_file = bus.creds_file;
  options.ca_file = bus.ca_file;
  options.replicas = bus.replicas;
  return options;
}

result<adapters::nats_options> bus_options_beside(const deployment& d) {
  if (const auto* external = std::get_if<external_broker>(&d.bus)) return bus_options(*external);
  const auto running = read_run_file(d.data);
  if (!running) return running.error();
  adapters::nats_options options;
  options.url = running->broker;
  options.token = running->broker_token;
  return options;
}

}  // namespace beckon::topology

// Starts an embedded broker on the directory given, writes the broker's process id to its file
// `broker.pid` and waits to be killed.
#include <cstdio>

#include <unistd.h>

#include "adapters/nats/embedded_broker.hpp"
#include "adapters/nats/private_file.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string data = argv[1];
  beckon::adapters::embedded_broker_options options;
  options.data_dir = data;
  const auto broker = beckon::adapters::embedded_broker::start(options);
  if (!broker) {
    std::fprintf(stderr, "%s\n", broker.error().to_string().c_str());
    return 1;
  }
  const auto written =
      beckon::adapters::write_private_file(data + "/broker.pid", std::to_string((*broker)->pid()));
  if (!written) return 1;
  for (;;) pause();
}

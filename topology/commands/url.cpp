// beckon url WHAT -c DIR: an address of the running node.
#include <nlohmann/json.hpp>

#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/run_file.hpp"

namespace beckon::topology {
namespace {

const std::string& address_of(const run_file& running, const std::string& what) {
  if (what == "metrics") return running.metrics;
  return what == "broker" ? running.broker : running.ingest;
}

int run(const adapters::arguments& given, const console& to) {
  const std::string what = given.text("WHAT");
  if (what != "ingest" && what != "metrics" && what != "broker") {
    return to.fail(adapters::exit_usage, "url: '" + what + "' is none of ingest, metrics, broker");
  }
  const auto c = load_ground_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  const auto running = read_run_file(c->deployment.data);
  if (!running) return to.fail(exit_unavailable, running.error());
  const std::string& address = address_of(*running, what);
  if (address.empty()) return to.fail(exit_unavailable, "the node has no address for " + what);
  if (to.json) {
    to.print({{"what", what}, {"url", address}});
  } else {
    to.out << address << '\n';
  }
  return exit_ok;
}

}  // namespace

command url_command() {
  return {{.name = "url",
           .summary = "print an address of the running node",
           .positionals = {{"WHAT", "ingest, metrics or broker"}},
           .options = {config_option()},
           .details = "Exit code 69: no node runs on this configuration's data."},
          &run};
}

}  // namespace beckon::topology

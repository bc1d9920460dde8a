#include "topology/commands/recorded_options.hpp"

#include "topology/commands/console.hpp"

namespace beckon::topology {

std::vector<adapters::option_spec> recorded_options() {
  return {{.name = "format",
           .value_name = "FORM",
           .help = "csv or ndjson; default: by the file's ending",
           .choices = {"csv", "ndjson"}},
          {.name = "map",
           .value_name = "MAP",
           .help = "csv: which column is what, as user_id=1,type=4{pv:item_view},time=5s; or a "
                   ".yaml file"}};
}

input_settings input_of(const adapters::arguments& given, std::vector<std::string> files,
                        std::string source, const configuration& c) {
  input_settings input;
  input.files = std::move(files);
  input.format = given.text("format");
  input.map = given.text("map");
  input.source = std::move(source);
  input.events = c.names.events;
  input.zone = c.deployment.zone;
  return input;
}

int exit_of_input(const error& e) noexcept {
  return e.code == errc::not_found || e.code == errc::unavailable ? exit_no_input
                                                                  : adapters::exit_usage;
}

}  // namespace beckon::topology

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

result<source_settings> recorded_source(const std::string& name, const deployment& d,
                                        const std::string& else_named) {
  std::vector<source_settings> imports;
  std::vector<std::string> known;
  for (const source_settings& s : d.sources) {
    if (s.id == name) return s;
    if (s.kind == source_kind::import) imports.push_back(s);
    known.push_back(s.id);
  }
  if (!name.empty()) {
    const std::string near = nearest(name, known);
    return error{errc::invalid,
                 "there is no source '" + name + "'" +
                     (near.empty() ? "" : "; did you mean '" + near + "'?"),
                 ""};
  }
  if (imports.size() == 1) return imports.front();
  source_settings own;
  own.id = else_named;
  return own;
}

cep::replay_options replay_options_of(const source_settings& source, const configuration& c) {
  cep::replay_options options;
  options.zone = c.deployment.zone;
  if (source.out_of_order == duration::zero()) return options;
  for (const std::string& type : c.names.events->type_names()) {
    for (const auto& [kind, roles] :
         c.names.events->declaration(*c.names.events->type(type)).subjects)
      options.out_of_order[kind] = source.out_of_order;
  }
  return options;
}

int exit_of_input(const error& e) noexcept {
  return e.code == errc::not_found || e.code == errc::unavailable ? exit_no_input
                                                                  : adapters::exit_usage;
}

}  // namespace beckon::topology

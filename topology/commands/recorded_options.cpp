#include "topology/commands/recorded_options.hpp"

#include <chrono>

#include "topology/commands/console.hpp"
#include "topology/commands/interruption.hpp"

namespace beckon::topology {
namespace {

constexpr std::uint64_t rows_between_looks = 1024;  // at the clock, for the progress bar

}  // namespace

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

adapters::option_spec source_option() {
  return {.name = "source",
          .value_name = "ID",
          .help = "source of rows that name none; its out_of_order holds"};
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

result<void> take_rows(recorded_input& input, adapters::progress_bar& bar,
                       const std::function<result<void>(input_row&)>& take) {
  input_row row;
  while (!interrupted()) {
    const auto read = input.next(row);
    if (!read) return read.error();
    if (!*read) break;
    if (row.number % rows_between_looks == 0)
      bar.update(row.number, std::chrono::steady_clock::now());
    if (auto taken = take(row); !taken) return taken;
  }
  bar.update(row.number, std::chrono::steady_clock::now());
  return {};
}

int exit_of_input(const error& e) noexcept {
  return e.code == errc::not_found || e.code == errc::unavailable ? exit_no_input
                                                                  : adapters::exit_usage;
}

}  // namespace beckon::topology

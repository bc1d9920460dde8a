// beckon import: recorded events onto the queues of a running deployment, as its own process.
#include <chrono>

#include <nlohmann/json.hpp>

#include "adapters/nats/nats_bus.hpp"
#include "topology/bus_options.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/commands/interruption.hpp"
#include "topology/commands/recorded_options.hpp"
#include "topology/import/importer.hpp"
#include "topology/import/tables.hpp"
#include "topology/run_file.hpp"

namespace beckon::topology {
namespace {

constexpr duration flush_after_stop{10'000};

timestamp wall_now() {
  return std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
}

result<source_settings> import_source(const std::string& name, const deployment& d) {
  std::vector<std::string> known;
  for (const source_settings& s : d.sources) {
    if (s.id == name && s.kind == source_kind::import) return s;
    if (s.kind == source_kind::import) known.push_back(s.id);
  }
  const std::string near = nearest(name, known);
  return error{errc::invalid,
               "there is no import source '" + name + "'" +
                   (near.empty() ? "; declare one in beckon.yaml with 'kind: import'"
                                 : "; did you mean '" + near + "'?"),
               ""};
}

/// Under a wall clock rows arrive when they are read; a deployment that is not running says what
/// its file says.
bool uses_wall_clock(const deployment& d) {
  const auto running = read_run_file(d.data);
  return running && !running->clock.empty() ? running->clock == "wall"
                                            : d.clock == clock_mode::wall;
}

struct outcome {
  std::uint64_t rows = 0;
  refusals refused;
  result<void> ended;
};

/// Feeds rows to the door until the end, an error or a stop.
outcome feed(recorded_input& input, importer& into, import_tables& tables, bool wall,
             adapters::progress_bar& bar) {
  outcome o;
  timestamp clock = beginning;
  while (!interrupted()) {
    auto row = input.next();
    if (!row) {
      o.ended = row.error();
      return o;
    }
    if (!*row) return o;
    result<event>& e = (*row)->content;
    o.rows = (*row)->number;
    if (e) clock = std::max(clock, e->time);
    const timestamp when = wall ? into.stamp(wall_now()) : e ? e->time : clock;
    if (e) e->arrival = wall ? when : e->time;
    const auto taken = e ? tables.take(*e, o.rows) : result<void>(e.error());
    if (!taken) o.refused.add(taken.error());
    o.ended = taken ? into.accept(o.rows, when, *e) : into.skip(o.rows, when);
    if (!o.ended) return o;
    bar.update(o.rows, std::chrono::steady_clock::now());
  }
  return o;
}

int report(const outcome& o, const importer& done, const console& to) {
  if (to.json) {
    to.print({{"rows", o.rows},
              {"refused", o.refused.count()},
              {"stored", done.low_water()},
              {"complete", o.ended.ok() && !interrupted()}});
  } else {
    to.err << o.refused.to_text();
    to.out << counted(o.rows, "row") << " read, " << o.refused.count() << " refused\n";
  }
  if (interrupted())
    return to.fail(exit_interrupted, "stopped after row " + std::to_string(done.low_water()) +
                                         "; the same command goes on from there");
  return o.ended ? exit_ok : to.fail(exit_unavailable, o.ended.error());
}

int import_all(recorded_input& input, port::bus& bus, const import_settings& settings,
               const source_settings& source, std::int64_t item_log_bytes,
               std::optional<timestamp> until, std::uint64_t lines, const console& to) {
  importer into(bus, settings, interrupted());
  adapters::progress_bar bar(to.err_is, to.err, "import " + source.id, lines,
                             std::chrono::steady_clock::now());
  outcome o;
  o.ended = into.begin(source.max_bytes, item_log_bytes);
  import_tables tables(settings.events, [&input] { return input.first_time(); });
  if (o.ended) o = feed(input, into, tables, !settings.door.import, bar);
  if (o.ended && !interrupted()) o.ended = into.end(until);
  if (interrupted()) o.ended = into.flush(flush_after_stop);
  bar.finish(std::chrono::steady_clock::now());
  return report(o, into, to);
}

import_settings settings_of(const configuration& c, const source_settings& source,
                            const std::string& digest) {
  import_settings settings;
  settings.door.name = "import/" + digest;
  settings.door.source = source.id;
  settings.door.partitions = c.deployment.partitions;
  settings.door.item_log = true;
  settings.door.import = !uses_wall_clock(c.deployment);
  if (!settings.door.import) settings.door.start = wall_now();
  settings.prefix = c.deployment.prefix;
  settings.events = c.names.events;
  return settings;
}

int connect_and_import(recorded_input& input, const configuration& c, const source_settings& source,
                       std::optional<timestamp> until, std::uint64_t lines, const console& to) {
  const auto options = bus_options_beside(c.deployment);
  if (!options) return to.fail(exit_unavailable, options.error());
  auto bus = adapters::nats_bus::connect(*options);
  if (!bus) return to.fail(exit_unavailable, bus.error());
  import_settings settings = settings_of(c, source, input.digest());
  const auto earlier = find_progress(**bus, settings.door);
  if (!earlier) return to.fail(exit_unavailable, earlier.error());
  if (earlier->ended) {
    if (to.json)
      to.print({{"rows", 0}, {"refused", 0}, {"stored", earlier->low_water}, {"complete", true}});
    if (!to.json) to.out << "these files have been imported into '" << source.id << "' already\n";
    return exit_ok;
  }
  settings.door.resume_after = earlier->low_water;
  return import_all(input, **bus, settings, source, c.deployment.limits.item_log_bytes, until,
                    lines, to);
}

int run(const adapters::arguments& given, const console& to) {
  const auto c = load_ground_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  const auto source = import_source(given.text("source"), c->deployment);
  if (!source) return to.fail(adapters::exit_usage, source.error());
  std::optional<timestamp> until;
  if (given.has("until")) {
    const auto time = parse_time(given.text("until"), c->deployment.zone);
    if (!time) return to.fail(adapters::exit_usage, "--until: " + time.error().message);
    until = *time;
  }
  const std::vector<std::string> files = given.texts("FILE");
  auto input = recorded_input::open(input_of(given, files, source->id, *c));
  if (!input) return to.fail(exit_of_input(input.error()), input.error());
  heed_interruption();
  return connect_and_import(*input, *c, *source, until, count_lines(files), to);
}

}  // namespace

command import_command() {
  std::vector<adapters::option_spec> options = {
      config_option(),
      {.name = "source",
       .value_name = "ID",
       .help = "import source of beckon.yaml",
       .required = true},
      {.name = "until",
       .value_name = "TIME",
       .help = "event time: let the clock run on to this time at the end"}};
  for (adapters::option_spec& o : recorded_options()) options.push_back(std::move(o));
  return {{.name = "import",
           .summary = "put recorded events on the queues of a running node",
           .positionals = {{.name = "FILE",
                            .help = "recorded events; several are merged by time",
                            .repeated = true}},
           .options = std::move(options),
           .details = "Run again after a Ctrl-C or a failure, the same command goes on where it "
                      "stopped; when everything is\n"
                      "there already, it does nothing. Exit code 69: no broker; 130: stopped."},
          &run};
}

}  // namespace beckon::topology

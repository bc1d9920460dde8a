// beckon rule backtest: what the rules would have fired over recorded events, and what would have
// been sent. In process: no broker, no store, no channel.
#include <nlohmann/json.hpp>

#include "engine/access/subjects.hpp"
#include "topology/backtest/firing_line.hpp"
#include "topology/backtest/report.hpp"
#include "topology/backtest/sends.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/commands/recorded_options.hpp"

namespace beckon::topology {
namespace {

/// The source whose rows these are: the one named, else the only import source, else a name of its
/// own.
result<source_settings> source_of(const std::string& name, const deployment& d) {
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
  own.id = "backtest";
  return own;
}

result<cep::replay_options> options_of(const adapters::arguments& given,
                                       const source_settings& source, const configuration& c) {
  cep::replay_options options;
  options.zone = c.deployment.zone;
  if (source.out_of_order > duration::zero()) {
    for (const std::string& type : c.names.events->type_names()) {
      for (const auto& [kind, roles] :
           c.names.events->declaration(*c.names.events->type(type)).subjects) {
        options.out_of_order[kind] = source.out_of_order;
      }
    }
  }
  if (!given.has("until")) return options;
  const auto until = parse_time(given.text("until"), c.deployment.zone);
  if (!until) return error{errc::invalid, until.error().message, "--until"};
  options.until = *until;
  return options;
}

/// Feeds every row; the error that ended the input, if one did.
result<void> feed(recorded_input& input, const catalogue& events, cep::replay& into,
                  profile_history& profiles, refusals& refused) {
  while (true) {
    auto row = input.next();
    if (!row) return row.error();
    if (!*row) return {};
    const result<event>& e = (*row)->content;
    if (!e) {
      refused.add(e.error());
      continue;
    }
    const auto subjects = subjects_of(*e, events);
    profiles.feed(subjects, *e);
    into.feed(subjects, *e);
  }
}

void report(const backtest_figures& figures, const cep::replay_counts& counts,
            const refusals& refused, const console& to) {
  if (!to.json) {
    to.err << refused.to_text() << report_text(figures, counts);
    return;
  }
  nlohmann::json json = report_json(figures, counts);
  json["refused"] = refused.count();
  to.err << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

int replay_all(recorded_input& input, const cep::replay_options& options, const configuration& c,
               const console& to) {
  cep::replay replay(c.plan->rules, options);
  profile_history profiles;
  refusals refused;
  if (auto fed = feed(input, *c.names.events, replay, profiles, refused); !fed) {
    return to.fail(exit_no_input, fed.error());
  }
  const std::vector<cep::firing> firings = replay.finish();
  for (const cep::firing& f : firings) {
    if (f.what.why == cep::withheld::no) to.out << firing_line(f) << '\n';
  }
  report(decide_all(*c.plan, firings, profiles), replay.counts(), refused, to);
  return exit_ok;
}

int run(const adapters::arguments& given, const console& to) {
  const auto c = load_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  const auto source = source_of(given.text("source"), c->deployment);
  if (!source) return to.fail(adapters::exit_usage, source.error());
  const auto options = options_of(given, *source, *c);
  if (!options) return to.fail(adapters::exit_usage, options.error());
  std::vector<std::string> files = given.texts("events");
  for (std::string& file : given.texts("FILE")) files.push_back(std::move(file));
  auto input = recorded_input::open(input_of(given, std::move(files), source->id, *c));
  if (!input) return to.fail(exit_of_input(input.error()), input.error());
  return replay_all(*input, *options, *c, to);
}

}  // namespace

command backtest_command() {
  std::vector<adapters::option_spec> options = {
      config_option(),
      {.name = "events",
       .value_name = "FILE",
       .help = "recorded events; several are merged by time",
       .required = true,
       .repeated = true},
      {.name = "source",
       .value_name = "ID",
       .help = "source of rows that name none; its out_of_order holds"},
      {.name = "until",
       .value_name = "TIME",
       .help = "let the clock run on to this time behind the last event"}};
  for (adapters::option_spec& o : recorded_options()) options.push_back(std::move(o));
  return {{.name = "rule backtest",
           .summary = "judge recorded events with all rules, offline",
           .positionals = {{.name = "FILE",
                            .help = "further files of recorded events",
                            .required = false,
                            .repeated = true}},
           .options = std::move(options),
           .details = "Firings go to standard output as NDJSON, ordered by (time, rule, subject, "
                      "key); the summary goes to\n"
                      "standard error: users matched, and what is left to send after each filter."},
          &run};
}

}  // namespace beckon::topology

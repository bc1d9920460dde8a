// beckon rule backtest: what the rules would have fired over recorded events, and what would have
// been sent. In process: no broker, no store, no channel.
#include <algorithm>
#include <chrono>
#include <thread>

#include <nlohmann/json.hpp>

#include "engine/access/subjects.hpp"
#include "topology/backtest/firing_line.hpp"
#include "topology/backtest/parallel_replay.hpp"
#include "topology/backtest/report.hpp"
#include "topology/backtest/sends.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/commands/interruption.hpp"
#include "topology/commands/recorded_options.hpp"

namespace beckon::topology {
namespace {

result<cep::replay_options> options_of(const adapters::arguments& given,
                                       const source_settings& source, const configuration& c) {
  cep::replay_options options = replay_options_of(source, c);
  if (!given.has("until")) return options;
  const auto until = parse_time(given.text("until"), c.deployment.zone);
  if (!until) return error{errc::invalid, until.error().message, "--until"};
  options.until = *until;
  return options;
}

/// What the feeding thread learns beside what it gives to the replay.
struct facts_of_input {
  profile_history profiles;
  refusals refused;
};

/// Feeds every row up to the end or Ctrl-C; the error that ended the input, if one did.
result<void> feed(recorded_input& input, const catalogue& events, parallel_replay& into,
                  facts_of_input& facts, adapters::progress_bar& bar) {
  std::vector<concerned_subject> subjects;
  return take_rows(input, bar, [&](input_row& row) -> result<void> {
    if (!row.content) {
      facts.refused.add(row.content.error());
      return {};
    }
    find_subjects(*row.content, events, subjects);
    facts.profiles.feed(subjects, *row.content);
    return into.feed(subjects, *row.content);
  });
}

void write_lines(const std::vector<cep::firing>& firings, std::ostream& out) {
  constexpr std::size_t at_once = 1U << 16U;
  std::string lines;
  for (const cep::firing& f : firings) {
    if (f.what.why == cep::withheld::no) append_firing_line(lines, f);
    if (lines.size() < at_once) continue;
    out << lines;
    lines.clear();
  }
  out << lines;
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

int exit_of_failure(const error& e) noexcept {
  return e.code == errc::internal ? exit_internal : exit_no_input;
}

int stopped(const console& to) {
  return to.fail(exit_interrupted, "stopped before the end: what would have fired is not known");
}

int replay_all(recorded_input& input, const cep::replay_options& options, std::size_t threads,
               std::uint64_t lines, const configuration& c, const console& to) {
  auto replay = parallel_replay::start(c.plan->rules, options, threads);
  if (!replay) return to.fail(exit_unavailable, replay.error());
  adapters::progress_bar bar(to.err_is, to.err, "backtest", lines,
                             std::chrono::steady_clock::now());
  facts_of_input facts;
  const auto fed = feed(input, *c.names.events, **replay, facts, bar);
  bar.finish(std::chrono::steady_clock::now());
  if (!fed) return to.fail(exit_of_failure(fed.error()), fed.error());
  if (interrupted()) return stopped(to);
  const auto all = (*replay)->finish();
  if (!all) return to.fail(exit_internal, all.error());
  if (interrupted()) return stopped(to);
  write_lines(all->firings, to.out);
  report(decide_all(*c.plan, all->firings, facts.profiles), all->counts, facts.refused, to);
  return exit_ok;
}

/// As many as the machine has cores, unless said.
std::size_t threads_of(const adapters::arguments& given) {
  if (given.has("threads")) return static_cast<std::size_t>(given.integer("threads"));
  return std::max(1U, std::thread::hardware_concurrency());
}

int run(const adapters::arguments& given, const console& to) {
  const auto c = load_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  const auto source = recorded_source(given.text("source"), c->deployment, "backtest");
  if (!source) return to.fail(adapters::exit_usage, source.error());
  const auto options = options_of(given, *source, *c);
  if (!options) return to.fail(adapters::exit_usage, options.error());
  std::vector<std::string> files = given.texts("events");
  for (std::string& file : given.texts("FILE")) files.push_back(std::move(file));
  auto input = recorded_input::open(input_of(given, files, source->id, *c));
  if (!input) return to.fail(exit_of_input(input.error()), input.error());
  heed_interruption();
  const std::uint64_t lines = to.err_is.interactive ? count_lines(files) : 0;
  return replay_all(*input, *options, threads_of(given), lines, *c, to);
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
      source_option(),
      {.name = "until",
       .value_name = "TIME",
       .help = "let the clock run on to this time behind the last event"},
      {.name = "threads",
       .kind = adapters::option_kind::integer,
       .value_name = "N",
       .help = "that judge, beside the one that reads; default: the machine's cores",
       .least = 1,
       .most = 256}};
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
                      "standard error: users matched, and what is left to send after each filter. "
                      "They are the same for any number\n"
                      "of threads; rules with TO EACH are judged by one. Exit code 130: stopped."},
          &run};
}

}  // namespace beckon::topology

// beckon rule warm: what look-backs would remember of recorded events, into the store of a node
// that does not run.
#include <chrono>
#include <filesystem>

#include "adapters/nats/data_lock.hpp"
#include "adapters/rocksdb/rocksdb_store.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/commands/interruption.hpp"
#include "topology/commands/recorded_options.hpp"
#include "topology/data_layout.hpp"
#include "topology/look_backs.hpp"
#include "topology/rule_versions.hpp"
#include "topology/warm/past_writer.hpp"
#include "topology/warm/replayed_log.hpp"
#include "topology/warm/warm_report.hpp"

namespace beckon::topology {
namespace {

/// What the operator says of the recorded events beyond what they show.
struct claims {
  std::optional<timestamp> from, to;
  bool all_types = false;
};

result<std::optional<timestamp>> time_of(const adapters::arguments& given, const std::string& name,
                                         const std::string& zone) {
  if (!given.has(name)) return std::optional<timestamp>{};
  const auto time = parse_time(given.text(name), zone);
  if (!time) return error{errc::invalid, time.error().message, "--" + name};
  return std::optional(*time);
}

result<claims> claims_of(const adapters::arguments& given, const std::string& zone) {
  claims made;
  const auto from = time_of(given, "complete-from", zone);
  if (!from) return from.error();
  const auto to = time_of(given, "complete-to", zone);
  if (!to) return to.error();
  if (*from && *to && **from > **to)
    return error{errc::invalid, "--complete-from is later than --complete-to", ""};
  made.from = *from;
  made.to = *to;
  made.all_types = given.flag("all-types");
  return made;
}

cep::past_cover covered(cep::past_cover shown, const claims& said) {
  shown.from = said.from.value_or(shown.from);
  shown.to = said.to.value_or(shown.to);
  shown.all_types = said.all_types;
  return shown;
}

/// DATA of a node that does not run, and that cannot start meanwhile.
struct resting_node {
  adapters::data_lock lock;
  std::unique_ptr<adapters::node_store> store;
};

/// A node on a broker of its operator holds no lock but its store's.
error said_of(const error& e) {
  if (e.code != errc::conflict) return e;
  return {e.code, e.message + ": stop the node first", e.where};
}

result<resting_node> take_hold(const deployment& d) {
  std::error_code failed;
  std::filesystem::create_directories(d.data, failed);
  if (failed) return error{errc::unavailable, failed.message(), d.data};
  auto lock = adapters::data_lock::take(d.data, duration{0});
  if (!lock) return said_of(lock.error());
  adapters::rocksdb_options o;
  o.directory = state_directory(d.data);
  o.decisions_kept = d.limits.decisions_keep;
  auto store = adapters::open_store(o);
  if (!store) return said_of(store.error());
  return resting_node{std::move(*lock), std::move(*store)};
}

/// The rules as the node's next start will have them, to read and write its state.
result<std::shared_ptr<const cep::rule_set>> rules_at_start(const configuration& c,
                                                            const cep::known_past& stored,
                                                            timestamp now) {
  const auto rules = c.plan->rules->with_past(stored);
  auto noted = recall_rule_versions_offline(c.deployment, *rules, c.names, now);
  if (!noted) return noted.error();
  return rules->with_former(std::move(noted->former));
}

result<void> feed_all(recorded_input& input, replayed_log& into, adapters::progress_bar& bar) {
  const auto fed = take_rows(input, bar, [&into](input_row& row) -> result<void> {
    into.feed(row);
    return {};
  });
  if (fed && !interrupted()) into.finish();
  return fed;
}

int stopped(const console& to) {
  return to.fail(exit_interrupted, "stopped before the end: the same command does the rest");
}

/// Rows first, then since when the past is known: what a crash leaves in between is only less.
int write_all(replayed_log& log, const configuration& c, const claims& said, timestamp now,
              const console& to) {
  const auto node = take_hold(c.deployment);
  if (!node) return to.fail(exit_unavailable, node.error());
  const auto stored = read_look_backs(c.deployment.data);
  if (!stored) return to.fail(exit_unavailable, stored.error());
  const auto rules = rules_at_start(c, *stored, now);
  if (!rules) return to.fail(exit_unavailable, rules.error());
  past_writer into(*node->store, {*rules, c.deployment.partitions, c.deployment.absence_grace});
  result<void> done = into.open();
  if (done) {
    done = log.hand_over([&](const subject& who, cep::subject_state past) {
      if (interrupted()) return result<void>(error{errc::unavailable, "interrupted", ""});
      return into.add(who, std::move(past));
    });
  }
  if (interrupted()) return stopped(to);
  if (done) done = into.finish();
  if (!done) return to.fail(exit_unavailable, done.error());
  const cep::covered_past past = cep::cover_past(*stored, **rules, covered(log.covers(), said),
                                                 into.latest_taken().value_or(now));
  if (past.changed) done = write_look_backs(c.deployment.data, past.known);
  if (!done) return to.fail(exit_unavailable, done.error());
  return report_warming({log.rows(), log.refused(), into.figures(), past.look_backs}, to);
}

int warm(const adapters::arguments& given, const configuration& c, const source_settings& source,
         const claims& said, const console& to) {
  const auto looking = cep::rules_that_look_back(*c.plan->rules);
  if (looking == nullptr) return to.fail(exit_failure, "no rule looks back: nothing to warm");
  const std::vector<std::string> files = given.texts("FILE");
  auto input = recorded_input::open(input_of(given, files, source.id, c));
  if (!input) return to.fail(exit_of_input(input.error()), input.error());
  heed_interruption();
  const auto now = std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
  replayed_log log(looking, replay_options_of(source, c),
                   saturating_add(now, c.deployment.limits.max_future_skew));
  adapters::progress_bar bar(to.err_is, to.err, "warm",
                             to.err_is.interactive ? count_lines(files) : 0,
                             std::chrono::steady_clock::now());
  const auto fed = feed_all(*input, log, bar);
  bar.finish(std::chrono::steady_clock::now());
  if (!fed) return to.fail(exit_no_input, fed.error());
  if (interrupted()) return stopped(to);
  return write_all(log, c, said, now, to);
}

int run(const adapters::arguments& given, const console& to) {
  const auto c = load_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  if (c->deployment.clock == clock_mode::event)
    return to.fail(adapters::exit_usage,
                   "under 'clock: event' the recorded log is the whole past: nothing to warm");
  const auto source = recorded_source(given.text("source"), c->deployment, "warm");
  if (!source) return to.fail(adapters::exit_usage, source.error());
  const auto said = claims_of(given, c->deployment.zone);
  if (!said) return to.fail(adapters::exit_usage, said.error());
  return warm(given, *c, *source, *said, to);
}

}  // namespace

command rule_warm_command() {
  std::vector<adapters::option_spec> options = {
      config_option(),
      source_option(),
      {.name = "complete-from",
       .value_name = "TIME",
       .help = "the files miss no event from then on; default: from their first event on"},
      {.name = "complete-to",
       .value_name = "TIME",
       .help = "nor one up to then; default: up to their last event"},
      {.name = "all-types",
       .kind = adapters::option_kind::flag,
       .value_name = "",
       .help = "an event type that is not in the files did not happen"}};
  for (adapters::option_spec& o : recorded_options()) options.push_back(std::move(o));
  return {
      {.name = "rule warm",
       .summary = "let look-backs (IN THE LAST) know recorded events of before",
       .positionals = {{.name = "FILE",
                        .help = "recorded events; several are merged by time",
                        .repeated = true}},
       .options = std::move(options),
       .details =
           "The node must not be running. Only look-backs learn: no rule begins, waits or fires "
           "because of these events.\n"
           "Done twice it changes nothing more. Exit code 1: some look-back still does not "
           "reach back; 69: the node runs."},
      &run};
}

}  // namespace beckon::topology

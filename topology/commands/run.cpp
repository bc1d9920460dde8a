// beckon run: a node, until it is told to stop (SIGTERM, SIGINT) or cannot go on.
#include <filesystem>

#include "adapters/log/logger.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/node/node.hpp"
#include "topology/node/signals.hpp"
#include "topology/shipped_kinds.hpp"

namespace beckon::topology {
namespace {

adapters::log_options log_options_of(const log_settings& l, const console& to) {
  adapters::log_options o;
  o.least = static_cast<port::log_level>(l.level);
  o.form = l.format == log_format::json || to.json_log ? adapters::log_form::json
                                                       : adapters::log_form::text;
  return o;
}

int run(const adapters::arguments& given, const console& to) {
  auto c = load_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  if (given.has("clock"))
    c->deployment.clock = given.text("clock") == "event" ? clock_mode::event : clock_mode::wall;
  std::error_code failed;
  std::filesystem::create_directories(c->deployment.data, failed);
  if (failed)
    return to.fail(exit_unavailable, "cannot make " + c->deployment.data + ": " + failed.message());
  adapters::logger log(log_options_of(c->deployment.log, to));
  stop_signals signals;
  auto started = node::start(*c, log, {.wake = [&] { signals.wake(); }});
  if (!started) return to.fail(exit_unavailable, started.error());
  auto& running = **started;
  log.write(port::log_level::info, "node", "running",
            {{"ingest", "http://" + running.ingest_address()}});
  signals.wait();
  if (const auto why = running.failed()) return to.fail(exit_internal, *why);
  log.write(port::log_level::info, "node", "stopping: draining");
  const bool in_time = running.drain();
  log.write(in_time ? port::log_level::info : port::log_level::warning, "node",
            in_time ? "drained"
                    : "not drained in time: what was taken is safe and goes on at the next start");
  return exit_ok;
}

}  // namespace

command run_command() {
  return {
      {.name = "run",
       .summary = "run a node until SIGTERM",
       .positionals = {},
       .options =
           {config_option(),
            {.name = "clock",
             .kind = adapters::option_kind::text,
             .value_name = "wall|event",
             .help = "what judging takes for the present; event: recorded logs in their own time",
             .choices = {"wall", "event"}}},
       .details =
           "Exit code 0: stopped smoothly; 69: cannot start; 70: cannot go on; 78: configuration."},
      &run};
}

}  // namespace beckon::topology

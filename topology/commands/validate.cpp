// beckon validate DIR: every problem of every file in one run, or what the configuration holds.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "topology/channel_kinds.hpp"
#include "topology/commands/command.hpp"
#include "topology/load.hpp"

namespace beckon::topology {
namespace {

struct summary {
  std::size_t rules = 0;
  std::size_t tests = 0;
  std::size_t actions = 0;
  std::size_t filters = 0;
  std::size_t channels = 0;
  std::size_t events = 0;
  std::size_t worst_case_bytes = 0;  ///< per user, over all rules
  duration out_of_order{};           ///< the largest of the sources
};

summary summarise(const configuration& c) {
  summary s;
  for (const loaded_rule& r : c.rules) {
    ++s.rules;
    s.tests += r.compiled.tests.size();
    if (r.compiled.rule) s.worst_case_bytes += r.compiled.rule->worst_case_bytes;
  }
  for (std::size_t i = 0; i < c.names.events->type_count(); ++i) {
    const event_declaration& type = c.names.events->declaration(static_cast<event_type_id>(i));
    if (!type.built_in && !type.derived) ++s.events;
  }
  for (const source_settings& source : c.deployment.sources)
    s.out_of_order = std::max(s.out_of_order, source.out_of_order);
  if (!c.plan) return s;
  s.actions = c.plan->actions.size();
  s.filters = c.plan->filters.size();
  s.channels = c.plan->channels.size();
  return s;
}

nlohmann::json summary_json(const summary& s) {
  return {{"events", s.events},
          {"rules", s.rules},
          {"tests", s.tests},
          {"actions", s.actions},
          {"filters", s.filters},
          {"channels", s.channels},
          {"worst_case_bytes_per_user", s.worst_case_bytes},
          {"out_of_order_ms", s.out_of_order.count()}};
}

int print_json(const configuration& c, bool valid, const console& to) {
  nlohmann::json list = nlohmann::json::array();
  for (const problem& p : c.found) list.push_back(to_json(p));
  nlohmann::json json = {{"valid", valid}, {"problems", std::move(list)}};
  if (valid) json["summary"] = summary_json(summarise(c));
  to.print(json);
  return valid ? exit_ok : adapters::exit_configuration;
}

int print_text(const configuration& c, const std::string& directory, bool valid,
               const console& to) {
  for (const problem& p : c.found) to.out << to_text(p, to.out_is) << '\n';
  if (!valid) {
    to.out << directory << ": " << count_text(c.found) << '\n';
    return adapters::exit_configuration;
  }
  const summary s = summarise(c);
  to.out << directory << ": " << to.out_is.paint(adapters::style::green, "valid") << "; "
         << counted(s.events, "event") << ", " << counted(s.rules, "rule") << " with "
         << counted(s.tests, "test") << ", " << counted(s.actions, "action") << ", "
         << counted(s.filters, "filter") << ", " << counted(s.channels, "channel") << "; at most "
         << (s.worst_case_bytes + 1023) / 1024 << " KiB of rule state per user\n";
  if (s.out_of_order > duration::zero()) {
    to.out << "events are put in time order, which delays every decision by "
           << to_string(s.out_of_order) << '\n';
  }
  return exit_ok;
}

int run(const adapters::arguments& given, const console& to) {
  const std::string directory = given.text("DIR");
  const configuration c = load_configuration(directory, shipped_channels());
  const bool valid = c.plan != nullptr;
  return to.json ? print_json(c, valid, to) : print_text(c, directory, valid, to);
}

}  // namespace

command validate_command() {
  return {{.name = "validate",
           .summary = "check a configuration directory and print everything that is wrong with it",
           .positionals = {{"DIR", "configuration directory"}},
           .options = {},
           .details = "Exit code 0: valid (there may be warnings); 78: not."},
          &run};
}

}  // namespace beckon::topology

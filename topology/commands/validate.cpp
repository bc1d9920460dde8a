// beckon validate DIR: every problem of every file in one run, or what the configuration holds.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "topology/commands/command.hpp"
#include "topology/load.hpp"
#include "topology/rule_versions.hpp"
#include "topology/shipped_kinds.hpp"

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

/// What a node that starts with it would make of the texts its data remember; what is odd about
/// them is added to the problems.
std::vector<rule_change> changes_in(configuration& c) {
  const auto warn = [&c](std::string message) {
    problem p{c.deployment.data + "/rules.json", 0, 0, std::move(message)};
    p.warning = true;
    c.found.push_back(std::move(p));
  };
  auto stored = read_rule_histories(c.deployment.data);
  if (!stored) {
    warn("a node cannot start with this: it " + stored.error().message);
    return {};
  }
  const timestamp before = stored->started;
  noted_versions noted =
      note_versions(*std::move(stored), *c.plan->rules, c.deployment, c.names, before);
  for (const version_trouble& t : noted.troubles)
    warn("rule '" + t.rule + "', version " + t.version + ": " + t.why);
  return std::move(noted.changes);
}

std::string_view outlook(cep::fate what) {
  switch (what) {
    case cep::fate::keep:
      break;
    case cep::fate::reset:
      return "are dropped";
    case cep::fate::drain:
      return "end under the old text";
  }
  return "that mean the same go on under the new text";
}

nlohmann::json changes_json(const std::vector<rule_change>& changes) {
  nlohmann::json list = nlohmann::json::array();
  for (const rule_change& c : changes)
    list.push_back(
        {{"rule", c.rule}, {"from", c.from}, {"to", c.to}, {"on_change", cep::to_string(c.what)}});
  return list;
}

int print_json(const configuration& c, bool valid, const std::vector<rule_change>& changes,
               const console& to) {
  nlohmann::json list = nlohmann::json::array();
  for (const problem& p : c.found) list.push_back(to_json(p));
  nlohmann::json json = {{"valid", valid}, {"problems", std::move(list)}};
  if (valid) json["summary"] = summary_json(summarise(c));
  if (valid) json["changes"] = changes_json(changes);
  to.print(json);
  return valid ? exit_ok : adapters::exit_configuration;
}

int print_text(const configuration& c, const std::string& directory, bool valid,
               const std::vector<rule_change>& changes, const console& to) {
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
  for (const rule_change& r : changes) {
    to.out << "rule " << r.rule << " changes from " << r.from << " to " << r.to
           << ": live partial matches " << outlook(r.what) << '\n';
  }
  return exit_ok;
}

int run(const adapters::arguments& given, const console& to) {
  const std::string directory = given.text("DIR");
  configuration c = load_configuration(directory, shipped_kinds());
  const bool valid = c.plan != nullptr;
  const auto changes = valid ? changes_in(c) : std::vector<rule_change>();
  return to.json ? print_json(c, valid, changes, to) : print_text(c, directory, valid, changes, to);
}

}  // namespace

command validate_command() {
  return {
      {.name = "validate",
       .summary = "check a configuration directory and print everything that is wrong with it",
       .positionals = {{"DIR", "configuration directory"}},
       .options = {},
       .details = "Says which rules a node started with it would find changed, and what becomes of "
                  "their live partial matches.\n"
                  "Exit code 0: valid (there may be warnings); 78: not."},
      &run};
}

}  // namespace beckon::topology

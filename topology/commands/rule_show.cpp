// beckon rule show FILE|NAME: what a rule is made of, drawn, and what it costs at worst.
#include <filesystem>

#include <nlohmann/json.hpp>

#include "engine/language/automaton.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/commands/rule_files.hpp"
#include "topology/directory.hpp"
#include "topology/parse/rules.hpp"

namespace beckon::topology {
namespace {

namespace fs = std::filesystem;

nlohmann::json to_json(const language::automaton_position& p) {
  return {{"kind", p.kind},     {"waits", p.waits},           {"events", p.events},
          {"alias", p.alias},   {"quantity", p.quantity},     {"bound", p.bound},
          {"guards", p.guards}, {"interrupts", p.interrupts}, {"keeps", p.keeps}};
}

nlohmann::json to_json(const language::automaton& a, std::size_t bytes) {
  nlohmann::json positions = nlohmann::json::array(), size = nlohmann::json::array();
  for (const language::automaton_position& p : a.positions) positions.push_back(to_json(p));
  for (const language::size_part& p : a.size) {
    size.push_back({{"what", p.what}, {"bytes", p.bytes}, {"times", p.times}});
  }
  return {{"name", a.name},
          {"title", a.title},
          {"version", a.version},
          {"subject", a.subject},
          {"same", a.same},
          {"active", a.active},
          {"positions", positions},
          {"all_within", a.all_within},
          {"unless", a.unless},
          {"if", a.condition},
          {"keep_first", a.keep_first},
          {"fire", a.fire},
          {"to_each", a.to_each},
          {"returns", a.returns},
          {"worst_case_bytes", bytes},
          {"size", size}};
}

int run(const adapters::arguments& given, const console& to) {
  const std::string asked = given.text("FILE|NAME");
  std::string directory = given.text("config");
  std::error_code failed;
  const bool is_name = !directory.empty() && !fs::exists(asked, failed);
  const std::string path = is_name ? directory + "/rules/" + asked + ".rule" : asked;
  const auto text = read_text_file(path);
  if (!text) {
    return to.fail(exit_no_input, path + ": cannot be read: " + text.error().message +
                                      (directory.empty() ? "; a rule's name needs -c DIR" : ""));
  }
  if (directory.empty()) directory = configuration_above(path);
  if (directory.empty()) {
    return to.fail(adapters::exit_configuration,
                   path + ": no directory above it holds a catalogue.yaml; name one with -c DIR");
  }
  const auto ground = load_ground_or_explain(directory, to);
  if (!ground) return adapters::exit_configuration;
  const auto [file, events] = parse_rule_among({path, fs::path(path).stem().string(), *text},
                                               read_directory(directory).rules, ground->names);
  print_problems(file.found, to);
  if (!file.rule) return adapters::exit_configuration;
  const language::automaton shown = language::automaton_of(*file.rule, *events);
  if (to.json) {
    to.print(to_json(shown, file.rule->worst_case_bytes));
  } else {
    to.out << language::drawn(shown);
  }
  return exit_ok;
}

}  // namespace

command rule_show_command() {
  return {{.name = "rule show",
           .summary = "draw a rule as the automaton it is, with its worst-case bytes per user",
           .positionals = {{.name = "FILE|NAME",
                            .help = "rule file, or with -c DIR the name of a rule there"}},
           .options = {config_option(false)},
           .details = "The events a rule may name come from catalogue.yaml in DIR, else in the "
                      "nearest directory above the file.\nExit code 0: done; 66: the file cannot "
                      "be read; 78: the rule or its configuration is wrong."},
          &run};
}

}  // namespace beckon::topology

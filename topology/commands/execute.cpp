#include <algorithm>

#include "topology/commands/command.hpp"

namespace beckon::topology {
namespace {

/// The one short option: `-c DIR`. Everything after a lone "--" is left alone.
std::vector<std::string> with_long_names(std::vector<std::string> words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  std::replace(words.begin(), end, std::string("-c"), std::string("--config"));
  return words;
}

std::vector<adapters::option_spec> shared_options() {
  return {{.name = "output",
           .value_name = "FORM",
           .help = "how results are printed: text or json",
           .fallback = "text",
           .choices = {"text", "json"}},
          {.name = "log.format",
           .value_name = "FORM",
           .help = "how errors and log lines are printed: text or json",
           .choices = {"text", "json"}}};
}

}  // namespace

adapters::option_spec config_option(bool required) {
  return {.name = "config",
          .value_name = "DIR",
          .help = "configuration directory (short: -c)",
          .required = required};
}

int execute(const std::vector<std::string>& words, const std::vector<command>& commands,
            console to) {
  std::vector<adapters::command_spec> specs;
  for (const command& c : commands) specs.push_back(c.spec);
  const adapters::command_line line(
      "beckon", "real-time outreach: recognises moments in event streams and acts on them",
      version_text, std::move(specs), shared_options());
  const auto parsed = line.parse(with_long_names(words));
  if (const auto* usage = std::get_if<adapters::usage>(&parsed)) {
    (usage->exit == exit_ok ? to.out : to.err) << usage->text;
    return usage->exit;
  }
  const auto& given = std::get<adapters::arguments>(parsed);
  to.json = given.text("output") == "json";
  to.json_log = given.text("log.format") == "json";
  const auto asked = std::find_if(commands.begin(), commands.end(), [&given](const command& c) {
    return c.spec.name == given.command();
  });
  return asked->run(given, to);
}

}  // namespace beckon::topology

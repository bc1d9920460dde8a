// What `help` prints.
#include <algorithm>

#include "adapters/cli/arguments.hpp"
#include "adapters/cli/table.hpp"

namespace beckon::adapters {
namespace {

std::string shown(const positional_spec& spec) {
  const std::string name = spec.name + (spec.repeated ? " ..." : "");
  return spec.required ? name : "[" + name + "]";
}

std::string shown(const option_spec& option) {
  const std::string name = "--" + option.name;
  return option.kind == option_kind::flag ? name : name + " " + option.value_name;
}

std::string explained(const option_spec& option) {
  std::string notes;
  const auto note = [&notes](const std::string& text) {
    notes += (notes.empty() ? "" : "; ") + text;
  };
  if (!option.choices.empty()) {
    std::string list;
    for (const std::string& choice : option.choices) list += (list.empty() ? "" : ", ") + choice;
    note("one of " + list);
  }
  if (option.required) note("required");
  if (option.fallback) note("default " + *option.fallback);
  if (option.repeated) note("may be repeated");
  return option.help + (notes.empty() ? "" : " (" + notes + ")");
}

table two_columns() {
  return table({{"", column_side::left}, {"", column_side::left}});
}

void add_section(std::string& out, const std::string& title, const table& lines) {
  if (lines.empty()) return;
  out += "\n" + title + ":\n" + lines.to_string(2);
}

}  // namespace

/// The commands of a group, or all with the group ""; "" when it has none.
std::string command_line::overview(std::string_view group) const {
  table lines = two_columns();
  const std::string before = group.empty() ? "" : std::string(group) + " ";
  for (const command_spec& command : commands_) {
    if (command.name.starts_with(before)) lines.add({command.name, command.summary});
  }
  if (lines.empty()) return "";
  std::string out = group.empty() ? program_ + ": " + summary_ + "\n\n" : "";
  out += "Usage: " + program_ + " " + before + "COMMAND [options]\n";
  add_section(out, "Commands", lines);
  out += "\n'" + program_ + " help COMMAND' tells more.\n";
  return out;
}

std::string command_line::help_on(const command_spec& command) const {
  std::string out = command.summary + "\n\nUsage: " + program_ + " " + command.name;
  table positionals = two_columns();
  for (const positional_spec& spec : command.positionals) {
    out += " " + shown(spec);
    positionals.add({spec.name, spec.help});
  }
  table options = two_columns();
  for (const auto* list : {&command.options, &shared_}) {
    for (const option_spec& option : *list) {
      if (option.required) out += " " + shown(option);
      options.add({shown(option), explained(option)});
    }
  }
  out += options.empty() ? "\n" : " [options]\n";
  add_section(out, "Arguments", positionals);
  add_section(out, "Options", options);
  if (!command.details.empty()) out += "\n" + command.details + "\n";
  return out;
}

}  // namespace beckon::adapters

#include "adapters/cli/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "adapters/cli/argument_parser.hpp"
#include "engine/base/settings.hpp"

namespace beckon::adapters {
namespace {

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> out;
  while (!name.empty()) {
    const std::size_t end = std::min(name.find(' '), name.size());
    out.emplace_back(name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return out;
}

std::string joined(const std::vector<std::string>& words, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "" : " ") + words[i];
  return out;
}

/// The words before the first option.
std::size_t leading_names(const std::vector<std::string>& words) {
  const auto at = std::find_if(words.begin(), words.end(),
                               [](const std::string& word) { return word.starts_with("-"); });
  return static_cast<std::size_t>(at - words.begin());
}

/// Whether `word` stands among the words before a lone "--".
bool asks_for(const std::vector<std::string>& words, std::string_view word) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::find(words.begin(), end, word) != end;
}

}  // namespace

bool arguments::has(std::string_view name) const noexcept {
  return values_.find(name) != values_.end();
}

bool arguments::flag(std::string_view name) const noexcept {
  return has(name);
}

std::string arguments::text(std::string_view name) const {
  const auto at = values_.find(name);
  return at == values_.end() ? "" : at->second.back();
}

std::vector<std::string> arguments::texts(std::string_view name) const {
  const auto at = values_.find(name);
  return at == values_.end() ? std::vector<std::string>{} : at->second;
}

std::int64_t arguments::integer(std::string_view name) const {
  const std::string digits = text(name);
  std::int64_t n = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), n);
  return n;
}

duration arguments::span(std::string_view name) const {
  const auto parsed = parse_duration(text(name));
  return parsed ? *parsed : duration::zero();
}

command_line::command_line(std::string program, std::string summary, std::string version,
                           std::vector<command_spec> commands, std::vector<option_spec> shared)
    : program_(std::move(program)),
      summary_(std::move(summary)),
      version_(std::move(version)),
      commands_(std::move(commands)),
      shared_(std::move(shared)) {}

const command_spec* command_line::find(const std::vector<std::string>& words,
                                       std::size_t& used) const {
  const command_spec* found = nullptr;
  used = 0;
  for (const command_spec& command : commands_) {
    const auto name = words_of(command.name);
    const bool fits =
        name.size() <= words.size() && std::equal(name.begin(), name.end(), words.begin());
    if (fits && name.size() > used) {
      found = &command;
      used = name.size();
    }
  }
  return found;
}

usage command_line::mistaken_command(const std::vector<std::string>& words) const {
  const std::size_t given = std::min<std::size_t>(leading_names(words), 3);
  if (given == 0) {
    if (words.empty()) return {exit_usage, help()};
    return {exit_usage, program_ + ": a command is missing before '" + words.front() + "'\nSee '" +
                            program_ + " help'.\n"};
  }
  const std::string group = joined(words, given);
  if (std::string listed = overview(group); !listed.empty()) {
    return {exit_usage, program_ + ": '" + group + "' needs a subcommand\n\n" + listed};
  }
  std::vector<std::string> known;
  for (const command_spec& command : commands_) known.push_back(command.name);
  std::string near;
  std::string tried;
  for (std::size_t count = given; near.empty() && count > 0; --count) {
    tried = joined(words, count);
    near = nearest(tried, known);
  }
  return {exit_usage, program_ + ": unknown command '" + (near.empty() ? group : tried) + "'" +
                          (near.empty() ? "" : "; did you mean '" + near + "'?") + "\nSee '" +
                          program_ + " help'.\n"};
}

std::variant<arguments, usage> command_line::parse(const std::vector<std::string>& words) const {
  std::vector<std::string> named = words;
  const bool help_first = !words.empty() && words.front() == "help";
  if (help_first) named.erase(named.begin());
  const bool help_asked = help_first || asks_for(words, "--help") || asks_for(words, "-h");
  if (!help_asked && asks_for(words, "--version"))
    return usage{0, program_ + " " + version_ + "\n"};
  std::size_t used = 0;
  const command_spec* command = find(named, used);
  if (help_asked) {
    if (command != nullptr) return usage{0, help_on(*command)};
    const std::string listed = overview(joined(named, leading_names(named)));
    return listed.empty() ? mistaken_command(named) : usage{0, listed};
  }
  if (command == nullptr) return mistaken_command(words);
  argument_parser parser(*command, shared_);
  if (const auto wrong = parser.read(words, used)) {
    return usage{exit_usage, program_ + " " + command->name + ": " + *wrong + "\nSee '" + program_ +
                                 " help " + command->name + "'.\n"};
  }
  return parser.take();
}

std::string command_line::help(std::string_view about) const {
  std::size_t used = 0;
  const auto words = words_of(about);
  const command_spec* command = find(words, used);
  return command != nullptr && used == words.size() ? help_on(*command) : overview(about);
}

}  // namespace beckon::adapters

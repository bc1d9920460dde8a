#include "adapters/cli/argument_parser.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/base/settings.hpp"

namespace beckon::adapters {
namespace {

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t n = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return n;
}

std::string range_of(const option_spec& option) {
  const option_spec open{};
  if (option.least == open.least && option.most == open.most) return "a whole number";
  if (option.most == open.most) return "a whole number from " + std::to_string(option.least);
  if (option.least == open.least) return "a whole number up to " + std::to_string(option.most);
  return "a whole number from " + std::to_string(option.least) + " to " +
         std::to_string(option.most);
}

/// Why `text` is no value of the option; none when it is one.
std::optional<std::string> refuse(const option_spec& option, const std::string& text) {
  const std::string who = "option --" + option.name;
  if (option.kind == option_kind::integer) {
    const auto n = whole_number(text);
    if (n && *n >= option.least && *n <= option.most) return std::nullopt;
    return who + " takes " + range_of(option) + ", not " + quoted(text);
  }
  if (option.kind == option_kind::span) {
    const auto parsed = parse_duration(text);
    if (parsed) return std::nullopt;
    return who + " takes a duration such as '30 s': " + parsed.error().message;
  }
  const auto& allowed = option.choices;
  if (allowed.empty() || std::find(allowed.begin(), allowed.end(), text) != allowed.end()) {
    return std::nullopt;
  }
  std::string list;
  for (const std::string& choice : allowed) list += (list.empty() ? "" : ", ") + choice;
  return who + " takes one of " + list + ", not " + quoted(text);
}

}  // namespace

argument_parser::argument_parser(const command_spec& command,
                                 const std::vector<option_spec>& shared)
    : command_(command), shared_(shared) {
  out_.command_ = command.name;
}

const option_spec* argument_parser::find(std::string_view name) const {
  for (const auto* list : {&command_.options, &shared_}) {
    for (const option_spec& option : *list) {
      if (option.name == name) return &option;
    }
  }
  return nullptr;
}

std::string argument_parser::unknown(std::string_view name) const {
  std::vector<std::string> known{"help", "version"};
  for (const auto* list : {&command_.options, &shared_}) {
    for (const option_spec& option : *list) known.push_back(option.name);
  }
  const std::string near = nearest(name, known);
  return "unknown option --" + std::string(name) +
         (near.empty() ? "" : "; did you mean --" + near + "?");
}

std::optional<std::string> argument_parser::read(const std::vector<std::string>& words,
                                                 std::size_t first) {
  bool options_ended = false;
  for (std::size_t at = first; at < words.size(); ++at) {
    const std::string& word = words[at];
    mistake wrong;
    if (!options_ended && word == "--") {
      options_ended = true;
    } else if (!options_ended && word.starts_with("--")) {
      wrong = read_option(words, at);
    } else if (!options_ended && word.size() > 1 && word.front() == '-') {
      wrong = "unknown option " + quoted(word) + "; options begin with two dashes";
    } else {
      wrong = read_positional(word);
    }
    if (wrong) return wrong;
  }
  return finish();
}

std::optional<std::string> argument_parser::read_option(const std::vector<std::string>& words,
                                                        std::size_t& at) {
  const std::string_view word = std::string_view(words[at]).substr(2);
  const std::size_t equals = word.find('=');
  const std::string_view name = word.substr(0, equals);
  const option_spec* option = find(name);
  if (option == nullptr) return unknown(name);
  if (option->kind == option_kind::flag) {
    if (equals != std::string_view::npos) return "option --" + option->name + " takes no value";
    return accept(*option, "");
  }
  if (equals != std::string_view::npos)
    return accept(*option, std::string(word.substr(equals + 1)));
  if (at + 1 >= words.size() || words[at + 1].starts_with("--")) {
    return "option --" + option->name + " needs a value (--" + option->name + "=" +
           option->value_name + ")";
  }
  return accept(*option, words[++at]);
}

std::optional<std::string> argument_parser::accept(const option_spec& option, std::string text) {
  if (option.kind != option_kind::flag) {
    if (auto wrong = refuse(option, text)) return wrong;
  }
  auto& values = out_.values_[option.name];
  if (!values.empty() && !option.repeated) return "option --" + option.name + " is given twice";
  values.push_back(std::move(text));
  return std::nullopt;
}

std::optional<std::string> argument_parser::read_positional(const std::string& word) {
  if (positional_ >= command_.positionals.size()) {
    return "unexpected argument " + quoted(word);
  }
  const positional_spec& spec = command_.positionals[positional_];
  out_.values_[spec.name].push_back(word);
  if (!spec.repeated) ++positional_;
  return std::nullopt;
}

std::optional<std::string> argument_parser::finish() {
  for (const positional_spec& spec : command_.positionals) {
    if (spec.required && !out_.has(spec.name)) return spec.name + " is missing";
  }
  for (const auto* list : {&command_.options, &shared_}) {
    for (const option_spec& option : *list) {
      if (out_.has(option.name)) continue;
      if (option.required) return "option --" + option.name + " is required";
      if (option.fallback) out_.values_[option.name] = {*option.fallback};
    }
  }
  return std::nullopt;
}

}  // namespace beckon::adapters

#include "topology/plan/build.hpp"

#include <algorithm>
#include <tuple>

#include "adapters/yaml/yaml.hpp"
#include "topology/parse/catalogue.hpp"
#include "topology/parse/deployment.hpp"
#include "topology/parse/lists.hpp"
#include "topology/parse/parts.hpp"
#include "topology/parse/rules.hpp"
#include "topology/plan/adapter_options.hpp"
#include "topology/plan/source_lines.hpp"
#include "topology/validate/chains.hpp"
#include "topology/validate/recipients.hpp"
#include "topology/validate/rule_settings.hpp"
#include "topology/validate/sources.hpp"

namespace beckon::topology {
namespace {

/// A configuration on its way: what YAML itself says is wrong is kept apart until the end.
struct building {
  configuration made;
  problems syntax;
  settings deployment;  ///< beckon.yaml
};

settings tree_of(const std::optional<file_text>& file, building& b) {
  return file ? adapters::load_yaml(file->text, file->path, b.syntax) : settings{};
}

/// A file that holds nothing but comments says nothing: as if it were not there.
bool says_something(const settings& root) {
  return root.what != settings::shape::null;
}

void read_deployment(const configuration_directory& files, const secret_source& outside,
                     building& b) {
  const settings& root = b.deployment = tree_of(files.deployment, b);
  if (!says_something(root)) return;
  b.made.deployment = parse_deployment(root, files.path, outside, b.made.found);
  validate_sources(b.made.deployment, root, b.made.found);
}

void read_catalogue(const configuration_directory& files, building& b) {
  configuration& made = b.made;
  made.names.events = empty_catalogue();
  const std::size_t before = b.syntax.size();
  const settings root = tree_of(files.catalogue, b);
  if (says_something(root)) {
    made.names.events = parse_catalogue(root, made.found);
  } else if (files.catalogue && b.syntax.size() == before) {
    made.found.push_back({files.catalogue->path, 0, 0, "the file is empty",
                          "declare under 'events:' which events exist"});
  } else if (!files.catalogue && !has_errors(files.found)) {
    made.found.push_back({files.path, 0, 0, "this directory holds no catalogue.yaml",
                          "it declares which events exist; config/demo shows one"});
  }
}

std::shared_ptr<const language::named_lists> lists_in(const std::vector<file_text>& files,
                                                      problems& out) {
  auto lists = std::make_shared<language::named_lists>();
  for (const file_text& file : files)
    lists->emplace(file.name, parse_list(file.text, file.path, out));
  return lists;
}

void read_lists(const configuration_directory& files, configuration& made) {
  made.names.lists = lists_in(files.lists, made.found);
  made.names.audiences = lists_in(files.audiences, made.found);
  made.names.zone = made.deployment.zone;
}

building read_ground(const configuration_directory& files, const secret_source& outside) {
  building b;
  b.made.found = files.found;
  b.made.deployment = default_deployment(files.path);
  read_deployment(files, outside, b);
  read_catalogue(files, b);
  read_lists(files, b.made);
  return b;
}

void read_rules(const configuration_directory& files, building& b) {
  configuration& made = b.made;
  language::compiled_set set = parse_rule_files(files.rules, made.names);
  made.names.events = std::move(set.events);
  for (std::size_t i = 0; i < files.rules.size(); ++i) {
    const file_text& file = files.rules[i];
    made.rules.push_back({file.path, file.name, std::move(set.files[i])});
    const problems& found = made.rules.back().compiled.found;
    made.found.insert(made.found.end(), found.begin(), found.end());
  }
  std::vector<std::string> names;
  for (const loaded_rule& r : made.rules) names.push_back(r.name);
  validate_rule_settings(b.deployment, names, made.found);
}

std::shared_ptr<const cep::rule_set> rule_set_of(const configuration& made) {
  std::vector<std::shared_ptr<const language::checked_rule>> rules;
  for (const loaded_rule& r : made.rules) {
    if (r.compiled.rule) rules.push_back(r.compiled.rule);
  }
  return cep::rule_set::build(made.names.events, std::move(rules));
}

std::vector<language::rule_action> subscriptions(const std::vector<action_part>& actions) {
  std::vector<language::rule_action> out;
  for (const action_part& a : actions) out.push_back({a.content.id, a.content.rule});
  return out;
}

/// An action whose rule did not compile shall not be told that there is no such rule.
void forget_broken_rules(std::vector<action_part>& actions, const configuration& made) {
  for (action_part& a : actions) {
    const auto broken = std::any_of(
        made.rules.begin(), made.rules.end(),
        [&a](const loaded_rule& r) { return !r.compiled.rule && r.name == a.content.rule; });
    if (broken) a.content.rule.clear();
  }
}

void read_channels(const configuration_directory& files, const secret_source& outside,
                   const std::vector<channel_kind>& kinds, plan_parts& parts, building& b) {
  problems& out = b.made.found;
  std::vector<std::string> names;
  for (const channel_kind& k : kinds) names.push_back(k.name);
  parts.channels = parse_channels_file(tree_of(files.channels, b), names, out);
  for (channel_part& part : parts.channels) {
    channel_entry& c = part.content;
    place_paths(c.options, files.path);
    c.secret = fetch_secret(c.options, "channel '" + c.id + "'", "secret", outside, out);
    for (const channel_kind& k : kinds) {
      if (k.name == c.kind) k.check({c.options, c.secret, b.made.deployment.data}, out);
    }
  }
}

/// Filters that ask outside: what the adapters that ask for them need.
void ready_asking(filter_entry& f, const configuration_directory& files,
                  const secret_source& outside, const std::vector<asking_kind>& kinds,
                  problems& out) {
  const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                 [&f](const asking_kind& k) { return k.name == f.kind; });
  if (kind == kinds.end()) return;
  place_paths(f.options, files.path);
  f.token = fetch_secret(f.options, "filter '" + f.id + "'", "token", outside, out);
  kind->check(f.options, f.token, out);
}

void read_filters(const configuration_directory& files, const secret_source& outside,
                  const std::vector<asking_kind>& kinds, plan_parts& parts, building& b) {
  problems& out = b.made.found;
  filter_parts filters =
      parse_filters_file(tree_of(files.filters, b), {parts.events, parts.lists, parts.zone}, out);
  std::vector<std::string> ids;
  for (filter_part& f : filters.filters) {
    ready_asking(f.content, files, outside, kinds, out);
    ids.push_back(f.content.id);
  }
  parts.filters = std::move(filters.filters);
  parts.chains = expand_chains(std::move(filters.chains), ids, out);
}

plan_parts read_parts(const configuration_directory& files, const secret_source& outside,
                      const outside_kinds& kinds, building& b) {
  plan_parts parts;
  parts.zone = b.made.deployment.zone;
  parts.events = b.made.names.events;
  parts.lists = b.made.names.lists;
  parts.rules = rule_set_of(b.made);
  parts.actions = parse_actions_file(tree_of(files.actions, b), parts.zone, b.made.found);
  check_circle(parts.rules->rules(), *parts.events, subscriptions(parts.actions), files.rules,
               b.made.found);
  validate_recipients(parts.actions, parts.rules->rules(), *parts.events, b.made.found);
  forget_broken_rules(parts.actions, b.made);
  read_filters(files, outside, kinds.filters, parts, b);
  for (const file_text& file : files.materials) {
    auto some =
        parse_materials_file(adapters::load_yaml(file.text, file.path, b.syntax), b.made.found);
    std::move(some.begin(), some.end(), std::back_inserter(parts.materials));
  }
  read_channels(files, outside, kinds.channels, parts, b);
  return parts;
}

/// Joins both kinds of problems. Where YAML itself was wrong, what was made of that place need not
/// be reported too.
configuration finish(const configuration_directory& files, building b) {
  problems& found = b.made.found;
  std::erase_if(found, [&b](const problem& p) {
    return p.line > 0 && std::any_of(b.syntax.begin(), b.syntax.end(), [&p](const problem& q) {
             return q.file == p.file && q.line == p.line && q.column == p.column;
           });
  });
  found.insert(found.end(), b.syntax.begin(), b.syntax.end());
  add_source_lines(files, found);
  std::stable_sort(found.begin(), found.end(), [](const problem& x, const problem& y) {
    return std::tie(x.file, x.line, x.column) < std::tie(y.file, y.line, y.column);
  });
  return std::move(b.made);
}

}  // namespace

configuration build_ground(const configuration_directory& files, const secret_source& outside) {
  return finish(files, read_ground(files, outside));
}

configuration build_configuration(const configuration_directory& files,
                                  const secret_source& outside, const outside_kinds& kinds) {
  building b = read_ground(files, outside);
  read_rules(files, b);
  auto whole =
      std::make_shared<plan>(make_plan(read_parts(files, outside, kinds, b), b.made.found));
  configuration made = finish(files, std::move(b));
  if (!has_errors(made.found)) made.plan = std::move(whole);
  return made;
}

}  // namespace beckon::topology

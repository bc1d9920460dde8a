#include "engine/language/compile_set.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "engine/language/lexer.hpp"
#include "engine/language/parser.hpp"

namespace beckon::language {
namespace {

/// A TO EACH rule on its way.
struct fan_out {
  std::size_t file = 0;
  rule_syntax rule;
  std::set<std::string> named;  ///< events
  std::size_t hops = 0;         ///< of its derived event from an ordinary one
  enum class mark : std::uint8_t { fresh, open, done } visited = mark::fresh;
  std::string wrong;  ///< why it cannot be
};

std::optional<rule_syntax> parsed_rule(const rule_text& source) {
  reporter out(source.text, source.file);
  std::vector<token> tokens = lex(source.text, out);
  if (out.failed() && tokens.size() == 1) return std::nullopt;
  file_syntax tree = parser(std::move(tokens), out).file();
  if (!tree.rule.whole || tree.rule.clauses.empty()) return std::nullopt;
  return std::move(tree.rule);
}

std::set<std::string> events_named_by(const rule_syntax& rule) {
  std::set<std::string> names;
  const auto note = [&](const pattern_syntax& p) {
    for (const placed_name& name : p.types) names.insert(name.text);
  };
  for (const clause_syntax& c : rule.clauses) note(c.pattern);
  for (const pattern_syntax& p : rule.unless) note(p);
  return names;
}

bool every_event_has(std::string_view name) {
  return name == "type" || name == "time" || name == "id" || name == "source";
}

class set_compiler {
 public:
  set_compiler(const std::vector<rule_text>& texts, const environment& env)
      : texts_(texts), env_(env), done_(texts.size()) {
    made_.files.resize(texts.size());
  }

  compiled_set compile_all() {
    for (std::size_t i = 0; i < texts_.size(); ++i) note(i);
    std::vector<std::string> path;
    for (auto& [name, rule] : rules_) order(name, path);
    for (const std::string& name : ordered_) derive(rules_.find(name)->second);
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (!done_[i]) made_.files[i] = compile(texts_[i].text, texts_[i].file, env_);
    }
    made_.events = env_.events;
    return std::move(made_);
  }

 private:
  /// The text's rule, if it is one with TO EACH.
  void note(std::size_t i) {
    auto rule = parsed_rule(texts_[i]);
    if (!rule || !rule->to_each.given()) return;
    fan_out made;
    made.file = i;
    made.rule = *std::move(rule);
    made.named = events_named_by(made.rule);
    std::string name = made.rule.name.text;
    rules_.emplace(std::move(name), std::move(made));
  }

  /// Depth first: what a rule names comes before it.
  void order(const std::string& name, std::vector<std::string>& path) {
    fan_out& rule = rules_.find(name)->second;
    if (rule.visited != fan_out::mark::fresh) return;
    rule.visited = fan_out::mark::open;
    path.push_back(name);
    for (const std::string& event : rule.named) {
      const auto maker = rules_.find(event);
      if (maker == rules_.end()) continue;
      if (maker->second.visited == fan_out::mark::open) {
        go_round(path, event);
      } else {
        order(event, path);
      }
      rule.hops = std::max(rule.hops, maker->second.hops);
    }
    path.pop_back();
    ++rule.hops;
    if (rule.hops > most_hops && rule.wrong.empty()) {
      rule.wrong = "its event would be more than " + std::to_string(most_hops) +
                   " derived events away from an ordinary one";
    }
    rule.visited = fan_out::mark::done;
    ordered_.push_back(name);
  }

  /// Every rule on the path from `back` on waits for itself.
  void go_round(const std::vector<std::string>& path, const std::string& back) {
    const auto from = std::find(path.begin(), path.end(), back);
    std::string circle = back;  // the path goes from a rule to the one it waits for
    for (auto at = path.end(); at != from; --at) circle += " → " + *std::prev(at);
    for (auto at = from; at != path.end(); ++at) {
      rules_.find(*at)->second.wrong = "rules cause each other in a circle: " + circle;
    }
  }

  /// Compiles the rule and adds its event to the catalogue.
  void derive(fan_out& f) {
    compiled_file& made = made_.files[f.file];
    done_[f.file] = true;
    if (f.wrong.empty()) {
      made = compile(texts_[f.file].text, texts_[f.file].file, env_);
    } else {
      refuse(f, f.rule.name.at, f.wrong, "leave one of them out, or let it watch another event");
    }
    const relation_declaration* relation = env_.events->relation(f.rule.to_each.text);
    if (relation == nullptr) return;
    if (made.rule != nullptr) check_returns(f, *relation);
    auto extended = catalogue::extend(*env_.events, {declaration(f, *relation)});
    if (extended) {
      env_.events = *std::move(extended);
    } else if (made.rule != nullptr) {
      refuse(f, f.rule.name.at,
             "TO EACH makes an event of the rule's name: " + extended.error().message,
             "give the rule another name");
    }
  }

  void check_returns(fan_out& f, const relation_declaration& relation) {
    for (const return_syntax& item : f.rule.returns) {
      const std::string& name = item.name.given() ? item.name.text : item.content.text;
      const position at = item.name.given() ? item.name.at : item.content.at;
      if (name == relation.member_attribute) {
        refuse(f, at,
               shown(name) + " is the " + relation.member_kind + " whom TO EACH " + relation.name +
                   " reaches",
               "name it otherwise with AS");
      } else if (every_event_has(name)) {
        refuse(f, at, "TO EACH makes an event, and every event has its own " + shown(name),
               "name it otherwise with AS");
      }
    }
  }

  event_declaration declaration(const fan_out& f, const relation_declaration& relation) const {
    event_declaration made;
    made.name = f.rule.name.text;
    made.fields = {{relation.member_attribute, value_type::text, true}};
    made.subjects = {{relation.member_kind, {relation.member_attribute}}};
    const auto add = [&](const std::string& name, value_type type) {
      const bool known = std::any_of(made.fields.begin(), made.fields.end(),
                                     [&](const field_declaration& d) { return d.name == name; });
      if (!known && !name.empty() && !every_event_has(name)) made.fields.push_back({name, type});
    };
    if (const auto& rule = made_.files[f.file].rule) {
      for (const return_item& r : rule->returns) add(r.name, r.content.type());
    } else {  // so that nobody is told that there is no such event
      for (const return_syntax& r : f.rule.returns)
        add(r.name.given() ? r.name.text : r.content.text, value_type::null);
    }
    return made;
  }

  void refuse(const fan_out& f, position at, std::string message, std::string hint) {
    compiled_file& made = made_.files[f.file];
    reporter out(texts_[f.file].text, texts_[f.file].file);
    out.error(at, std::move(message), std::move(hint), topic::relations);
    for (problem& p : out.take()) made.found.push_back(std::move(p));
    made.rule = nullptr;
  }

  const std::vector<rule_text>& texts_;
  environment env_;
  std::vector<bool> done_;
  std::map<std::string, fan_out> rules_;  // by name, so that the order is the same every time
  std::vector<std::string> ordered_;
  compiled_set made_;
};

}  // namespace

compiled_set compile_set(const std::vector<rule_text>& texts, const environment& env) {
  return set_compiler(texts, env).compile_all();
}

}  // namespace beckon::language

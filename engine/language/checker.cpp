#include "engine/language/checker.hpp"

#include <algorithm>

#include "engine/base/hash.hpp"
#include "engine/language/canonical.hpp"
#include "engine/language/rule_size.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

constexpr std::size_t most_clauses = 32, most_unless = 8, most_returns = 32, most_attributes = 4,
                      most_captures = 64;
constexpr duration default_memory = std::chrono::hours{24 * 30};  ///< of ONCE PER attribute

bool is_rule_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    return letter || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

}  // namespace

checker::checker(const rule_syntax& rule, const environment& env, reporter& out)
    : rule_(rule),
      env_(env),
      events_(*env.events),
      out_(out),
      made_(std::make_shared<checked_rule>()) {}

std::shared_ptr<const checked_rule> checker::check() {
  const std::size_t before = out_.errors();
  header();
  if (out_.errors() > before && rule_.clauses.size() + rule_.unless.size() > most_clauses) {
    return nullptr;  // too large to be looked at any closer
  }
  active();
  resolve_events();
  aliases();
  by_attribute();
  same_attributes();
  clauses();
  for (std::size_t i = 0; i < rule_.unless.size(); ++i) {
    made_->unless.push_back(pattern(rule_.unless[i], unless_types_[i], behind_all()));
  }
  if (rule_.condition) made_->condition = condition(*rule_.condition, "IF", behind_all());
  fire();
  to_each();
  returns();
  without_effect();
  if (out_.errors() > before) return nullptr;
  finish();
  return made_;
}

void checker::header() {
  made_->name = rule_.name.text;
  made_->title = rule_.title;
  if (!is_rule_name(rule_.name.text)) {
    out_.error(rule_.name.at, shown(rule_.name.text) + " is no name for a rule",
               "a rule's name is its file's: letters, digits, '_', '-' and '.'", topic::rule);
  }
  subject();
  if (rule_.all_within) made_->all_within = rule_.all_within->length;
  made_->keep_first = rule_.keep_first.has_value();
  limit(rule_.clauses.size(), most_clauses, rule_.clauses.back().at, "steps and waits");
  limit(rule_.unless.size(), most_unless, rule_.name.at, "UNLESS");
  limit(rule_.returns.size(), most_returns, rule_.name.at, "returned values");
}

void checker::limit(std::size_t number, std::size_t most, position at, std::string_view what) {
  if (number <= most) return;
  out_.error(at, "a rule has at most " + std::to_string(most) + " " + std::string(what), {},
             topic::bounds);
}

void checker::fire() {
  const fire_syntax& f = rule_.fire;
  limit(f.attributes.size(), most_attributes, f.at, "attributes behind ONCE PER");
  made_->fire.policy = f.kind == fire_kind::once                  ? fire_policy::once
                       : f.kind == fire_kind::once_per_duration   ? fire_policy::once_per_duration
                       : f.kind == fire_kind::once_per_attributes ? fire_policy::once_per_attributes
                                                                  : fire_policy::every_time;
  if (f.per) {
    made_->fire.per = f.per->length;
  } else if (f.kind == fire_kind::once_per_attributes) {
    made_->fire.per = default_memory;
  }
  for (const attribute_syntax& a : f.attributes) {
    syntax name{.kind = syntax_kind::name, .at = a.name.at, .text = a.name.text};
    if (a.of_event) name.qualifier = "event";
    const bool unknown = !look_up(a.name.text, types_[last_step_]).found;
    if (!a.of_event && unknown && unit_length(a.name.text)) {
      out_.error(a.name.at, "ONCE PER needs a number before the unit",
                 "write FIRE ONCE PER 1 " + lowered(a.name.text), topic::fire);
      continue;
    }
    if (node made = resolve_name(name, behind_all())) {
      made_->fire.attributes.emplace_back(std::move(made));
    }
  }
}

void checker::returns() {
  for (const return_syntax& item : rule_.returns) {
    const name_resolver names = [&](const syntax& n) { return resolve_name(n, behind_all()); };
    node content = expression_builder(env_, out_, names).build(item.content);
    const bool plain = item.content.kind == syntax_kind::name;
    const std::string name = item.name.given() ? item.name.text : plain ? item.content.text : "";
    const position at = item.name.given() ? item.name.at : item.content.at;
    const bool twice = std::any_of(made_->returns.begin(), made_->returns.end(),
                                   [&](const return_item& r) { return r.name == name; });
    if (name.empty()) {
      out_.error(at, "a computed value needs a name", "add AS name", topic::returns);
    } else if (twice) {
      out_.error(at, shown(name) + " is returned twice", "name one of them with AS",
                 topic::returns);
    } else if (content) {
      made_->returns.push_back({name, expression(std::move(content))});
    }
  }
  limit(made_->captures.size(), most_captures, rule_.name.at,
        "different attributes kept for later");
}

/// Hashes and sizes of a rule without errors.
void checker::finish() {
  made_->canonical = canonical(rule_);
  made_->version = to_hex(hash_bytes(made_->canonical)).substr(0, 8);
  structures();
  made_->worst_case_bytes = total_bytes(worst_case(*made_));
}

/// A clause means what precedes it and its own text, a step also its look-backs, wherever they
/// stand. A look-back means the same in every step and under every ACTIVE.
void checker::structures() {
  rule_syntax keyed;
  keyed.subject = rule_.subject;
  keyed.by = rule_.by;
  keyed.same = rule_.same;
  const std::string key = canonical_head(keyed);
  std::vector<std::string> looks(rule_.clauses.size());  // of each step, by its clause
  std::vector<std::size_t> seen(made_->clauses.size(), 0);
  std::size_t of = 0;
  for (std::size_t i = 0; i < rule_.clauses.size(); ++i) {
    const clause_syntax& c = rule_.clauses[i];
    if (c.kind == clause_kind::when || c.kind == clause_kind::then) of = i;
    if (c.kind != clause_kind::look_back) continue;
    const std::string text = canonical(c) + "\n";
    looks[of] += text;
    const std::size_t at = position_of_[of];
    std::get<step>(made_->clauses[at]).look_backs[seen[at]++].structure =
        hash_bytes(key + text).low;
  }
  std::string so_far = canonical_head(rule_);
  for (std::size_t i = 0; i < rule_.clauses.size(); ++i) {
    const clause_kind kind = rule_.clauses[i].kind;
    if (kind == clause_kind::look_back) continue;
    so_far += canonical(rule_.clauses[i]) + "\n" + looks[i];
    if (kind == clause_kind::in_between) continue;
    const std::uint64_t structure = hash_bytes(so_far).low;
    std::visit([&](auto& c) { c.structure = structure; }, made_->clauses[position_of_[i]]);
  }
}

}  // namespace beckon::language

#include "engine/language/checker.hpp"

#include <algorithm>

#include "engine/base/hash.hpp"
#include "engine/language/canonical.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

constexpr std::size_t most_clauses = 32, most_unless = 8, most_returns = 32, most_attributes = 4,
                      most_captures = 64;
constexpr std::int64_t most_counted = 1000;
constexpr duration default_memory = std::chrono::hours{24 * 30};  ///< of ONCE PER attribute

bool is_step(const clause_syntax& c) {
  return c.kind == clause_kind::when || c.kind == clause_kind::then;
}

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
  refuse_unsupported();
  header();
  if (out_.errors() > before && rule_.clauses.size() + rule_.unless.size() > most_clauses) {
    return nullptr;  // too large to be looked at any closer
  }
  resolve_events();
  aliases();
  by_attribute();
  same_attributes();
  clauses();
  for (std::size_t i = 0; i < rule_.unless.size(); ++i) {
    made_->unless.push_back(pattern(rule_.unless[i], unless_types_[i], rule_.clauses.size()));
  }
  if (rule_.condition) made_->condition = condition(*rule_.condition, "IF", {});
  fire();
  returns();
  if (out_.errors() > before) return nullptr;
  finish();
  return made_;
}

void checker::header() {
  made_->name = rule_.name.text;
  made_->title = rule_.title;
  if (!is_rule_name(rule_.name.text)) {
    out_.error(rule_.name.at, shown(rule_.name.text) + " is no name for a rule",
               "a rule's name is its file's: letters, digits, '_', '-' and '.'");
  }
  if (rule_.by) made_->subject_by = rule_.by->name.text;
  if (rule_.all_within) made_->all_within = rule_.all_within->length;
  limit(rule_.clauses.size(), most_clauses, rule_.clauses.back().at, "steps and waits");
  limit(rule_.unless.size(), most_unless, rule_.name.at, "UNLESS");
  limit(rule_.returns.size(), most_returns, rule_.name.at, "returned values");
}

void checker::limit(std::size_t number, std::size_t most, position at, std::string_view what) {
  if (number <= most) return;
  out_.error(at, "a rule has at most " + std::to_string(most) + " " + std::string(what));
}

void checker::clauses() {
  for (std::size_t i = 0; i < rule_.clauses.size(); ++i) {
    const clause_syntax& c = rule_.clauses[i];
    if (is_step(c)) {
      made_->clauses.emplace_back(checked_step(i));
    } else {
      wait w;
      w.cancelled_by = pattern(c.pattern, types_[i], i);
      if (c.length) w.length = c.length->length;
      made_->clauses.emplace_back(std::move(w));
    }
  }
}

step checker::checked_step(std::size_t index) {
  const clause_syntax& c = rule_.clauses[index];
  step s;
  s.pattern = pattern(c.pattern, types_[index], index);
  s.alias = c.alias.text;
  if (c.length) s.within = c.length->length;
  count(c, index, s);
  bound(c, index, s);
  return s;
}

void checker::count(const clause_syntax& c, std::size_t index, step& s) {
  const quantity_syntax& q = c.quantity;
  if (q.kind == quantity_kind::none || q.kind == quantity_kind::sum) return;
  if (q.count < 1 || q.count > most_counted) {
    out_.error(q.count_at, "AT LEAST counts from 1 to " + std::to_string(most_counted),
               q.count < 1 ? "absence is written BUT NOT event FOR 10 min" : "");
    return;
  }
  s.count = static_cast<std::uint32_t>(q.count);
  s.in_a_row = q.in_a_row;
  if (q.kind == quantity_kind::different) {
    s.how = quantity::different;
    const auto found = use(q.attribute.name, q.attribute.of_event, types_[index], true);
    if (found) s.different = found->id;
  } else if (q.count > 1) {
    s.how = quantity::times;
  }
}

/// Every window and every THEN needs an end (language.md, point 9).
void checker::bound(const clause_syntax& c, std::size_t index, step& s) {
  const bool bounded = c.length || rule_.all_within;
  if (index > 0) {
    if (bounded) return;
    out_.error(c.at, "nothing bounds how long the rule waits for this THEN",
               "add WITHIN 30 min behind the step, or ALL WITHIN 2 h behind the last step");
    return;
  }
  const bool counts = s.how != quantity::one;
  if (counts && !bounded) {
    out_.error(c.quantity.at, "nothing bounds the window in which the events are counted",
               "add WITHIN 30 min behind the step, or ALL WITHIN 2 h behind the last step");
  } else if (counts && !s.within) {
    s.within = rule_.all_within->length;
  } else if (c.quantity.kind == quantity_kind::none && c.length) {
    out_.warn(c.length->at, "WITHIN has no effect here: the step is a single event",
              "WITHIN bounds a count, or a step behind THEN");
  }
}

event_pattern checker::pattern(const pattern_syntax& p, const type_list& types, std::size_t index) {
  event_pattern made;
  made.any = types.any;
  if (!types.any) made.types = types.types;
  if (p.where) {
    made.where = condition(*p.where, "WHERE", {&types, index, &made.where_uses_captures});
  }
  return made;
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
                 "write FIRE ONCE PER 1 " + lowered(a.name.text));
      continue;
    }
    if (node made = resolve_name(name, {})) made_->fire.attributes.emplace_back(std::move(made));
  }
}

void checker::returns() {
  for (const return_syntax& item : rule_.returns) {
    const name_resolver names = [&](const syntax& n) { return resolve_name(n, {}); };
    node content = expression_builder(env_, out_, names).build(item.content);
    const bool plain = item.content.kind == syntax_kind::name;
    const std::string name = item.name.given() ? item.name.text : plain ? item.content.text : "";
    const position at = item.name.given() ? item.name.at : item.content.at;
    const bool twice = std::any_of(made_->returns.begin(), made_->returns.end(),
                                   [&](const return_item& r) { return r.name == name; });
    if (name.empty()) {
      out_.error(at, "a computed value needs a name", "add AS name");
    } else if (twice) {
      out_.error(at, shown(name) + " is returned twice", "name one of them with AS");
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
  std::string so_far = canonical_head(rule_);
  for (std::size_t i = 0; i < rule_.clauses.size(); ++i) {
    so_far += canonical(rule_.clauses[i]) + "\n";
    const std::uint64_t structure = hash_bytes(so_far).low;
    std::visit([&](auto& c) { c.structure = structure; }, made_->clauses[i]);
  }
  made_->worst_case_bytes = worst_case_bytes();
}

}  // namespace beckon::language

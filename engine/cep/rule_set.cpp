#include "engine/cep/rule_set.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "engine/cep/rule_index.hpp"

namespace beckon::cep {
namespace {

using implementation = rule_set::implementation;

bool is_declared(attribute_id a) noexcept {
  return a < attribute_event_id;
}

/// Which attributes tell rules of one type apart: distinct constants per attribute.
using selectivity = std::map<attribute_id, std::set<std::uint64_t>>;

std::span<const language::expression::equality> equalities_of(const prepared_rule& rule) noexcept {
  const auto& where = rule.positions()[0].step->pattern.where;
  if (where == nullptr) return {};
  return where->equalities();
}

std::vector<event_type_id> first_types(const implementation& set, const prepared_rule& rule) {
  const language::event_pattern& p = rule.positions()[0].step->pattern;
  if (!p.any) return p.types;
  std::vector<event_type_id> all;
  for (std::size_t t = 0; t < set.ordinary.size(); ++t) {
    if (set.ordinary[t]) all.push_back(static_cast<event_type_id>(t));
  }
  return all;
}

// The equality whose attribute has the most constants splits 10,000 rules on one type best.
void add_start(start_index& index, std::uint32_t rule, const selectivity& seen,
               std::span<const language::expression::equality> equalities) {
  const language::expression::equality* best = nullptr;
  std::size_t most = 0;
  for (const auto& e : equalities) {
    const auto at = seen.find(e.attribute);
    if (!equality_hash(e.constant) || at == seen.end() || at->second.size() <= most) continue;
    best = &e;
    most = at->second.size();
  }
  if (best == nullptr) return index.add_always(rule);
  index.add(rule, best->attribute, *equality_hash(best->constant));
}

void index_starts(implementation& set) {
  std::vector<selectivity> seen(set.events->type_count());
  for (const prepared_rule& rule : set.prepared) {
    for (const event_type_id type : first_types(set, rule)) {
      for (const auto& e : equalities_of(rule)) {
        const auto hash = equality_hash(e.constant);
        if (hash && is_declared(e.attribute))
          seen[static_cast<std::size_t>(type)][e.attribute].insert(*hash);
      }
    }
  }
  for (std::uint32_t i = 0; i < set.prepared.size(); ++i) {
    for (const event_type_id type : first_types(set, set.prepared[i])) {
      const auto t = static_cast<std::size_t>(type);
      add_start(set.starts[t], i, seen[t], equalities_of(set.prepared[i]));
    }
  }
}

void note_names(implementation& set, const prepared_rule& rule) {
  bool every = rule.has_row();
  const auto note = [&](const language::event_pattern& p) {
    every |= p.any;
    for (const event_type_id type : p.types) set.named[static_cast<std::size_t>(type)] = true;
  };
  for (const position& p : rule.positions())
    note(p.step != nullptr ? p.step->pattern : p.wait->cancelled_by);
  for (const language::event_pattern& p : rule.rule().unless) note(p);
  for (std::size_t t = 0; every && t < set.ordinary.size(); ++t) {
    if (set.ordinary[t]) set.named[t] = true;
  }
}

void note_types(implementation& set) {
  for (std::size_t t = 0; t < set.events->type_count(); ++t) {
    const event_declaration& type = set.events->declaration(static_cast<event_type_id>(t));
    // Type 0 is the profile row, whatever its declaration says.
    const bool ordinary = static_cast<event_type_id>(t) != type_profile_row && is_ordinary(type);
    set.ordinary.push_back(ordinary);
    set.bits.push_back(type_bit(type.name) | (ordinary ? any_bit : 0));
  }
}

}  // namespace

std::shared_ptr<const rule_set> rule_set::build(
    std::shared_ptr<const catalogue> events,
    std::vector<std::shared_ptr<const language::checked_rule>> rules) {
  auto set = std::make_shared<implementation>();
  set->events = std::move(events);
  std::sort(rules.begin(), rules.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
  set->rules = std::move(rules);
  const std::size_t types = set->events->type_count();
  set->starts.resize(types);
  set->named.resize(types);
  note_types(*set);
  set->prepared.reserve(set->rules.size());
  for (const auto& rule : set->rules) {
    set->prepared.emplace_back(rule, *set->events);
    note_names(*set, set->prepared.back());
    set->by_name_hash.emplace(set->prepared.back().name_hash(),
                              static_cast<std::uint32_t>(set->prepared.size() - 1));
  }
  index_starts(*set);
  return std::shared_ptr<const rule_set>(new rule_set(std::move(set)));
}

rule_set::rule_set(std::shared_ptr<const implementation> inside) : inside_(std::move(inside)) {}
rule_set::~rule_set() = default;

const std::vector<std::shared_ptr<const language::checked_rule>>& rule_set::rules() const noexcept {
  return inside_->rules;
}

const catalogue& rule_set::events() const noexcept {
  return *inside_->events;
}

bool rule_set::names(event_type_id type) const noexcept {
  return inside_->named[static_cast<std::size_t>(type)];
}

bool rule_set::can_begin(event_type_id type) const noexcept {
  return !inside_->starts[static_cast<std::size_t>(type)].empty();
}

bool rule_set::can_begin(const event& e) const noexcept {
  return inside_->starts[static_cast<std::size_t>(e.type)].any(e);
}

interest_bits rule_set::interest_of(event_type_id type) const noexcept {
  return inside_->bits[static_cast<std::size_t>(type)];
}

}  // namespace beckon::cep

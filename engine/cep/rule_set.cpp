#include "engine/cep/rule_set.hpp"

#include <algorithm>
#include <map>

#include "engine/cep/rule_index.hpp"

namespace beckon::cep {
namespace {

using implementation = rule_set::implementation;

std::vector<event_type_id> types_of(const implementation& set, const language::event_pattern& p) {
  if (!p.any) return p.types;
  std::vector<event_type_id> all;
  for (std::size_t t = 0; t < set.ordinary.size(); ++t) {
    if (set.ordinary[t]) all.push_back(static_cast<event_type_id>(t));
  }
  return all;
}

void index_starts(implementation& set) {
  for (std::uint32_t i = 0; i < set.prepared.size(); ++i) {
    set.first_entry.push_back(static_cast<entry_id>(set.rule_of.size()));
    for (const language::event_pattern* p : set.prepared[i].creating()) {
      const auto entry = static_cast<entry_id>(set.rule_of.size());
      set.rule_of.push_back(i);
      for (const event_type_id type : types_of(set, *p))
        set.starts[static_cast<std::size_t>(type)].add(entry, p->where.get());
    }
  }
  for (predicate_index& of_type : set.starts) of_type.finish();
}

/// Rules that watch the same kind of subject in the same role are asked once.
void note_watchers(implementation& set) {
  std::map<std::pair<std::string, std::string>, std::uint32_t> known;
  for (const auto& r : set.rules) {
    const auto next = static_cast<std::uint32_t>(known.size());
    set.watcher.push_back(
        known.emplace(std::pair(r->subject_kind, r->subject_by), next).first->second);
  }
  set.watchers = known.size();
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
  for (const language::event_pattern* p : rule.creating()) note(*p);
  for (const interruption_span& i : rule.interruptions()) note(*i.pattern);
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
    std::vector<std::shared_ptr<const language::checked_rule>> rules, known_past known) {
  auto set = std::make_shared<implementation>();
  set->events = std::move(events);
  set->known = std::move(known);
  std::sort(rules.begin(), rules.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
  set->rules = std::move(rules);
  const std::size_t types = set->events->type_count();
  set->starts.resize(types);
  set->named.resize(types);
  note_types(*set);
  set->prepared.reserve(set->rules.size());
  for (const auto& rule : set->rules) {
    set->prepared.emplace_back(rule, *set->events, set->known);
    note_names(*set, set->prepared.back());
    set->by_name_hash.emplace(set->prepared.back().name_hash(),
                              static_cast<std::uint32_t>(set->prepared.size() - 1));
  }
  index_starts(*set);
  note_watchers(*set);
  return std::shared_ptr<const rule_set>(new rule_set(std::move(set)));
}

rule_set::rule_set(std::shared_ptr<const implementation> inside) : inside_(std::move(inside)) {}
rule_set::~rule_set() = default;

std::shared_ptr<const rule_set> rule_set::with_past(known_past known) const {
  return build(inside_->events, inside_->rules, std::move(known));
}

std::shared_ptr<const rule_set> rule_set::without(std::string_view rule) const {
  auto left = inside_->rules;
  std::erase_if(left, [rule](const auto& r) { return r->name == rule; });
  return build(inside_->events, std::move(left), inside_->known);
}

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
  static thread_local index_scratch scratch;  // grows to the largest plan, then is only reused
  const predicate_index& of_type = inside_->starts[static_cast<std::size_t>(e.type)];
  return !of_type.empty() && of_type.any(inside_->scope_of(e), scratch);
}

interest_bits rule_set::interest_of(event_type_id type) const noexcept {
  return inside_->bits[static_cast<std::size_t>(type)];
}

}  // namespace beckon::cep

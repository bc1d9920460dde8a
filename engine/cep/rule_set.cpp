#include "engine/cep/rule_set.hpp"

#include <algorithm>
#include <map>
#include <tuple>

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
  for (const prepared_rule& p : set.prepared) {
    const language::checked_rule& r = p.rule();
    const auto next = static_cast<std::uint32_t>(known.size());
    set.watcher.push_back(
        known.emplace(std::pair(r.subject_kind, r.subject_by), next).first->second);
  }
  set.watchers = known.size();
}

void note_names(implementation& set, const prepared_rule& rule) {
  bool every = rule.has_row();
  const auto note = [&](const language::event_pattern& p) {
    every |= p.any;
    for (const event_type_id type : p.types) set.named[static_cast<std::size_t>(type)] = true;
  };
  for (const position& p : rule.positions().subspan(rule.drains() ? 1 : 0))
    note(p.step != nullptr ? p.step->pattern : p.wait->cancelled_by);
  for (const language::event_pattern& p : rule.rule().unless) note(p);
  for (const watched_past& past : rule.look_backs()) note(past.what->pattern);
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

void prepare(implementation& set, prepared_rule&& made) {
  set.prepared.push_back(std::move(made));
  note_names(set, set.prepared.back());
}

/// A rule behind those of its former versions that drain.
void add_rule(implementation& set, const std::shared_ptr<const language::checked_rule>& rule) {
  const std::size_t first = set.prepared.size();
  const std::uint64_t name = name_hash_of(rule->name);
  std::vector<const language::checked_rule*> old;
  for (const former_version& f : set.former) {
    if (f.rule != rule->name) continue;
    const auto index = static_cast<std::uint32_t>(set.prepared.size());
    const bool without_text = f.what == fate::drain && f.text == nullptr;
    set.versions.push_back(
        {name, version_number(f.version), without_text ? fate::reset : f.what, index});
    if (f.what != fate::drain || without_text) continue;
    prepare(set, prepared_rule(f.text, *set.events, f.known, prepared_rule::role::drains));
    old.push_back(f.text.get());
  }
  prepare(set, prepared_rule(rule, *set.events, set.known));
  set.prepared.back().remember_limits_for(std::move(old));
  const auto newest = static_cast<std::uint32_t>(set.prepared.size() - 1);
  set.in_force.insert(set.in_force.end(), set.prepared.size() - first, newest);
  set.by_name_hash.emplace(name, newest);
}

bool is_smaller(const known_version& a, const known_version& b) noexcept {
  return std::tie(a.name, a.version) < std::tie(b.name, b.version);
}

}  // namespace

std::string_view to_string(fate what) noexcept {
  switch (what) {
    case fate::keep:
      break;
    case fate::reset:
      return "reset";
    case fate::drain:
      return "drain";
  }
  return "keep";
}

const known_version* rule_set::implementation::find_version(std::uint64_t name,
                                                            std::uint32_t version) const noexcept {
  const known_version wanted{name, version};
  const auto at = std::lower_bound(versions.begin(), versions.end(), wanted, is_smaller);
  return at == versions.end() || is_smaller(wanted, *at) ? nullptr : &*at;
}

std::uint64_t past_name(std::string_view rule, const language::look_back& l) {
  return hash_builder().text(rule).number(l.structure).finish().low;
}

std::shared_ptr<const rule_set> rule_set::build(
    std::shared_ptr<const catalogue> events,
    std::vector<std::shared_ptr<const language::checked_rule>> rules, known_past known,
    std::vector<former_version> former) {
  auto set = std::make_shared<implementation>();
  set->events = std::move(events);
  set->known = std::move(known);
  set->former = std::move(former);
  std::sort(rules.begin(), rules.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
  set->rules = std::move(rules);
  const std::size_t types = set->events->type_count();
  set->starts.resize(types);
  set->named.resize(types);
  note_types(*set);
  set->prepared.reserve(set->rules.size() + set->former.size());
  for (const auto& rule : set->rules) add_rule(*set, rule);
  std::sort(set->versions.begin(), set->versions.end(), is_smaller);
  index_starts(*set);
  note_watchers(*set);
  return std::shared_ptr<const rule_set>(new rule_set(std::move(set)));
}

rule_set::rule_set(std::shared_ptr<const implementation> inside) : inside_(std::move(inside)) {}
rule_set::~rule_set() = default;

std::shared_ptr<const rule_set> rule_set::with_past(known_past known) const {
  return build(inside_->events, inside_->rules, std::move(known), inside_->former);
}

std::shared_ptr<const rule_set> rule_set::with_former(std::vector<former_version> former) const {
  return build(inside_->events, inside_->rules, inside_->known, std::move(former));
}

std::shared_ptr<const rule_set> rule_set::without(std::string_view rule) const {
  auto left = inside_->rules;
  std::erase_if(left, [rule](const auto& r) { return r->name == rule; });
  return build(inside_->events, std::move(left), inside_->known, inside_->former);
}

const std::vector<std::shared_ptr<const language::checked_rule>>& rule_set::rules() const noexcept {
  return inside_->rules;
}

const std::vector<former_version>& rule_set::former() const noexcept {
  return inside_->former;
}

const known_past& rule_set::known() const noexcept {
  return inside_->known;
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

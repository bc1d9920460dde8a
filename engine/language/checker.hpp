// A rule's tree → checked rule: names against the catalogue, types, bounds, captures. Reports
// everything it finds.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/language/builder.hpp"
#include "engine/language/checked_rule.hpp"
#include "engine/language/compile.hpp"
#include "engine/language/tree.hpp"

namespace beckon::language {

/// Checks one rule that parsed without errors. Used once.
///
/// A "clause" here is one of the tree's, where each BUT NOT stands for itself; a "position" is one
/// of checked_rule::clauses, which holds steps and waits alone.
class checker {
 public:
  /// Everything must outlive the checker.
  checker(const rule_syntax& rule, const environment& env, reporter& out);

  /// The checked rule, or null after reporting why not.
  std::shared_ptr<const checked_rule> check();

 private:
  /// The event types a pattern stands for.
  struct type_list {
    std::vector<event_type_id> types;  ///< sorted; with ANY EVENT all that it can mean
    bool any = false;
    bool unknown = false;  ///< a type was reported as unknown: say no more about its attributes
  };
  /// An attribute over several event types.
  struct attribute_use {
    bool found = false;
    attribute_id id{};
    value_type type = value_type::null;  ///< what the types agree on; null: only the data tells
    bool mixed = false;                  ///< the types declare different kinds
    std::vector<event_type_id> lacking;
  };
  /// Where an expression stands.
  struct place {
    const type_list* under_test = nullptr;  ///< of a WHERE; null in IF, RETURN, PER and UNTIL
    std::size_t clause = 0;  ///< the clause; the number of clauses behind all of them
    std::size_t bare = 0;    ///< without `under_test`: the step that a bare attribute is of
    bool* uses_captures = nullptr;
    bool look_back = false;  ///< no alias here
  };

  // checker.cpp
  void header();
  void fire();
  void returns();
  void finish();
  void structures();
  void limit(std::size_t number, std::size_t most, position at, std::string_view what);
  place behind_all() const { return {nullptr, rule_.clauses.size(), last_step_}; }

  // checker_subject.cpp
  void subject();
  void concerns_subject(event_type_id type, const placed_name& name);
  void by_attribute();
  void to_each();

  // checker_events.cpp
  void resolve_events();
  type_list resolve(const pattern_syntax& p);
  bool is_any_event(const event_declaration& d) const;
  void same_attributes();
  void same_in_steps(const attribute_syntax& a, attribute_id id);
  void same_in_type(const attribute_syntax& a, attribute_id id, const placed_name& name,
                    bool positive, value_type& type);
  void aliases();

  // checker_steps.cpp
  void clauses();
  step checked_step(std::size_t index);
  void count(const clause_syntax& c, std::size_t index, step& s);
  void sum(const quantity_syntax& q, std::size_t index, step& s);
  void aggregate_bound_of(const quantity_syntax& q, std::size_t index, step& s);
  std::optional<attribute_use> number(const attribute_syntax& a, std::size_t index,
                                      std::string_view what);
  event_pattern pattern(const pattern_syntax& p, const type_list& types, place where);

  // checker_waits.cpp
  void checked_wait(std::size_t index);
  void until(const clause_syntax& c, std::size_t index, wait& w);
  void checked_look_back(std::size_t index);
  void checked_interruption(std::size_t index);
  void end_interruptions(std::size_t index, step& s);
  bool ends_itself(const event_pattern& interrupts, const type_list& types) const;
  void interruptions_without_end();

  // checker_bounds.cpp
  void active();
  void bound(const clause_syntax& c, std::size_t index, step& s);
  void unbounded(const clause_syntax& c, bool first);
  std::optional<duration> retention(const type_list& types) const;
  void without_effect();

  // checker_names.cpp
  node resolve_name(const syntax& name, const place& where);
  node attribute_under_test(const syntax& name, const type_list& types);
  node captured(const syntax& name, std::size_t index, const place& where);
  node profile_field(const syntax& name);
  node alias_attribute(const syntax& name, const place& where);
  std::optional<std::size_t> alias_clause(const placed_name& alias, const place& where);
  std::optional<attribute_use> use(const placed_name& name, bool of_event, const type_list& types,
                                   bool warn_lacking);
  attribute_use look_up(std::string_view name, const type_list& types) const;
  void missing_attribute(const placed_name& name, const type_list& types);
  std::string elsewhere(const std::string& name, const type_list& types) const;
  std::size_t capture_slot(std::size_t index, attribute_id attribute, taken what);
  std::shared_ptr<const expression> condition(const syntax& e, std::string_view what,
                                              const place& where);
  bool is_alias(std::string_view name) const { return aliases_.contains(std::string(name)); }

  // checker_entities.cpp
  const entity_declaration* attached_entity(std::string_view qualifier) const;
  node entity_field(const syntax& name, const entity_declaration& entity, const place& where);
  void missing_field(const syntax& name, const entity_declaration& entity, const type_list& types);

  // checker_aggregates.cpp
  node aggregate(const syntax& call, const place& where);
  node aggregate_of(const syntax& call, taken what, std::size_t index);
  bool aggregate_type(const syntax& call, taken what, attribute_use& found);
  void wrong_argument(const syntax& call);

  const rule_syntax& rule_;
  const environment& env_;
  const catalogue& events_;
  reporter& out_;
  std::shared_ptr<checked_rule> made_;
  std::vector<type_list> types_;                          ///< of each clause
  std::vector<type_list> unless_types_;                   ///< of each UNLESS
  std::unordered_map<std::string, std::size_t> aliases_;  ///< to their clauses
  std::vector<std::size_t> position_of_;  ///< of each clause so far; of a BUT NOT without a wait:
                                          ///< of the step before it
  std::vector<interruption> pending_;     ///< in-between BUT NOTs before their THEN
  std::vector<position> pending_at_;
  std::size_t step_before_ = 0;  ///< the clause of the last WHEN or THEN so far
  std::size_t last_step_ = 0;    ///< the clause of the last WHEN or THEN
  bool knows_subject_ = true;    ///< false: the entity behind FOR was reported
};

}  // namespace beckon::language

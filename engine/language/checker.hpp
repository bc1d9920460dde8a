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
class checker {
 public:
  /// Everything must outlive the checker.
  checker(const rule_syntax& rule, const environment& env, reporter& out);

  /// The checked rule, or null after reporting why not.
  std::shared_ptr<const checked_rule> check();

 private:
  /// The event types a pattern stands for.
  struct type_list {
    std::vector<event_type_id> types;  ///< sorted; with ANY EVENT all that are not background
    bool any = false;
    bool unknown = false;  ///< a type was reported as unknown: say no more about its attributes
  };
  /// An attribute over several event types.
  struct attribute_use {
    bool found = false;
    attribute_id id{};
    value_type type = value_type::null;  ///< what the types agree on
    std::vector<event_type_id> lacking;
  };
  /// Where a name stands.
  struct place {
    const type_list* under_test = nullptr;  ///< null in IF, RETURN and PER
    std::size_t clause = 0;  ///< the clause of the WHERE; the number of clauses in UNLESS
    bool* uses_captures = nullptr;
  };

  // checker.cpp
  void header();
  void clauses();
  step checked_step(std::size_t index);
  void count(const clause_syntax& c, std::size_t index, step& s);
  void bound(const clause_syntax& c, std::size_t index, step& s);
  event_pattern pattern(const pattern_syntax& p, const type_list& types, std::size_t index);
  void fire();
  void returns();
  void finish();
  void limit(std::size_t number, std::size_t most, position at, std::string_view what);

  // checker_events.cpp
  void resolve_events();
  type_list resolve(const pattern_syntax& p);
  void concerns_subject(event_type_id type, const placed_name& name);
  void by_attribute();
  void same_attributes();
  void same_in_step(const attribute_syntax& a, attribute_id id, value_type& type);
  void aliases();

  // checker_names.cpp
  node resolve_name(const syntax& name, const place& where);
  node attribute_under_test(const syntax& name, const type_list& types);
  node captured(const syntax& name, std::size_t index, const place& where);
  node profile_field(const syntax& name);
  node alias_attribute(const syntax& name, const place& where);
  std::optional<attribute_use> use(const placed_name& name, bool of_event, const type_list& types,
                                   bool warn_lacking);
  attribute_use look_up(std::string_view name, const type_list& types) const;
  void missing_attribute(const placed_name& name, const type_list& types);
  std::size_t capture_slot(std::size_t index, attribute_id attribute);
  std::shared_ptr<const expression> condition(const syntax& e, std::string_view what,
                                              const place& where);
  bool is_alias(std::string_view name) const { return aliases_.contains(std::string(name)); }

  // checker_refuse.cpp
  void refuse_unsupported();
  void refuse_clause(const clause_syntax& c);
  void unsupported(position at, std::string_view what, std::string hint);

  // checker_size.cpp
  std::size_t worst_case_bytes() const;

  const rule_syntax& rule_;
  const environment& env_;
  const catalogue& events_;
  reporter& out_;
  std::shared_ptr<checked_rule> made_;
  std::vector<type_list> types_;         ///< of each clause
  std::vector<type_list> unless_types_;  ///< of each UNLESS
  std::unordered_map<std::string, std::size_t> aliases_;
  std::size_t last_step_ = 0;  ///< index of the last WHEN or THEN
};

}  // namespace beckon::language

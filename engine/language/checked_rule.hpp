// A rule after checking: every name resolved, every type checked, every bound known. What
// engine/cep runs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/language/expression.hpp"

namespace beckon::language {

/// Which events a step, wait or UNLESS means: one of the types (or any), and the WHERE.
struct event_pattern {
  std::vector<event_type_id> types;         ///< sorted; empty when `any`
  bool any = false;                         ///< ANY EVENT (all types that are not background)
  std::shared_ptr<const expression> where;  ///< null: no WHERE
  bool where_uses_captures = false;         ///< the WHERE names an alias of an earlier step
};

enum class quantity : std::uint8_t { one, times, different };

/// WHEN or THEN.
struct step {
  event_pattern pattern;
  std::string alias;
  quantity how = quantity::one;
  std::uint32_t count = 1;   ///< n of AT LEAST n
  attribute_id different{};  ///< for quantity::different; as in `same`
  bool in_a_row = false;
  std::optional<duration>
      within;  ///< first step: sliding window (never missing where count > 1 or it
               ///< counts: ALL WITHIN stands in); THEN: from the previous completion
  std::uint64_t structure =
      0;  ///< hash of what the step means: names its stored runs across versions
};

/// BUT NOT … FOR d: absence after the previous step, fired by its deadline.
struct wait {
  event_pattern cancelled_by;
  duration length{};
  std::uint64_t structure = 0;
};

using clause = std::variant<step, wait>;

enum class fire_policy : std::uint8_t { once, once_per_duration, once_per_attributes, every_time };

struct fire_clause {
  fire_policy policy = fire_policy::every_time;
  duration per{};  ///< once_per_duration; WITHIN of once_per_attributes (default 30 days)
  std::vector<expression> attributes;  ///< once_per_attributes: over the captures
};

/// Slot k of a run takes `attribute` of the event that completes clause `clause` (a step; never a
/// wait): an attribute of the catalogue or one of event.time, event.type, event.source, event.id
/// (attribute_time, …). NULL until then. Slots are numbered by first use in the text: stored runs
/// must name them by (step structure, attribute name).
struct capture {
  std::size_t clause = 0;
  attribute_id attribute{};
};

struct return_item {
  std::string name;
  expression content;
};

/// Immutable; shared between plans while its text is unchanged.
struct checked_rule {
  std::string name;
  std::string title;
  std::string version;    ///< 8 hex digits of the hash of the canonical text
  std::string canonical;  ///< the rule as `rule fmt` prints it, without title, comments, TESTs
  std::string subject_kind = "user";
  std::string subject_by;          ///< BY attribute; empty: the first the catalogue lists
  std::vector<attribute_id> same;  ///< of the catalogue, or attribute_type / attribute_source
  std::vector<clause> clauses;     ///< [0] is a step
  std::optional<duration> all_within;
  std::vector<event_pattern> unless;
  std::shared_ptr<const expression> condition;  ///< IF; null: none
  fire_clause fire;
  std::vector<return_item> returns;
  std::vector<capture> captures;
  std::size_t worst_case_bytes = 0;  ///< per user, bounded by construction
};

}  // namespace beckon::language

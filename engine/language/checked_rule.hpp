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
#include "engine/language/operation.hpp"

namespace beckon::language {

/// Which events a step, wait or UNLESS means: one of the types (or any), and the WHERE.
struct event_pattern {
  std::vector<event_type_id> types;         ///< sorted; empty when `any`
  bool any = false;                         ///< ANY EVENT (all types that are not background)
  std::shared_ptr<const expression> where;  ///< null: no WHERE
  bool where_uses_captures = false;         ///< the WHERE names an alias of an earlier step
};

/// What is taken of a completed step: an attribute of its last counted entry, an aggregate over its
/// counted entries, or the time an UNTIL names.
enum class taken : std::uint8_t {
  attribute,
  count,
  first,
  last,
  sum,
  avg,
  min,
  max,
  distinct,
  until
};

enum class quantity : std::uint8_t { one, times, different, sum };

/// AND AVG|MIN|MAX attribute op number, over the counted entries.
struct aggregate_condition {
  taken how = taken::avg;  ///< avg, min or max
  attribute_id attribute{};
  operation op = operation::at_least;  ///< a comparison
  value number;
};

/// BUT NOT events IN THE LAST d: of the step it follows.
struct look_back {
  event_pattern pattern;  ///< its WHERE names no alias
  duration length{};
  std::uint64_t structure = 0;
};

/// BUT NOT events between two steps: ends every run standing at a clause of [from, the step it
/// belongs to].
struct interruption {
  event_pattern pattern;
  std::size_t from = 0;
};

/// WHEN or THEN.
struct step {
  event_pattern pattern;
  std::string alias;
  quantity how = quantity::one;
  std::uint32_t count = 1;   ///< n of AT LEAST n
  attribute_id different{};  ///< for quantity::different; as in `same`
  attribute_id summed{};     ///< for quantity::sum; an int64 or double attribute
  operation sum_op = operation::at_least;  ///< at_least or greater
  value threshold;                         ///< of the sum
  std::optional<aggregate_condition> also;
  bool in_a_row = false;
  bool next = false;  ///< THEN NEXT
  std::optional<duration>
      within;  ///< first step: sliding window (missing where ALL WITHIN stands in is filled in;
               ///< stays missing where only ACTIVE … TO bounds it); THEN: from the previous
               ///< completion
  std::vector<look_back> look_backs;         ///< the step is complete only if none finds anything
  std::vector<interruption> interruptions;   ///< of a THEN
  std::uint64_t structure =
      0;  ///< hash of what the step means: names its stored runs across versions
};

/// BUT NOT … FOR d, BUT NOT … UNTIL e AT MOST d, WAIT d, WAIT UNTIL e AT MOST d: fired by its
/// deadline.
struct wait {
  event_pattern cancelled_by;  ///< of a WAIT: no types, not `any`
  duration length{};           ///< d
  std::optional<std::size_t>
      until;  ///< slot of e's time, taken when the previous step is complete; NULL: it is not
              ///< complete. The deadline is that time, not before the wait begins, not after d
  std::uint64_t structure = 0;
};

using clause = std::variant<step, wait>;

/// Half-open [from, to).
struct active_period {
  timestamp from{};
  timestamp to = never;
};

enum class fire_policy : std::uint8_t { once, once_per_duration, once_per_attributes, every_time };

struct fire_clause {
  fire_policy policy = fire_policy::every_time;
  duration per{};  ///< once_per_duration; WITHIN of once_per_attributes (default 30 days)
  std::vector<expression> attributes;  ///< once_per_attributes: over the captures
};

/// Slot k of a run: what is taken of clause `clause` (a step; never a wait) when it is complete.
/// `attribute`: of the catalogue or one of event.time, event.type, event.source, event.id
/// (attribute_time, …); unused by `count` and `until`. NULL until then. Slots are numbered by first
/// use in the text: stored runs must name them by (step structure, what, attribute name).
struct capture {
  std::size_t clause = 0;
  attribute_id attribute{};
  taken what = taken::attribute;
  bool whole = false;  ///< of `sum`: int64, not double
  std::shared_ptr<const expression> content = {};  ///< of `until`: over the slots taken up to this step
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
  std::optional<active_period> active;
  std::optional<duration> all_within;
  std::vector<event_pattern> unless;
  std::shared_ptr<const expression> condition;  ///< IF; null: none
  bool keep_first = false;  ///< KEEP FIRST: a wait under way is not replaced
  fire_clause fire;
  std::string to_each;  ///< TO EACH relation of the catalogue; empty: the subject itself
  std::vector<return_item> returns;
  std::vector<capture> captures;
  std::size_t worst_case_bytes = 0;  ///< per user, bounded by construction
};

}  // namespace beckon::language

// A rule file as it is written: what the parser makes of tokens, before any name is looked up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/base/value.hpp"
#include "engine/language/operation.hpp"
#include "engine/language/report.hpp"

namespace beckon::language {

enum class syntax_kind : std::uint8_t {
  literal,        ///< `literal`
  time_literal,   ///< TIME 'text'
  name,           ///< [qualifier.]text
  negate,         ///< -parts[0]
  logical_not,    ///< NOT parts[0]
  all_of,         ///< parts joined by AND
  any_of,         ///< parts joined by OR
  comparison,     ///< parts[0] op parts[1]
  arithmetic,     ///< parts[0] op parts[1]
  in_values,      ///< parts[0] IN (parts[1], …)
  in_value,       ///< parts[0] IN parts[1], a list
  in_list,        ///< parts[0] IN LIST text
  in_audience,    ///< user IN AUDIENCE text
  between,        ///< parts[0] BETWEEN parts[1] AND parts[2]
  is_null,        ///< parts[0] IS NULL
  is_true,        ///< parts[0] IS TRUE
  like,           ///< parts[0] LIKE parts[1]
  matches,        ///< parts[0] MATCHES parts[1]
  searched_case,  ///< CASE {WHEN parts[2i] THEN parts[2i+1]} [ELSE last]
  simple_case,    ///< CASE parts[0] {WHEN … THEN …} [ELSE last]
  call,           ///< text(parts…), text in lower case
};

/// One node of an expression.
struct syntax {
  syntax_kind kind = syntax_kind::literal;
  position at;
  value literal = {};
  std::string qualifier = {};
  std::string text = {};
  operation op = operation::equal;
  bool negated = false;   ///< NOT IN, IS NOT, …
  bool has_else = false;  ///< of a CASE
  int depth = 1;          ///< levels of nodes, this one included
  std::vector<syntax> parts = {};
};

/// A name where it stands; "" where none was written.
struct placed_name {
  std::string text;
  position at;
  bool given() const noexcept { return !text.empty(); }
};

struct placed_duration {
  duration length{};
  position at;
};

/// `name` or `event.name`.
struct attribute_syntax {
  bool of_event = false;
  placed_name name;
};

/// One or more event types, or ANY EVENT, and the WHERE.
struct pattern_syntax {
  position at;
  std::vector<placed_name> types;
  bool any = false;
  std::optional<syntax> where;
};

enum class quantity_kind : std::uint8_t { none, times, different, sum };

/// AND AVG|MIN|MAX attribute op number.
struct aggregate_bound {
  position at;
  std::string function;  ///< "AVG", "MIN", "MAX"
  attribute_syntax attribute;
  operation op = operation::equal;
  value number;
};

struct quantity_syntax {
  quantity_kind kind = quantity_kind::none;
  position at;
  std::int64_t count = 1;
  position count_at;
  attribute_syntax attribute;  ///< of DIFFERENT and SUM
  bool in_a_row = false;
  operation op = operation::at_least;  ///< of SUM
  value threshold;                     ///< of SUM
  std::optional<aggregate_bound> also;
};

enum class clause_kind : std::uint8_t { when, then, absence, pause, look_back, in_between };

/// WHEN, THEN, the three kinds of BUT NOT, or WAIT.
struct clause_syntax {
  clause_kind kind = clause_kind::when;
  position at;
  bool next = false;  ///< THEN NEXT
  position next_at;
  pattern_syntax pattern;  ///< not of WAIT
  placed_name alias;
  quantity_syntax quantity;
  std::optional<placed_duration> length;  ///< WITHIN, FOR, IN THE LAST, AT MOST, WAIT
  std::optional<syntax> until;            ///< UNTIL …
};

enum class fire_kind : std::uint8_t {
  missing,
  once,
  once_per_duration,
  once_per_attributes,
  every_time
};

struct fire_syntax {
  fire_kind kind = fire_kind::missing;
  position at;
  std::optional<placed_duration> per;  ///< PER d, or WITHIN d of PER attributes
  std::vector<attribute_syntax> attributes;
};

struct return_syntax {
  syntax content;
  placed_name name;  ///< AS
};

struct active_syntax {
  position at;
  std::string from;
  std::optional<std::string> to;
};

struct rule_syntax {
  placed_name name;
  std::string title;
  placed_name subject;  ///< FOR
  std::optional<attribute_syntax> by;
  std::vector<attribute_syntax> same;
  std::optional<active_syntax> active;
  std::vector<clause_syntax> clauses;
  std::optional<placed_duration> all_within;
  std::vector<pattern_syntax> unless;
  std::optional<syntax> condition;
  std::optional<position> keep_first;
  fire_syntax fire;
  placed_name to_each;
  std::vector<return_syntax> returns;
  std::vector<position> heads;  ///< where each clause begins, RULE first, in text order
  bool whole = true;            ///< parsed without an error
};

/// `key: value` of a test's JSON.
struct json_member {
  placed_name key;
  value content;
  position content_at;
};
using json_object = std::vector<json_member>;

/// GIVEN user {…}, or an event at an offset.
struct given_syntax {
  position at;
  bool row = false;
  duration offset{};  ///< of an event
  placed_name name = {};
  json_object content = {};
};

struct expected_syntax {
  position at;
  std::optional<duration> offset = {};
  std::string subject_id = {};
  json_object content = {};
};

struct test_syntax {
  std::string title;
  position at;
  std::optional<placed_name> starts;  ///< the text of the time
  std::vector<given_syntax> given;
  std::optional<duration> until;
  position until_at;
  std::vector<expected_syntax> expected;  ///< empty: NOTHING
  position expect_at;
  bool whole = true;  ///< parsed without an error
};

struct file_syntax {
  rule_syntax rule;
  std::vector<test_syntax> tests;
};

}  // namespace beckon::language

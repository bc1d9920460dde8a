// The nodes a checked expression is made of. Built once by the compiler, then only read:
// thread-safe. Evaluation neither throws nor copies what it can look at where it lies.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/language/expression.hpp"
#include "engine/language/tree.hpp"

namespace re2 {
class RE2;
}

namespace beckon::language {

class structure;

/// SQL's three truth values.
enum class truth : std::uint8_t { no, yes, unknown };

struct expression_node {
  /// The type known at compile time; `null` where only the data tells.
  value_type type = value_type::null;

  virtual ~expression_node() = default;
  /// The value: where it lies already, or written into `scratch`. Valid as long as `s`, `scratch`
  /// and the node.
  virtual const value& look(const scope& s, value& scratch) const noexcept = 0;
  /// The value as a condition; what is no bool is unknown.
  virtual truth test(const scope& s) const noexcept;

  /// The content when it never changes, else nullptr.
  virtual const value* constant() const noexcept { return nullptr; }
  /// Which attribute of the event under test this is, if it is one.
  virtual std::optional<attribute_id> attribute() const noexcept { return std::nullopt; }
  /// Adds the equalities that must hold for this to be true.
  virtual void collect(std::vector<expression::equality>& into) const;
  /// Adds the conditions that must all be true for this to be true: itself, or the parts of an AND.
  virtual void split(std::vector<const expression_node*>& into) const;
  /// What an index can use, where this is no more than that.
  virtual std::optional<atom> indexed() const;
  /// Writes down what this means, parts included.
  virtual void describe(structure& s) const = 0;
};

using node = std::unique_ptr<const expression_node>;

/// Condition nodes implement `test` alone.
struct condition_node : expression_node {
  condition_node() { type = value_type::boolean; }
  const value& look(const scope& s, value& scratch) const noexcept final;
  truth test(const scope& s) const noexcept override = 0;
};

/// NULL, TRUE and FALSE that live for ever.
const value& null_value() noexcept;
const value& as_value(truth t) noexcept;
inline truth as_truth(bool b) noexcept {
  return b ? truth::yes : truth::no;
}
/// One of the catalogue's, not event.time, event.type, event.source, event.id.
inline bool is_declared(attribute_id a) noexcept {
  return a < attribute_event_id;
}
/// A constant by which an index can order an attribute declared as `declared`.
bool is_threshold(const value& constant, value_type declared) noexcept;
inline truth negate(truth t, bool really = true) noexcept {
  if (!really || t == truth::unknown) return t;
  return t == truth::yes ? truth::no : truth::yes;
}

/// SQL's comparison of contents: unordered for NULL, NaN and different kinds. int64 and double
/// compare exactly; a time compares with int64 as ms since 1970; texts by bytes.
std::partial_ordering compare(const value& a, const value& b) noexcept;
truth compare(const value& a, operation op, const value& b) noexcept;

// Names and constants (nodes_names.cpp)
node make_constant(value content);
node make_attribute(attribute_id name,
                    value_type type);  ///< of the event under test; event.* included
node make_captured(std::size_t slot, value_type type);
node make_profile(std::string name, value_type type);
node make_now();
node make_user_id();

// Conditions (nodes_logic.cpp, nodes_predicate.cpp)
node make_all_of(std::vector<node> parts);
node make_any_of(std::vector<node> parts);
node make_not(node operand);
node make_is_null(node operand, bool negated);
node make_is_true(node operand, bool negated);
node make_comparison(operation op, node left, node right);
node make_between(node operand, node low, node high, bool negated);
node make_in(node operand, std::vector<node> items, bool negated);
node make_in_list(node operand, std::shared_ptr<const std::unordered_set<std::string>> list,
                  bool negated);
node make_like(node text, node pattern, bool negated);
node make_matches(node text, std::unique_ptr<const re2::RE2> pattern, bool negated);

// Values (nodes_arithmetic.cpp, functions.cpp)
node make_negate(node operand);
node make_arithmetic(operation op, node left, node right, value_type type);
/// `operand` null: searched. `otherwise` may be null: NULL.
node make_case(node operand, std::vector<std::pair<node, node>> branches, node otherwise,
               value_type type);

/// Whole text against a pattern with % and _; case-sensitive.
bool like(std::string_view text, std::string_view pattern) noexcept;

}  // namespace beckon::language

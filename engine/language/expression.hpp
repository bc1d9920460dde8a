// A checked expression of the rule language: typed, resolved against a catalogue, ready to
// evaluate. SQL's three-valued logic; see ../../README.md and the language reference. Immutable,
// thread-safe, never throws.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/access/event.hpp"
#include "engine/base/value.hpp"

namespace beckon::language {

/// What the names of an expression stand for while it is evaluated. All pointers may be null (their
/// names are NULL then). `lower`, `upper` and LIKE know no case beyond ASCII; `length` and LIKE's
/// `_` count characters of UTF-8.
struct scope {
  const event* current = nullptr;        ///< the event under test (WHERE)
  std::string_view current_type = {};    ///< its type's name, for event.type
  std::span<const value> captured = {};  ///< the run's capture slots (checked_rule::captures)
  const field_list* profile = nullptr;   ///< user.*
  timestamp now{};                       ///< the judged time
  std::string_view zone = "UTC";         ///< the deployment's zone, where user.tz is absent
};

struct expression_node;

class expression {
 public:
  /// `root` is not null; the compiler builds it.
  explicit expression(std::unique_ptr<const expression_node> root);
  ~expression();
  expression(expression&&) noexcept;

  /// The value; NULL where SQL says so (overflow, division by zero, comparison of different kinds,
  /// …).
  value evaluate(const scope& s) const noexcept;
  /// True only when the value is TRUE.
  bool holds(const scope& s) const noexcept;

  /// `attribute = constant` conjuncts at the top level: what an index can use. Necessary, not
  /// sufficient. Only catalogue attributes whose declared type is the constant's (int64 and double
  /// count as one).
  struct equality {
    attribute_id attribute;
    value constant;
  };
  std::span<const equality> equalities() const noexcept;

  /// The type known at compile time; `null` where only the data will tell.
  value_type type() const noexcept;

 private:
  std::unique_ptr<const expression_node> root_;
  std::vector<equality> equalities_;
};

}  // namespace beckon::language

// A checked expression of the rule language: typed, resolved against a catalogue, ready to
// evaluate. SQL's three-valued logic; see ../../README.md and the language reference. Immutable,
// thread-safe, never throws.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/access/event.hpp"
#include "engine/base/hash.hpp"
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
  std::string_view user = {};            ///< the id of the user the rule is about; empty: nobody
};

struct expression_node;

/// What an index can use: true exactly when the attribute of the event under test is equal to one
/// of some constants, or lies in a range of constants.
struct atom {
  struct bound {
    value at;  ///< of the attribute's declared type (int64 and double count as one); not NaN
    bool inclusive = false;
  };
  attribute_id attribute{};
  std::vector<value> one_of;  ///< neither NULL nor lists; empty: a range
  std::optional<bound> low, high;
};

/// One of the conditions joined by AND at the top of an expression: all must be true. Lives as long
/// as its expression.
struct conjunct {
  const expression_node* test = nullptr;
  hash128 structure;            ///< the same: the same meaning; of this process
  bool of_event_alone = false;  ///< reads nothing but the event under test
  std::optional<atom> indexed;  ///< where it is no more than that

  bool holds(const scope& s) const noexcept;
};

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

  /// At least one; the expression holds exactly when all of them do.
  std::span<const conjunct> conjuncts() const noexcept { return conjuncts_; }

  /// The type known at compile time; `null` where only the data will tell.
  value_type type() const noexcept;

 private:
  std::unique_ptr<const expression_node> root_;
  std::vector<equality> equalities_;
  std::vector<conjunct> conjuncts_;
};

}  // namespace beckon::language

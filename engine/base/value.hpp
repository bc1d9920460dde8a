// One attribute's value: what events carry, profiles hold and expressions compute.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/time.hpp"

namespace beckon {

class value;
using value_list = std::vector<value>;

/// The types of the rule language, in the order of `value`'s alternatives.
enum class value_type : std::uint8_t { null, boolean, integer, real, text, span, time, list };

/// "null", "bool", "int64", "double", "string", "duration", "time", "list".
std::string_view to_string(value_type type) noexcept;

/// A value of one of the language's types, or NULL. Copying a list shares it (lists are immutable).
class value {
 public:
  value() = default;
  value(bool v) : v_(v) {}
  value(std::int64_t v) : v_(v) {}
  value(int v) : v_(static_cast<std::int64_t>(v)) {}
  value(double v) : v_(v) {}
  value(std::string v) : v_(std::move(v)) {}
  value(std::string_view v) : v_(std::string(v)) {}
  value(const char* v) : v_(std::string(v)) {}
  value(duration v) : v_(v) {}
  value(timestamp v) : v_(v) {}
  value(value_list v) : v_(std::make_shared<const value_list>(std::move(v))) {}

  value_type type() const noexcept { return static_cast<value_type>(v_.index()); }
  bool is_null() const noexcept { return v_.index() == 0; }

  /// nullptr when the value has another type.
  const bool* as_boolean() const noexcept { return std::get_if<bool>(&v_); }
  const std::int64_t* as_integer() const noexcept { return std::get_if<std::int64_t>(&v_); }
  const double* as_real() const noexcept { return std::get_if<double>(&v_); }
  const std::string* as_text() const noexcept { return std::get_if<std::string>(&v_); }
  const duration* as_span() const noexcept { return std::get_if<duration>(&v_); }
  const timestamp* as_time() const noexcept { return std::get_if<timestamp>(&v_); }
  const value_list* as_list() const noexcept;

  /// The number as double: int64 and double only.
  std::optional<double> as_number() const noexcept;

  /// Same type and same content (NULL equals NULL): for tests and containers, not SQL's `=`.
  friend bool operator==(const value& a, const value& b);

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, duration, timestamp,
               std::shared_ptr<const value_list>>
      v_;
};

/// A named value; unordered lists of them are profiles, returns and JSON objects.
struct field {
  std::string name;
  value content;
  friend bool operator==(const field&, const field&) = default;
};
using field_list = std::vector<field>;

/// The first field of that name, or nullptr.
const value* find_field(const field_list& fields, std::string_view name) noexcept;

/// Sets the field of that name, adding it at the end when it is new.
void set_field(field_list& fields, std::string_view name, value content);

/// The text people and templates see: "12", "3.5", "true", "2024-…Z", "[1, 2]"; NULL is "".
std::string to_display(const value& v);

/// Appends the canonical bytes of `v` for equality of keys: 1 and 1.0 give the same bytes; 1, '1' and TRUE differ.
void append_canonical(std::string& out, const value& v);

}  // namespace beckon

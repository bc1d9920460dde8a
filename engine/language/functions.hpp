// The scalar functions of the language: their arguments, types and meaning.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/language/expression_node.hpp"
#include "engine/language/report.hpp"

namespace beckon::language {

/// A call of the function named in `call` over checked arguments; null after reporting an unknown
/// function, a wrong number of arguments or a wrong type.
node make_call(const syntax& call, std::vector<node> arguments, reporter& out);

/// What two expressions have in common where either may stand: their type, double for int64 and
/// double, else unknown.
value_type common_type(value_type a, value_type b) noexcept;

/// The contents may be compared: the same kind (numbers are one kind), a time with int64, or a type
/// not known yet.
bool comparable(value_type a, value_type b) noexcept;

// One argument (functions_number.cpp, functions_text.cpp, functions_time.cpp)
using unary_function = value (*)(const value& a, const scope& s) noexcept;
value absolute(const value& a, const scope& s) noexcept;
value rounded(const value& a, const scope& s) noexcept;
value floored(const value& a, const scope& s) noexcept;
value ceiled(const value& a, const scope& s) noexcept;
value lower_text(const value& a, const scope& s) noexcept;
value upper_text(const value& a, const scope& s) noexcept;
value length_of(const value& a, const scope& s) noexcept;
value days_since(const value& a, const scope& s) noexcept;
value hour_of_day(const value& a, const scope& s) noexcept;
value day_of_week(const value& a, const scope& s) noexcept;
value day_of_month(const value& a, const scope& s) noexcept;
value month_of(const value& a, const scope& s) noexcept;
value date_of(const value& a, const scope& s) noexcept;

// Two arguments
using binary_function = value (*)(const value& a, const value& b) noexcept;
value contains(const value& a, const value& b) noexcept;
value starts_with(const value& a, const value& b) noexcept;
value ends_with(const value& a, const value& b) noexcept;

// Any number
node make_coalesce(std::vector<node> arguments, value_type type);
node make_extreme(std::vector<node> arguments, value_type type, bool greatest);
/// XXH3-64 of salt, a zero byte and the text of x, modulo n. `salt` may be null: "".
node make_hash_bucket(node x, node n, node salt);

}  // namespace beckon::language

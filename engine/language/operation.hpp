// The operators of expressions and of quantities.
#pragma once

#include <cstdint>
#include <string_view>

namespace beckon::language {

enum class operation : std::uint8_t {
  equal,
  not_equal,
  less,
  at_most,
  greater,
  at_least,
  add,
  subtract,
  multiply,
  divide,
  modulo,
};

/// "=", "!=", …
std::string_view symbol_of(operation op) noexcept;

}  // namespace beckon::language

// abs, round, floor, ceil, coalesce, least, greatest.
#include <cmath>
#include <limits>

#include "engine/language/functions.hpp"
#include "engine/language/structure.hpp"

namespace beckon::language {
namespace {

/// int64 stays int64; a double goes through `step`.
template <class function>
value on_number(const value& a, function&& step) noexcept {
  if (a.as_integer() != nullptr) return a;
  const double* number = a.as_real();
  return number == nullptr ? value() : value(step(*number));
}

struct coalesce_node final : expression_node {
  std::vector<node> arguments;

  explicit coalesce_node(std::vector<node> a) : arguments(std::move(a)) {}
  const value& look(const scope& s, value& scratch) const noexcept override {
    for (const node& argument : arguments) {
      const value& seen = argument->look(s, scratch);
      if (!seen.is_null()) return seen;
    }
    return null_value();
  }
  void describe(structure& s) const override { s.node("coalesce", *this).parts(arguments); }
};

/// least and greatest: NULL as soon as two of the values do not compare.
struct extreme_node final : expression_node {
  std::vector<node> arguments;
  bool greatest;

  extreme_node(std::vector<node> a, bool g) : arguments(std::move(a)), greatest(g) {}
  const value& look(const scope& s, value& scratch) const noexcept override {
    value best_scratch;
    scratch = arguments.front()->look(s, best_scratch);
    for (std::size_t i = 1; i < arguments.size(); ++i) {
      value own;
      const value& seen = arguments[i]->look(s, own);
      const std::partial_ordering order = compare(seen, scratch);
      if (order == std::partial_ordering::unordered) return null_value();
      if (greatest ? order > 0 : order < 0) scratch = seen;
    }
    return scratch;
  }
  void describe(structure& s) const override {
    s.node("extreme", *this).number(greatest ? 1 : 0).parts(arguments);
  }
};

}  // namespace

value absolute(const value& a, const scope&) noexcept {
  if (const std::int64_t* number = a.as_integer()) {
    if (*number == std::numeric_limits<std::int64_t>::min()) return {};
    return value(*number < 0 ? -*number : *number);
  }
  return on_number(a, [](double x) { return std::fabs(x); });
}

value rounded(const value& a, const scope&) noexcept {
  return on_number(a, [](double x) { return std::round(x); });
}

value floored(const value& a, const scope&) noexcept {
  return on_number(a, [](double x) { return std::floor(x); });
}

value ceiled(const value& a, const scope&) noexcept {
  return on_number(a, [](double x) { return std::ceil(x); });
}

node make_coalesce(std::vector<node> arguments, value_type type) {
  auto made = std::make_unique<coalesce_node>(std::move(arguments));
  made->type = type;
  return made;
}

node make_extreme(std::vector<node> arguments, value_type type, bool greatest) {
  auto made = std::make_unique<extreme_node>(std::move(arguments), greatest);
  made->type = type;
  return made;
}

}  // namespace beckon::language

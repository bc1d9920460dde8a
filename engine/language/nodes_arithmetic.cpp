// + - * / %, unary minus, CASE. Overflow, division by zero and what is no number give NULL.
#include <cmath>
#include <limits>

#include "engine/language/expression_node.hpp"
#include "engine/language/structure.hpp"

namespace beckon::language {
namespace {

value finite(double number) noexcept {
  return std::isfinite(number) ? value(number) : value();
}

value whole(operation op, std::int64_t a, std::int64_t b) noexcept {
  std::int64_t out = 0;
  switch (op) {
    case operation::add:
      return __builtin_add_overflow(a, b, &out) ? value() : value(out);
    case operation::subtract:
      return __builtin_sub_overflow(a, b, &out) ? value() : value(out);
    case operation::multiply:
      return __builtin_mul_overflow(a, b, &out) ? value() : value(out);
    case operation::modulo:
      if (b == 0) return {};
      return b == -1 ? value(std::int64_t{0}) : value(a % b);
    default:
      return b == 0 ? value() : finite(static_cast<double>(a) / static_cast<double>(b));
  }
}

value real(operation op, double a, double b) noexcept {
  switch (op) {
    case operation::add:
      return finite(a + b);
    case operation::subtract:
      return finite(a - b);
    case operation::multiply:
      return finite(a * b);
    case operation::modulo:
      return b == 0 ? value() : finite(std::fmod(a, b));
    default:
      return b == 0 ? value() : finite(a / b);
  }
}

std::optional<std::int64_t> exact_sum(std::int64_t a, std::int64_t b, bool subtract) noexcept {
  std::int64_t out = 0;
  const bool over =
      subtract ? __builtin_sub_overflow(a, b, &out) : __builtin_add_overflow(a, b, &out);
  return over ? std::nullopt : std::optional(out);
}

/// Rounded half away from zero to whole ms.
value span_of(double ms) noexcept {
  const double rounded = std::round(ms);
  if (!(rounded >= -0x1p63 && rounded < 0x1p63)) return {};
  return value(duration{static_cast<std::int64_t>(rounded)});
}

value span_and_number(operation op, std::int64_t ms, const value& factor) noexcept {
  if (const std::int64_t* times = factor.as_integer();
      times != nullptr && op == operation::multiply) {
    std::int64_t out = 0;
    return __builtin_mul_overflow(ms, *times, &out) ? value() : value(duration{out});
  }
  const double number = *factor.as_number();
  if (op == operation::multiply) return span_of(static_cast<double>(ms) * number);
  return op == operation::divide && number != 0 ? span_of(static_cast<double>(ms) / number)
                                                : value();
}

/// duration op duration, or duration op number.
value with_span(operation op, std::int64_t ms, const value& b) noexcept {
  if (b.as_number()) return span_and_number(op, ms, b);
  const duration* other = b.as_span();
  if (other == nullptr) return {};
  if (op == operation::divide)
    return real(op, static_cast<double>(ms), static_cast<double>(other->count()));
  if (op != operation::add && op != operation::subtract) return {};
  const auto sum = exact_sum(ms, other->count(), op == operation::subtract);
  return sum ? value(duration{*sum}) : value();
}

/// time - time, time ± duration.
value with_time(operation op, std::int64_t ms, const value& b) noexcept {
  const bool subtract = op == operation::subtract;
  if (!subtract && op != operation::add) return {};
  if (const timestamp* other = b.as_time(); other != nullptr && subtract) {
    const auto between = exact_sum(ms, to_ms(*other), true);
    return between ? value(duration{*between}) : value();
  }
  const duration* step = b.as_span();
  if (step == nullptr) return {};
  const auto sum = exact_sum(ms, step->count(), subtract);
  return sum ? value(from_ms(*sum)) : value();
}

value calculated(operation op, const value& a, const value& b) noexcept {
  const std::int64_t *left = a.as_integer(), *right = b.as_integer();
  if (left != nullptr && right != nullptr) return whole(op, *left, *right);
  const auto left_number = a.as_number(), right_number = b.as_number();
  if (left_number && right_number) return real(op, *left_number, *right_number);
  if (const duration* span = a.as_span()) {
    const bool onto_time = b.as_time() != nullptr && op == operation::add;
    return onto_time ? with_time(op, to_ms(*b.as_time()), a) : with_span(op, span->count(), b);
  }
  if (const timestamp* time = a.as_time()) return with_time(op, to_ms(*time), b);
  if (const duration* span = b.as_span();
      span != nullptr && left_number && op == operation::multiply) {
    return span_and_number(op, span->count(), a);
  }
  return {};
}

struct arithmetic_node final : expression_node {
  operation op;
  node left, right;

  arithmetic_node(operation o, node l, node r) : op(o), left(std::move(l)), right(std::move(r)) {}
  const value& look(const scope& s, value& scratch) const noexcept override {
    value left_scratch, right_scratch;
    return scratch = calculated(op, left->look(s, left_scratch), right->look(s, right_scratch));
  }
  void describe(structure& s) const override {
    s.node("arithmetic", *this).number(static_cast<std::uint64_t>(op));
    s.part(left.get()).part(right.get());
  }
};

struct negate_node final : expression_node {
  node operand;

  explicit negate_node(node o) : operand(std::move(o)) { type = operand->type; }
  const value& look(const scope& s, value& scratch) const noexcept override {
    value inner;
    const value& seen = operand->look(s, inner);
    if (const double* number = seen.as_real()) return scratch = value(-*number);
    if (const std::int64_t* number = seen.as_integer()) {
      return scratch = whole(operation::subtract, 0, *number);
    }
    const duration* span = seen.as_span();
    if (span == nullptr) return null_value();
    return scratch = with_span(operation::subtract, 0, seen);
  }
  void describe(structure& s) const override { s.node("minus", *this).part(operand.get()); }
};

struct case_node final : expression_node {
  node operand;  ///< null: searched
  std::vector<std::pair<node, node>> branches;
  node otherwise;  ///< null: NULL

  case_node(node o, std::vector<std::pair<node, node>> b, node e)
      : operand(std::move(o)), branches(std::move(b)), otherwise(std::move(e)) {}
  const value& look(const scope& s, value& scratch) const noexcept override {
    value operand_scratch, label_scratch;
    const value& seen = operand ? operand->look(s, operand_scratch) : null_value();
    for (const auto& [label, content] : branches) {
      const truth t =
          operand ? compare(seen, operation::equal, label->look(s, label_scratch)) : label->test(s);
      if (t == truth::yes) return content->look(s, scratch);
    }
    return otherwise ? otherwise->look(s, scratch) : null_value();
  }
  void describe(structure& s) const override {
    s.node("case", *this).part(operand.get()).number(branches.size());
    for (const auto& [label, content] : branches) s.part(label.get()).part(content.get());
    s.part(otherwise.get());
  }
};

}  // namespace

node make_negate(node operand) {
  return std::make_unique<negate_node>(std::move(operand));
}

node make_arithmetic(operation op, node left, node right, value_type type) {
  auto made = std::make_unique<arithmetic_node>(op, std::move(left), std::move(right));
  made->type = type;
  return made;
}

node make_case(node operand, std::vector<std::pair<node, node>> branches, node otherwise,
               value_type type) {
  auto made =
      std::make_unique<case_node>(std::move(operand), std::move(branches), std::move(otherwise));
  made->type = type;
  return made;
}

}  // namespace beckon::language

// Expressions as text, with the brackets their meaning needs and no others.
#include <array>
#include <charconv>

#include "engine/language/canonical.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

/// How tightly a node holds its parts, as the parser sees it.
enum strength : int {
  any = 0,
  disjunction,
  conjunction,
  negation,
  comparing,
  summing,
  multiplying,
  minus,
  tight
};

int strength_of(const syntax& e) {
  switch (e.kind) {
    case syntax_kind::any_of:
      return disjunction;
    case syntax_kind::all_of:
      return conjunction;
    case syntax_kind::logical_not:
      return negation;
    case syntax_kind::arithmetic:
      return e.op == operation::add || e.op == operation::subtract ? summing : multiplying;
    case syntax_kind::negate:
      return minus;
    case syntax_kind::literal:
    case syntax_kind::time_literal:
    case syntax_kind::name:
    case syntax_kind::in_audience:
    case syntax_kind::searched_case:
    case syntax_kind::simple_case:
    case syntax_kind::call:
      return tight;
    default:
      return comparing;
  }
}

std::string written(const syntax& e, int least) {
  const std::string text = canonical(e);
  return strength_of(e) < least ? "(" + text + ")" : text;
}

std::string real(double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  std::string out(digits.data(), end);
  return out.find_first_of(".e") == std::string::npos ? out + ".0" : out;
}

}  // namespace

std::string canonical_literal(const value& v) {
  switch (v.type()) {
    case value_type::boolean:
      return *v.as_boolean() ? "TRUE" : "FALSE";
    case value_type::integer:
      return std::to_string(*v.as_integer());
    case value_type::real:
      return real(*v.as_real());
    case value_type::span:
      return written_duration(*v.as_span());
    case value_type::text: {
      std::string out = "'";
      for (const char c : *v.as_text()) out += c == '\'' ? std::string("''") : std::string(1, c);
      return out + "'";
    }
    default:
      return "NULL";
  }
}

namespace {

std::string joined(const syntax& e, std::string_view word, int least) {
  std::string out;
  for (const syntax& part : e.parts) {
    if (!out.empty()) out += word;
    out += written(part, least);
  }
  return out;
}

/// The parts from `first` on, in brackets.
std::string list(const syntax& e, std::size_t first) {
  std::string out = "(";
  for (std::size_t i = first; i < e.parts.size(); ++i) {
    out += (i == first ? "" : ", ") + canonical(e.parts[i]);
  }
  return out + ")";
}

std::string negated(const syntax& e) {
  const std::string minus_sign = "-";
  const std::string inner = written(e.parts[0], minus);
  const bool number_inside = e.parts[0].kind == syntax_kind::literal;
  return minus_sign + (inner[0] == '-' || number_inside ? "(" + inner + ")" : inner);
}

std::string case_text(const syntax& e) {
  std::string out = "CASE";
  std::size_t i = 0;
  if (e.kind == syntax_kind::simple_case) out += " " + canonical(e.parts[i++]);
  for (; i + 1 < e.parts.size(); i += 2) {
    out += " WHEN " + canonical(e.parts[i]) + " THEN " + canonical(e.parts[i + 1]);
  }
  if (e.has_else) out += " ELSE " + canonical(e.parts.back());
  return out + " END";
}

std::string predicate(const syntax& e) {
  const std::string left = written(e.parts[0], summing);
  const std::string no = e.negated ? " NOT" : "";
  const auto right = [&](std::size_t i) { return written(e.parts[i], summing); };
  switch (e.kind) {
    case syntax_kind::comparison:
      return left + " " + std::string(symbol_of(e.op)) + " " + right(1);
    case syntax_kind::in_values:
      return left + no + " IN " + list(e, 1);
    case syntax_kind::in_value:
      return left + no + " IN " + right(1);
    case syntax_kind::in_list:
      return left + no + " IN LIST " + written_name(e.text);
    case syntax_kind::between:
      return left + no + " BETWEEN " + right(1) + " AND " + right(2);
    case syntax_kind::is_null:
      return left + " IS" + no + " NULL";
    case syntax_kind::is_true:
      return left + " IS" + no + " TRUE";
    case syntax_kind::like:
      return left + no + " LIKE " + right(1);
    default:
      return left + no + " MATCHES " + right(1);
  }
}

}  // namespace

std::string canonical(const syntax& e) {
  switch (e.kind) {
    case syntax_kind::literal:
      return canonical_literal(e.literal);
    case syntax_kind::time_literal:
      return "TIME " + canonical_literal(value(e.text));
    case syntax_kind::name:
      return (e.qualifier.empty() ? "" : written_name(e.qualifier) + ".") + written_name(e.text);
    case syntax_kind::negate:
      return negated(e);
    case syntax_kind::logical_not:
      return "NOT " + written(e.parts[0], negation);
    case syntax_kind::all_of:
      return joined(e, " AND ", negation);
    case syntax_kind::any_of:
      return joined(e, " OR ", conjunction);
    case syntax_kind::arithmetic: {
      const int own = strength_of(e);
      return written(e.parts[0], own) + " " + std::string(symbol_of(e.op)) + " " +
             written(e.parts[1], own + 1);
    }
    case syntax_kind::in_audience:
      return "user IN AUDIENCE " + written_name(e.text);
    case syntax_kind::searched_case:
    case syntax_kind::simple_case:
      return case_text(e);
    case syntax_kind::call:
      return e.text == "now" && e.parts.empty() ? "now" : e.text + list(e, 0);
    default:
      return predicate(e);
  }
}

}  // namespace beckon::language

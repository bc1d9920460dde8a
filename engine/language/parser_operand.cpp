// What operators join: literals, names, calls, CASE, brackets, NOT and minus.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/language/parser.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

constexpr int not_strength = 3, minus_strength = 6;

}  // namespace

syntax parser::operand() {
  const token& t = peek();
  const position at = t.at;
  switch (t.kind) {
    case token_kind::integer:
    case token_kind::real:
      return number_operand(false);
    case token_kind::text: {
      syntax node{.at = at, .literal = value(t.text)};
      skip();
      return node;
    }
    case token_kind::name:
      return word_operand();
    case token_kind::quoted_name:
      return named_operand();
    case token_kind::title:
      fail(at, "text stands in single quotes here", "write '" + t.text.substr(0, 40) + "'");
      return {};
    default:
      break;
  }
  if (at_symbol("-")) return minus();
  if (!take_symbol("(")) {
    unexpected("an expression");
    return {};
  }
  syntax inner = expression();
  expect_symbol(")");
  return inner;
}

/// Words that are no names here: NOT, CASE, TRUE, FALSE, NULL, TIME '…', now, and `user IN
/// AUDIENCE`.
syntax parser::word_operand() {
  const position at = peek().at;
  if (at_word("CASE")) return case_operand();
  if (take_word("TRUE")) return {.at = at, .literal = value(true)};
  if (take_word("FALSE")) return {.at = at, .literal = value(false)};
  if (take_word("NULL")) return {.at = at};
  if (take_word("NOT")) {
    syntax node{.kind = syntax_kind::logical_not, .at = at};
    adopt(node, expression(not_strength));
    return node;
  }
  if (at_word("TIME") && peek(1).kind == token_kind::text) {
    skip();
    syntax node{.kind = syntax_kind::time_literal, .at = at, .text = time_text()};
    node.at = up_to_here(at);
    return node;
  }
  if (at_word("user") && at_word("IN", 1) && at_word("AUDIENCE", 2)) {
    skip();
    skip();
    skip();
    syntax node{.kind = syntax_kind::in_audience, .at = at, .text = name("an audience").text};
    node.at = up_to_here(at);
    return node;
  }
  if (at_symbol("(", 1) && !is_structural(peek().text)) return call_operand();
  if (at_word("now") && !at_symbol(".", 1)) {
    if (at_symbol("(", 1)) return call_operand();
    skip();
    return {.kind = syntax_kind::call, .at = at, .text = "now"};
  }
  return named_operand();
}

syntax parser::named_operand() {
  syntax node{.kind = syntax_kind::name, .at = peek().at};
  node.text = name("an expression").text;
  if (take_symbol(".")) {
    node.qualifier = std::move(node.text);
    node.text = name("an attribute").text;
    if (!lost_) node.at = up_to_here(node.at);
  }
  return node;
}

/// A number, or with a unit behind it a duration.
syntax parser::number_operand(bool negative) {
  const token& t = peek();
  syntax node{.at = t.at};
  const std::string digits = (negative ? "-" : "") + t.text;
  const char* end = digits.data() + digits.size();
  if (t.kind == token_kind::real) {
    double number = 0;
    if (std::from_chars(digits.data(), end, number).ec != std::errc{} || !std::isfinite(number)) {
      fail(t.at, "this number does not fit a double");
    }
    node.literal = value(number);
    skip();
    return node;
  }
  std::int64_t number = 0;
  if (std::from_chars(digits.data(), end, number).ec != std::errc{}) {
    fail(t.at, "this number is too large for int64");
  }
  node.literal = value(number);
  skip();
  if (peek().kind != token_kind::name || lost_) return node;
  if (at_word("m")) {
    fail(peek().at, "'m' alone could be minutes or months", "write min");
  } else if (const auto unit = unit_length(peek().text)) {
    std::int64_t ms = 0;
    if (__builtin_mul_overflow(number, *unit, &ms)) fail(node.at, "this duration is too long");
    node.literal = value(duration{ms});
    skip();
    node.at = up_to_here(node.at);
  }
  return node;
}

syntax parser::minus() {
  const position at = peek().at;
  skip();
  if (peek().kind == token_kind::integer || peek().kind == token_kind::real) {
    syntax literal = number_operand(true);
    literal.at = up_to_here(at);
    return literal;
  }
  syntax node{.kind = syntax_kind::negate, .at = at};
  adopt(node, expression(minus_strength));
  return node;
}

syntax parser::case_operand() {
  syntax node{.kind = syntax_kind::searched_case, .at = peek().at};
  ++cases_;
  skip();
  if (!at_word("WHEN")) {
    node.kind = syntax_kind::simple_case;
    adopt(node, expression());
  }
  while (take_word("WHEN")) {
    adopt(node, expression());
    if (expect_word("THEN", "CASE WHEN condition THEN value … END")) adopt(node, expression());
  }
  if (!lost_ && node.parts.size() < 2) unexpected("WHEN", "CASE WHEN condition THEN value … END");
  if (take_word("ELSE")) {
    node.has_else = true;
    adopt(node, expression());
  }
  if (expect_word("END", "CASE WHEN condition THEN value … END")) {
    --cases_;
    node.at = up_to_here(node.at);
  }
  return node;
}

syntax parser::call_operand() {
  syntax node{.kind = syntax_kind::call, .at = peek().at, .text = lowered(peek().text)};
  skip();
  parts_in_parentheses(node);
  if (!lost_) node.at = up_to_here(node.at);
  return node;
}

void parser::parts_in_parentheses(syntax& parent) {
  expect_symbol("(");
  if (take_symbol(")")) return;
  do {
    adopt(parent, expression());
  } while (take_symbol(","));
  expect_symbol(")");
}

}  // namespace beckon::language

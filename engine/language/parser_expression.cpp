// Operators of expressions, by precedence climbing (Pratt): OR < AND < NOT < comparisons < + - < *
// / % < unary minus.
#include <algorithm>

#include "engine/language/parser.hpp"

namespace beckon::language {
namespace {

constexpr int or_strength = 1, and_strength = 2, comparison_strength = 4, sum_strength = 5,
              product_strength = 6;

}  // namespace

/// Parses operators that bind tighter than `least`.
syntax parser::expression(int least) {
  const telling_of here(*this, topic::expression);
  if (++depth_ > deepest_expression) {
    fail(peek().at, "this expression is nested too deeply",
         "at most " + std::to_string(deepest_expression) + " levels");
  }
  syntax left;
  if (!lost_) left = operand();
  bool compared = false;
  while (!lost_ && infix(left, least, compared)) {
  }
  --depth_;
  return left;
}

/// Extends `left` by one operator; false where none that binds tighter than `least` follows.
bool parser::infix(syntax& left, int least, bool& compared) {
  if (at_word("OR") && least < or_strength) {
    join(left, syntax_kind::any_of, or_strength);
    return true;
  }
  if (at_word("AND") && least < and_strength) {
    join(left, syntax_kind::all_of, and_strength);
    return true;
  }
  struct arithmetic_operator {
    operation op;
    int strength;
  };
  for (const auto& [op, strength] : {arithmetic_operator{operation::add, sum_strength},
                                     {operation::subtract, sum_strength},
                                     {operation::multiply, product_strength},
                                     {operation::divide, product_strength},
                                     {operation::modulo, product_strength}}) {
    if (!at_symbol(symbol_of(op))) continue;
    if (least >= strength) return false;
    binary(left, syntax_kind::arithmetic, op, strength);
    return true;
  }
  if (least >= comparison_strength) return false;
  const auto op = comparison_here();
  if (!op && !predicate_here()) return false;
  if (compared) {
    fail(peek().at, "comparisons do not chain", "join them with AND, or use BETWEEN, or brackets");
    return false;
  }
  compared = true;
  if (op) {
    binary(left, syntax_kind::comparison, *op, comparison_strength);
  } else {
    predicate(left);
  }
  return true;
}

/// IN, IS, LIKE, BETWEEN, MATCHES, NOT before them; but not IN THE LAST, which ends a look-back.
bool parser::predicate_here() const {
  const bool look_back = at_word("IN") && at_word("THE", 1) && at_word("LAST", 2);
  const bool negated = at_word("NOT") && (at_word("IN", 1) || at_word("LIKE", 1) ||
                                          at_word("BETWEEN", 1) || at_word("MATCHES", 1));
  return negated || (at_word("IN") && !look_back) || at_word("IS") || at_word("LIKE") ||
         at_word("BETWEEN") || at_word("MATCHES");
}

/// AND and OR become one node with all their parts, however they were bracketed.
void parser::join(syntax& left, syntax_kind kind, int strength) {
  syntax joined{.kind = kind, .at = left.at};
  const auto take = [&](syntax&& part) {
    if (part.kind != kind) return adopt(joined, std::move(part));
    for (syntax& inner : part.parts) adopt(joined, std::move(inner));
  };
  take(std::move(left));
  while (!lost_ && at_word(kind == syntax_kind::all_of ? "AND" : "OR")) {
    skip();
    take(expression(strength));
  }
  left = std::move(joined);
}

void parser::binary(syntax& left, syntax_kind kind, operation op, int strength) {
  syntax node{.kind = kind, .at = peek().at, .op = op};
  skip();
  adopt(node, std::move(left));
  adopt(node, expression(strength));
  left = std::move(node);
}

void parser::predicate(syntax& left) {
  const position at = peek().at;
  const bool negated = take_word("NOT");
  if (take_word("IS")) return is_predicate(left, at);
  if (take_word("IN")) return in_predicate(left, negated, at);
  if (take_word("BETWEEN")) return between_predicate(left, negated, at);
  const syntax_kind kind = at_word("LIKE") ? syntax_kind::like : syntax_kind::matches;
  if (kind == syntax_kind::matches && ++patterns_ > most_patterns) {
    return fail(at, "more than " + std::to_string(most_patterns) + " MATCHES in one file",
                "join patterns with |: MATCHES 'a|b'");
  }
  skip();
  syntax node{.kind = kind, .at = at, .negated = negated};
  adopt(node, std::move(left));
  adopt(node, expression(comparison_strength));
  left = std::move(node);
}

void parser::is_predicate(syntax& left, position at) {
  syntax node{.at = at, .negated = take_word("NOT")};
  if (take_word("NULL")) {
    node.kind = syntax_kind::is_null;
  } else if (take_word("TRUE")) {
    node.kind = syntax_kind::is_true;
  } else {
    return unexpected("NULL or TRUE behind IS",
                      at_word("FALSE") ? "write NOT x, or x = FALSE" : "");
  }
  adopt(node, std::move(left));
  left = std::move(node);
}

void parser::in_predicate(syntax& left, bool negated, position at) {
  syntax node{.at = at, .negated = negated};
  adopt(node, std::move(left));
  if (at_word("LIST") &&
      (peek(1).kind == token_kind::name || peek(1).kind == token_kind::quoted_name)) {
    skip();
    node.kind = syntax_kind::in_list;
    node.text = name("a named list").text;
    if (!lost_) node.at = up_to_here(at);
  } else if (at_symbol("(")) {
    node.kind = syntax_kind::in_values;
    parts_in_parentheses(node);
    if (!lost_ && node.parts.size() < 2) fail(at, "IN () holds nothing", "list at least one value");
  } else if (names_something()) {
    node.kind = syntax_kind::in_value;
    adopt(node, named_operand());
  } else {
    return unexpected("(values), LIST name or a list attribute behind IN");
  }
  left = std::move(node);
}

void parser::between_predicate(syntax& left, bool negated, position at) {
  syntax node{.kind = syntax_kind::between, .at = at, .negated = negated};
  adopt(node, std::move(left));
  adopt(node, expression(comparison_strength));
  if (!expect_word("AND", "x BETWEEN low AND high")) return;
  adopt(node, expression(comparison_strength));
  left = std::move(node);
}

/// Makes `child` the last part of `parent`, within the bounds of depth and number.
void parser::adopt(syntax& parent, syntax&& child) {
  parent.depth = std::max(parent.depth, child.depth + 1);
  if (parent.depth > deepest_expression) {
    fail(parent.at, "this expression is nested too deeply",
         "at most " + std::to_string(deepest_expression) + " levels");
  }
  if (parent.parts.size() >= most_parts) {
    fail(child.at, "too long a list of values or conditions",
         "at most " + std::to_string(most_parts) + "; longer lists are named: IN LIST name");
  }
  if (!lost_) parent.parts.push_back(std::move(child));
}

}  // namespace beckon::language

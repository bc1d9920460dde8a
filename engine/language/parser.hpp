// Tokens → tree, for the whole grammar of the language. Every syntax error is reported at its
// place; parsing goes on at the next clause. Depth and sizes are bounded, so no text can exhaust
// the stack.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/language/lexer.hpp"
#include "engine/language/tree.hpp"

namespace beckon::language {

inline constexpr int deepest_expression = 64;
inline constexpr int most_patterns = 64;  ///< MATCHES in one file: each costs memory
inline constexpr std::size_t most_parts =
    1000;  ///< of one AND, OR, IN, CASE or call; of events; of a list in a test

/// Parses one file's tokens (as `lex` gives them: the last is `end`).
class parser {
 public:
  parser(std::vector<token> tokens, reporter& out);

  file_syntax file();

 private:
  class telling_of;

  /// What a clause of the rule begins with; the order of clauses in a rule, ties where they may
  /// mix.
  enum class head {
    none,
    rule,
    subject,
    same,
    active,
    when,
    then,
    but_not,
    wait,
    all_within,
    unless,
    condition,
    keep_first,
    fire,
    to_each,
    returns,
    test
  };

  // Cursor (parser.cpp)
  const token& peek(std::size_t ahead = 0) const;
  void skip();
  bool at_end() const { return peek().kind == token_kind::end; }
  bool at_word(std::string_view word, std::size_t ahead = 0) const;
  bool at_symbol(std::string_view symbol, std::size_t ahead = 0) const;
  bool take_word(std::string_view word);
  bool take_symbol(std::string_view symbol);
  bool expect_word(std::string_view word, std::string_view hint = {});
  bool expect_symbol(std::string_view symbol, std::string_view hint = {});
  void fail(position at, std::string message, std::string hint = {});
  void unexpected(std::string_view wanted, std::string hint = {});
  position behind() const;
  position up_to_here(position from) const;

  // Pieces (parser.cpp)
  bool names_something() const;
  placed_name name(std::string_view what, std::string hint = {});
  attribute_syntax attribute();
  std::vector<attribute_syntax> attributes();
  std::optional<placed_duration> length();
  std::int64_t whole_number(std::string_view what);
  value signed_number();
  std::string time_text();
  std::optional<operation> comparison_here() const;

  // Rule (parser_rule.cpp)
  head head_here() const;
  static topic topic_of(head h);
  void recover();
  void rule(rule_syntax& out);
  void begin_rule(rule_syntax& out);
  void clause(head h, rule_syntax& out);
  void late_clause(head h, rule_syntax& out);
  bool in_order(head h, position at);
  void require_clauses(const rule_syntax& out);
  void subject(rule_syntax& out);
  void active(rule_syntax& out);
  void fire(fire_syntax& out);
  void returns(rule_syntax& out);
  void stray();

  // Steps and waits (parser_step.cpp)
  void step(clause_syntax& out);
  void events(pattern_syntax& out);
  void pattern(pattern_syntax& out);
  bool step_part(clause_syntax& out);
  void quantity(quantity_syntax& out);
  void at_least(quantity_syntax& out);
  void sum(quantity_syntax& out);
  void aggregate(quantity_syntax& out);
  void but_not(clause_syntax& out);
  void wait(clause_syntax& out);
  void until(clause_syntax& out);

  // Expressions (parser_expression.cpp, parser_operand.cpp)
  syntax expression(int least = 0);
  bool infix(syntax& left, int least, bool& compared);
  void join(syntax& left, syntax_kind kind, int strength);
  void binary(syntax& left, syntax_kind kind, operation op, int strength);
  bool predicate_here() const;
  void predicate(syntax& left);
  void in_predicate(syntax& left, bool negated, position at);
  void is_predicate(syntax& left, position at);
  void between_predicate(syntax& left, bool negated, position at);
  void adopt(syntax& parent, syntax&& child);
  syntax operand();
  syntax word_operand();
  syntax named_operand();
  syntax number_operand(bool negative);
  syntax minus();
  syntax case_operand();
  syntax call_operand();
  void parts_in_parentheses(syntax& parent);

  // TEST blocks (parser_test.cpp)
  void test(test_syntax& out);
  bool test_line(test_syntax& out);
  void recover_in_test();
  duration offset();
  duration clock(const token& t);
  void expectations(test_syntax& out);
  expected_syntax expected();
  json_object json();
  value json_value(int depth);
  value json_list(int depth);

  std::vector<token> tokens_;
  reporter& out_;
  std::size_t next_ = 0;
  bool lost_ = false;          ///< a syntax error was reported; silent until `recover`
  int depth_ = 0;              ///< nesting of `expression`
  int cases_ = 0;              ///< open CASEs: their WHEN and THEN are no clauses
  int patterns_ = 0;           ///< MATCHES so far
  topic about_ = topic::rule;  ///< what an error met now breaks
  head last_ = head::none;
  std::uint32_t seen_ = 0;  ///< bit per head
};

/// While it lives, errors are about `about`.
class parser::telling_of {
 public:
  telling_of(parser& whose, topic about)
      : about_(whose.about_), before_(std::exchange(whose.about_, about)) {}
  ~telling_of() { about_ = before_; }
  telling_of(const telling_of&) = delete;
  telling_of& operator=(const telling_of&) = delete;

 private:
  topic& about_;
  topic before_;
};

}  // namespace beckon::language

#include "engine/language/parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

std::string described(const token& t) {
  switch (t.kind) {
    case token_kind::end:
      return "the end of the file";
    case token_kind::text:
      return "the text " + shown(t.text);
    case token_kind::title:
      return "the text " + shown(t.text, '"');
    default:
      return shown(t.text);
  }
}

constexpr position beyond{std::numeric_limits<int>::max(), 1};

/// What may stand right behind a name.
bool follows_name(const token& t) {
  static constexpr std::array<std::string_view, 17> symbols{
      ",", ")", ".", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "{", "(", "}"};
  if (t.kind == token_kind::end) return true;
  if (t.kind == token_kind::symbol) {
    return std::find(symbols.begin(), symbols.end(), t.text) != symbols.end();
  }
  return t.kind == token_kind::name && (is_structural(t.text) || same_word(t.text, "ALL") ||
                                        same_word(t.text, "KEEP") || same_word(t.text, "SUM"));
}

}  // namespace

std::string_view symbol_of(operation op) noexcept {
  static constexpr std::array<std::string_view, 11> symbols{
      "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"};
  return symbols[static_cast<std::size_t>(op)];
}

parser::parser(std::vector<token> tokens, reporter& out) : tokens_(std::move(tokens)), out_(out) {}

file_syntax parser::file() {
  file_syntax out;
  rule(out.rule);
  position begin;
  out.rule.whole = !out_.failed_between(begin, at_end() ? beyond : peek().at);
  while (!at_end()) {
    lost_ = false;
    begin = peek().at;
    test_syntax& made = out.tests.emplace_back();
    test(made);
    made.whole = !out_.failed_between(begin, at_end() ? beyond : peek().at);
  }
  return out;
}

const token& parser::peek(std::size_t ahead) const {
  return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

void parser::skip() {
  if (next_ + 1 < tokens_.size()) ++next_;
}

bool parser::at_word(std::string_view word, std::size_t ahead) const {
  const token& t = peek(ahead);
  return t.kind == token_kind::name && same_word(t.text, word);
}

bool parser::at_symbol(std::string_view symbol, std::size_t ahead) const {
  const token& t = peek(ahead);
  return t.kind == token_kind::symbol && t.text == symbol;
}

bool parser::take_word(std::string_view word) {
  if (lost_ || !at_word(word)) return false;
  skip();
  return true;
}

bool parser::take_symbol(std::string_view symbol) {
  if (lost_ || !at_symbol(symbol)) return false;
  skip();
  return true;
}

bool parser::expect_word(std::string_view word, std::string_view hint) {
  if (take_word(word)) return true;
  unexpected(word, std::string(hint));
  return false;
}

bool parser::expect_symbol(std::string_view symbol, std::string_view hint) {
  if (take_symbol(symbol)) return true;
  unexpected(shown(symbol), std::string(hint));
  return false;
}

void parser::fail(position at, std::string message, std::string hint) {
  if (!lost_) out_.error(at, std::move(message), std::move(hint), about_);
  lost_ = true;
}

void parser::unexpected(std::string_view wanted, std::string hint) {
  fail(peek().at, "expected " + std::string(wanted) + ", found " + described(peek()),
       std::move(hint));
}

position parser::behind() const {
  return next_ == 0 ? position{} : tokens_[next_ - 1].past;
}

/// `from`, as far as what was read last; only the first line of what goes over several.
position parser::up_to_here(position from) const {
  const position past = behind();
  if (past.line == from.line) from.length = std::max(past.column - from.column, 1);
  return from;
}

/// The token can be a name here: keywords are contextual, but a structural word counts as a name
/// only where the keyword would make no sense.
bool parser::names_something() const {
  const token& t = peek();
  if (t.kind == token_kind::quoted_name) return true;
  return t.kind == token_kind::name && (!is_structural(t.text) || follows_name(peek(1)));
}

placed_name parser::name(std::string_view what, std::string hint) {
  if (!lost_ && names_something()) {
    placed_name out{peek().text, peek().at};
    skip();
    return out;
  }
  if (hint.empty() && peek().kind == token_kind::title) hint = "quote names with `back-quotes`";
  if (hint.empty() && peek().kind == token_kind::name) {
    hint = "if " + shown(peek().text) + " is meant as a name, quote it: `" + peek().text + "`";
  }
  unexpected(what, std::move(hint));
  return {};
}

attribute_syntax parser::attribute() {
  attribute_syntax out;
  if (at_word("event") && at_symbol(".", 1)) {
    out.of_event = true;
    skip();
    skip();
  }
  out.name = name("an attribute");
  return out;
}

std::vector<attribute_syntax> parser::attributes() {
  std::vector<attribute_syntax> out;
  do {
    out.push_back(attribute());
  } while (take_symbol(","));
  return out;
}

std::optional<placed_duration> parser::length() {
  const telling_of here(*this, topic::span);
  const position at = peek().at;
  if (peek().kind == token_kind::real) {
    fail(at, "a duration is a whole number of a unit", "write 90 min instead of 1.5 h");
    return std::nullopt;
  }
  const std::int64_t count = whole_number("a duration such as 30 min");
  if (lost_) return std::nullopt;
  const token& word = peek();
  const auto unit = word.kind == token_kind::name ? unit_length(word.text) : std::nullopt;
  if (!unit) {
    if (at_word("m")) {
      fail(word.at, "'m' alone could be minutes or months", "write min");
    } else {
      unexpected("a unit of time", "units are ms, s, min, h, days and weeks");
    }
    return std::nullopt;
  }
  skip();
  constexpr std::int64_t longest = std::int64_t{3660} * 24 * 3600 * 1000;
  if (count == 0 || count > longest / *unit) {
    fail(up_to_here(at), count == 0 ? "a duration of nothing" : "a duration longer than ten years",
         "durations are from 1 ms to 3660 days");
    return std::nullopt;
  }
  return placed_duration{duration{count * *unit}, up_to_here(at)};
}

std::int64_t parser::whole_number(std::string_view what) {
  if (peek().kind != token_kind::integer || lost_) {
    unexpected(what);
    return 0;
  }
  std::int64_t number = 0;
  const std::string& digits = peek().text;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc{}) {
    fail(peek().at, "this number is too large for int64");
  }
  skip();
  return number;
}

value parser::signed_number() {
  const bool negative = take_symbol("-");
  if (peek().kind != token_kind::integer && peek().kind != token_kind::real) {
    unexpected("a number");
    return {};
  }
  return number_operand(negative).literal;
}

std::string parser::time_text() {
  if (peek().kind != token_kind::text || lost_) {
    unexpected("a time in single quotes", "for example '2024-11-11 00:00 +08:00'");
    return {};
  }
  std::string out = peek().text;
  skip();
  return out;
}

std::optional<operation> parser::comparison_here() const {
  if (peek().kind != token_kind::symbol) return std::nullopt;
  for (const operation op : {operation::equal, operation::not_equal, operation::less,
                             operation::at_most, operation::greater, operation::at_least}) {
    if (peek().text == symbol_of(op)) return op;
  }
  return std::nullopt;
}

}  // namespace beckon::language

#include "engine/language/lexer.hpp"

#include <algorithm>
#include <array>

#include "engine/language/scanner.hpp"
#include "engine/language/utf8.hpp"

namespace beckon::language {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool continues_name(char c) {
  return begins_name(c) || is_digit(c);
}

/// General punctuation, CJK punctuation, full-width forms.
bool is_foreign_punctuation(char32_t c) {
  return (c >= 0x80 && c < 0xC0) || (c >= 0x2000 && c < 0x2070) || (c >= 0x3000 && c < 0x3040) ||
         (c >= 0xFF00 && c < 0xFFF0);
}

}  // namespace

std::vector<token> scanner::run() {
  if (readable()) {
    for (skip_blanks(); offset_ < text_.size(); skip_blanks()) next();
  }
  token last;
  last.at = last.past = tokens_.empty() ? position{} : tokens_.back().past;
  tokens_.push_back(last);
  return std::move(tokens_);
}

/// One problem for a file that is no text, instead of one for each of its bytes.
bool scanner::readable() {
  if (text_.size() > longest_file) {
    fail(here_, "the file is larger than " + std::to_string(longest_file / 1024) + " KiB",
         "one file holds one rule and its tests");
    return false;
  }
  if (text_.starts_with("\xEF\xBB\xBF")) offset_ = 3;
  const std::size_t start = offset_;
  while (offset_ < text_.size()) {
    const std::size_t step = utf8_sequence(text_.substr(offset_));
    const auto byte = static_cast<unsigned char>(peek());
    if (step == 0) {
      fail(here_, "this byte is not UTF-8", "save the file as UTF-8");
      return false;
    }
    if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7F) {
      fail(here_, byte == 0 ? "a NUL byte is no text" : "a control character is no text",
           "delete it");
      return false;
    }
    advance(step);
  }
  offset_ = start;
  here_ = {};
  return true;
}

void scanner::skip_blanks() {
  while (offset_ < text_.size()) {
    const char c = peek();
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      advance(1);
    } else if (c == '-' && peek(1) == '-') {
      skip_comment();
    } else {
      return;
    }
  }
}

void scanner::skip_comment() {
  const position at = here_;
  const std::size_t begin = offset_;
  while (offset_ < text_.size() && peek() != '\n') advance(utf8_step(text_.substr(offset_)));
  if (comments_ == nullptr) return;
  std::string_view written = text_.substr(begin, offset_ - begin);
  written = written.substr(0, written.find_last_not_of(" \t\r") + 1);
  comments_->push_back({std::string(written), at, at.line != last_line_});
}

void scanner::next() {
  const char c = peek();
  if (begins_name(c)) return word();
  if (is_digit(c)) return number();
  if (c == '`') return quoted_word();
  if (c == '\'') return text_literal();
  if (c == '"') return title();
  if (static_cast<unsigned char>(c) >= 0x80) return foreign();
  symbol();
}

void scanner::word() {
  const position at = here_;
  std::string decoded;
  while (continues_name(peek())) {
    decoded += peek();
    advance(1);
  }
  if (decoded.size() > longest_name) too_long(at, "a name", longest_name);
  add(token_kind::name, std::move(decoded), at);
}

void scanner::number() {
  const position at = here_;
  std::string decoded;
  token_kind kind = token_kind::integer;
  const auto take = [&](auto&& fits) {
    while (fits(peek())) {
      decoded += peek();
      advance(1);
    }
  };
  take(is_digit);
  if (peek() == ':' && is_digit(peek(1))) {
    take([](char c) { return is_digit(c) || c == ':' || c == '.'; });
    return add(token_kind::clock, std::move(decoded), at);
  }
  if (peek() == '.' && is_digit(peek(1))) {
    kind = token_kind::real;
    decoded += '.';
    advance(1);
    take(is_digit);
  }
  const bool exponent_signed = peek(1) == '+' || peek(1) == '-';
  if ((peek() == 'e' || peek() == 'E') && is_digit(peek(exponent_signed ? 2 : 1))) {
    kind = token_kind::real;
    decoded += text_.substr(offset_, exponent_signed ? 2 : 1);
    advance(exponent_signed ? 2 : 1);
    take(is_digit);
  }
  add(kind, std::move(decoded), at);
}

void scanner::symbol() {
  struct mended {
    std::string_view written, meant, hint;
  };
  static constexpr std::array<mended, 4> foreign_operators{{
      {"==", "=", "'=' compares"},
      {"<>", "!=", "write !="},
      {"&&", "AND", "write AND"},
      {"||", "OR", "write OR"},
  }};
  const position at = here_;
  const std::string_view two = text_.substr(offset_, 2);
  for (const mended& m : foreign_operators) {
    if (two != m.written) continue;
    advance(2);
    fail(at, shown(two) + " is no operator of the language", std::string(m.hint));
    const bool is_word = begins_name(m.meant[0]);
    return add(is_word ? token_kind::name : token_kind::symbol, std::string(m.meant), at);
  }
  if (two == "!=" || two == "<=" || two == ">=") {
    advance(2);
    return add(token_kind::symbol, std::string(two), at);
  }
  const char c = peek();
  advance(1);
  if (std::string_view("=<>+-*/%(),.{}[]:").find(c) == std::string_view::npos) {
    const std::string hint = c == '$'   ? "rows of tables are given in tests only: GIVEN user {…}"
                             : c == ';' ? "clauses need no end mark"
                                        : "";
    return fail(at, "unexpected character " + shown(std::string(1, c)), hint);
  }
  add(token_kind::symbol, std::string(1, c), at);
}

/// A run of letters or of punctuation of another script outside quotes. Letters go on as a name.
void scanner::foreign() {
  const position at = here_;
  const bool punctuation = is_foreign_punctuation(utf8_first(text_.substr(offset_)));
  std::string decoded;
  while (static_cast<unsigned char>(peek()) >= 0x80) {
    const std::string_view rest = text_.substr(offset_);
    if (is_foreign_punctuation(utf8_first(rest)) != punctuation) break;
    decoded += rest.substr(0, utf8_step(rest));
    advance(utf8_step(rest));
  }
  if (punctuation) {
    return fail(at, shown(decoded) + " stands outside quotes", "punctuation is ASCII here");
  }
  fail(at, shown(decoded) + " stands outside quotes",
       "a name with other letters stands in `back-quotes`, a text in 'single quotes'");
  add(token_kind::quoted_name, std::move(decoded), at);
}

void scanner::advance(std::size_t bytes) {
  for (std::size_t done = 0; done < bytes && offset_ < text_.size();) {
    const std::size_t step = utf8_step(text_.substr(offset_));
    if (peek() == '\n') {
      ++here_.line;
      here_.column = 1;
    } else {
      ++here_.column;
    }
    offset_ += step;
    done += step;
  }
}

void scanner::add(token_kind kind, std::string decoded, position at) {
  tokens_.push_back({kind, std::move(decoded), up_to_here(at), here_, at.line != last_line_});
  last_line_ = at.line;
}

/// What is wrong spans what was read since `at`.
void scanner::fail(position at, std::string message, std::string hint) {
  out_.error(up_to_here(at), std::move(message), std::move(hint), topic::text);
}

position scanner::up_to_here(position from) const {
  if (from.line == here_.line) from.length = std::max(here_.column - from.column, 1);
  return from;
}

void scanner::too_long(position at, std::string_view what, std::size_t limit) {
  fail(at, std::string(what) + " has at most " + std::to_string(limit) + " bytes");
}

std::vector<token> lex(std::string_view text, reporter& out, std::vector<comment>* comments) {
  return scanner(text, out, comments).run();
}

}  // namespace beckon::language

// The lexer's hand: walks the text once, character by character.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/language/lexer.hpp"

namespace beckon::language {

/// Used once, by `lex`.
class scanner {
 public:
  /// `comments` may be null.
  scanner(std::string_view text, reporter& out, std::vector<comment>* comments)
      : text_(text), out_(out), comments_(comments) {}

  std::vector<token> run();

 private:
  bool readable();
  void skip_blanks();
  void skip_comment();
  void next();
  void word();
  void quoted_word();
  void number();
  void text_literal();
  void title();
  bool escape(std::string& into);
  std::optional<char32_t> hex4();
  void symbol();
  void foreign();
  void advance(std::size_t bytes);
  void add(token_kind kind, std::string decoded, position at);
  void fail(position at, std::string message, std::string hint = {});
  void too_long(position at, std::string_view what, std::size_t limit);
  position up_to_here(position from) const;

  char peek(std::size_t ahead = 0) const {
    return offset_ + ahead < text_.size() ? text_[offset_ + ahead] : '\0';
  }
  bool line_ends() const { return offset_ >= text_.size() || peek() == '\n' || peek() == '\r'; }

  std::string_view text_;
  reporter& out_;
  std::vector<comment>* comments_;
  std::size_t offset_ = 0;
  position here_;
  int last_line_ = 0;
  std::vector<token> tokens_;
};

}  // namespace beckon::language

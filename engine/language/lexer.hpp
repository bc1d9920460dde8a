// Text of a rule file → tokens. Keywords are contextual, so the lexer knows none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/language/report.hpp"

namespace beckon::language {

enum class token_kind : std::uint8_t {
  name,         ///< letters, digits, '_'
  quoted_name,  ///< `in back-quotes`: never a keyword
  text,         ///< 'single quotes', '' is one quote
  title,        ///< "double quotes", with JSON's escapes
  integer,
  real,
  clock,   ///< 00:30:00.500: digits with colons
  symbol,  ///< = != < <= > >= + - * / % ( ) , . { } [ ] :
  end,
};

struct token {
  token_kind kind = token_kind::end;
  std::string text;  ///< decoded: without quotes and escapes
  position at;
  position past;  ///< just behind it; `at` spans the token
  bool first_on_line = false;
};

/// "-- …" as written, without the blanks at its end.
struct comment {
  std::string text;
  position at;
  bool own_line = false;  ///< nothing but blanks before it
};

/// Splits the text; wrong characters are reported and skipped. The last token is `end`, placed
/// behind the one before it. Text that is no UTF-8, holds control characters or exceeds
/// `longest_file` gives `end` alone. Comments go to `comments` where that is not null.
std::vector<token> lex(std::string_view text, reporter& out,
                       std::vector<comment>* comments = nullptr);

inline constexpr std::size_t longest_file = 256 * 1024;  ///< bytes
inline constexpr std::size_t longest_name = 128;         ///< bytes
inline constexpr std::size_t longest_text = 4096;        ///< bytes of a string literal or title

}  // namespace beckon::language

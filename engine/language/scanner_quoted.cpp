// What stands in quotes: names, texts, titles.
#include <utility>

#include "engine/language/scanner.hpp"
#include "engine/language/utf8.hpp"

namespace beckon::language {

void scanner::quoted_word() {
  const position at = here_;
  std::string decoded;
  advance(1);
  while (!line_ends() && peek() != '`') {
    const std::size_t step = utf8_step(text_.substr(offset_));
    decoded += text_.substr(offset_, step);
    advance(step);
  }
  if (peek() == '`') {
    advance(1);
    if (decoded.empty()) fail(at, "a name is missing between the back-quotes");
  } else {
    fail(at, "this quoted name has no end", "close it with ` on the same line");
  }
  if (decoded.size() > longest_name) too_long(at, "a name", longest_name);
  add(token_kind::quoted_name, std::move(decoded), at);
}

void scanner::text_literal() {
  const position at = here_;
  std::string decoded;
  advance(1);
  while (!line_ends() && (peek() != '\'' || peek(1) == '\'')) {
    const std::size_t step = utf8_step(text_.substr(offset_));
    decoded += text_.substr(offset_, step);
    advance(peek() == '\'' ? 2 : step);
  }
  if (peek() == '\'') {
    advance(1);
  } else {
    fail(at, "this text has no end", "close it with ' on the same line");
  }
  if (decoded.size() > longest_text) too_long(at, "a text", longest_text);
  add(token_kind::text, std::move(decoded), at);
}

void scanner::title() {
  const position at = here_;
  std::string decoded;
  bool sound = true;
  advance(1);
  while (!line_ends() && peek() != '"') {
    if (peek() == '\\') {
      const position slash = here_;
      if (!escape(decoded) && std::exchange(sound, false)) {
        fail(slash, "this is none of JSON's escapes",
             "write \\\\ for a backslash, \\\" for a quote, \\n, \\t or \\u0041");
      }
    } else {
      const std::size_t step = utf8_step(text_.substr(offset_));
      decoded += text_.substr(offset_, step);
      advance(step);
    }
  }
  if (peek() == '"') {
    advance(1);
  } else {
    fail(at, "this text has no end", "close it with \" on the same line");
  }
  if (decoded.size() > longest_text) too_long(at, "a text", longest_text);
  add(token_kind::title, std::move(decoded), at);
}

bool scanner::escape(std::string& into) {
  static constexpr std::string_view letters = "\"\\/bfnrt";
  static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  advance(1);
  const std::size_t known = line_ends() ? std::string_view::npos : letters.find(peek());
  if (known != std::string_view::npos) {
    into += meanings[known];
    advance(1);
    return true;
  }
  if (peek() != 'u') return false;
  advance(1);
  const std::optional<char32_t> first = hex4();
  if (!first || *first == 0 || (*first >= 0xDC00 && *first <= 0xDFFF)) return false;
  if (*first < 0xD800 || *first > 0xDFFF) {
    utf8_append(into, *first);
    return true;
  }
  if (peek() != '\\' || peek(1) != 'u') return false;
  advance(2);
  const std::optional<char32_t> second = hex4();
  if (!second || *second < 0xDC00 || *second > 0xDFFF) return false;
  utf8_append(into, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
  return true;
}

std::optional<char32_t> scanner::hex4() {
  char32_t code = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = static_cast<char>(peek() | 0x20);
    const bool letter = c >= 'a' && c <= 'f';
    if ((peek() < '0' || peek() > '9') && !letter) return std::nullopt;
    code = code * 16 + static_cast<char32_t>(letter ? c - 'a' + 10 : peek() - '0');
    advance(1);
  }
  return code;
}

}  // namespace beckon::language

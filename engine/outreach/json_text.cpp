#include "engine/outreach/json_text.hpp"

#include <cstddef>

namespace beckon::outreach {
namespace {

/// A UTF-8 sequence as its first byte promises it (Unicode 15, table 3-7).
struct sequence {
  std::size_t length = 0;      ///< 0: no sequence starts with this byte
  unsigned char least = 0x80;  ///< bounds of the second byte
  unsigned char most = 0xBF;
};

sequence sequence_of(unsigned char first) {
  if (first >= 0xC2 && first <= 0xDF) return {2};
  if (first == 0xE0) return {3, 0xA0};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first >= 0xE1 && first <= 0xEF) return {3};
  if (first == 0xF0) return {4, 0x90};
  if (first >= 0xF1 && first <= 0xF3) return {4};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

/// Appends the character at `at`, or U+FFFD for its maximal wrong part; returns the bytes used, at
/// least one.
std::size_t append_beyond_ascii(std::string& out, std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const sequence s = sequence_of(byte(at));
  std::size_t used = 1;
  while (used < s.length && at + used < text.size()) {
    const unsigned char least = used == 1 ? s.least : 0x80;
    const unsigned char most = used == 1 ? s.most : 0xBF;
    if (byte(at + used) < least || byte(at + used) > most) break;
    ++used;
  }
  if (used == s.length) {
    out += text.substr(at, used);
  } else {
    out += "\xEF\xBF\xBD";
  }
  return used;
}

void append_ascii(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto code = static_cast<unsigned char>(c);
  if (code >= 0x20 && code != 0x7F) {
    out += c;
    return;
  }
  out += "\\u00";
  out += digits[code >> 4];
  out += digits[code & 0xF];
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      append_ascii(out, text[at++]);
    } else {
      at += append_beyond_ascii(out, text, at);
    }
  }
  out += '"';
}

}  // namespace beckon::outreach

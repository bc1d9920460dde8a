// How a problem reads: place, message, the line with its span underlined, what it breaks, the fix.
#include <algorithm>
#include <array>

#include "engine/base/settings.hpp"

namespace beckon {
namespace {

struct character {
  std::size_t bytes = 1;
  char32_t code = 0;
};

/// The first character of a non-empty text; a byte that is no UTF-8 is one of its own.
character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t bytes = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (bytes == 1 || bytes > text.size()) return {1, lead};
  char32_t code = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {1, lead};
    code = (code << 6) | (byte & 0x3FU);
  }
  return {bytes, code};
}

struct code_range {
  char32_t first, last;
};

template <std::size_t n>
bool within(char32_t code, const std::array<code_range, n>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const code_range& r) { return code >= r.first && code <= r.last; });
}

/// Columns a terminal gives the character (Unicode's East Asian Width, in blocks).
std::size_t width_of(char32_t code) {
  static constexpr std::array<code_range, 6> none{{{0x0300, 0x036F},
                                                   {0x200B, 0x200F},
                                                   {0x20D0, 0x20F0},
                                                   {0xFE00, 0xFE0F},
                                                   {0xFE20, 0xFE2F},
                                                   {0xFEFF, 0xFEFF}}};
  static constexpr std::array<code_range, 8> two{{{0x1100, 0x115F},
                                                  {0x2E80, 0x303E},
                                                  {0x3041, 0xA4CF},
                                                  {0xAC00, 0xD7A3},
                                                  {0xF900, 0xFAFF},
                                                  {0xFE30, 0xFE6F},
                                                  {0xFF00, 0xFF60},
                                                  {0x1F300, 0x3FFFD}}};
  return within(code, none) ? 0 : within(code, two) ? 2 : 1;
}

/// "   ^~~~": blanks up to `column` (the line's tabs kept), then the span, which ends with the
/// line.
std::string underline(std::string_view line, int column, int length) {
  std::string out;
  for (int i = 1; i < column; ++i) {
    const character c = line.empty() ? character{0, ' '} : first_of(line);
    out += c.code == '\t' ? std::string(1, '\t') : std::string(width_of(c.code), ' ');
    line.remove_prefix(c.bytes);
  }
  std::size_t width = 0;
  for (int i = 0; i < length && !line.empty(); ++i) {
    const character c = first_of(line);
    width += width_of(c.code);
    line.remove_prefix(c.bytes);
  }
  return out + '^' + std::string(std::max<std::size_t>(width, 1) - 1, '~');
}

}  // namespace

std::string problem::to_string() const {
  std::string out = file;
  if (line > 0) {
    if (!out.empty()) out += ':';
    out += std::to_string(line);
    if (column > 0) out += ':' + std::to_string(column);
  }
  if (!out.empty()) out += ": ";
  out += warning ? "warning: " : "error: ";
  out += message;
  if (!source_line.empty()) {
    out += "\n  " + source_line;
    if (column > 0) out += "\n  " + underline(source_line, column, length);
  }
  if (!hint.empty()) out += "\n  hint: " + hint;
  if (!reference.empty()) out += "\n  note: " + reference;
  return out;
}

bool has_errors(const problems& list) noexcept {
  return std::any_of(list.begin(), list.end(), [](const problem& p) { return !p.warning; });
}

}  // namespace beckon

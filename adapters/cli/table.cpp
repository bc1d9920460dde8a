#include "adapters/cli/table.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace beckon::adapters {
namespace {

struct code_range {
  char32_t first;
  char32_t last;
};

/// Unicode 15, EastAsianWidth W and F in coarse blocks, and emoji.
constexpr std::array<code_range, 14> wide = {{{0x1100, 0x115F},
                                              {0x2E80, 0x303E},
                                              {0x3041, 0x33FF},
                                              {0x3400, 0x4DBF},
                                              {0x4E00, 0x9FFF},
                                              {0xA000, 0xA4CF},
                                              {0xA960, 0xA97F},
                                              {0xAC00, 0xD7A3},
                                              {0xF900, 0xFAFF},
                                              {0xFE30, 0xFE6F},
                                              {0xFF00, 0xFF60},
                                              {0xFFE0, 0xFFE6},
                                              {0x1F300, 0x1FAFF},
                                              {0x20000, 0x3FFFD}}};
constexpr std::array<code_range, 5> narrow_to_nothing = {
    {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}}};

template <std::size_t n>
bool within(const std::array<code_range, n>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](code_range r) { return code >= r.first && code <= r.last; });
}

/// The character at `i`, which moves behind it; broken UTF-8 counts as one character per byte.
char32_t next_character(std::string_view text, std::size_t& i) {
  const auto first = static_cast<unsigned char>(text[i++]);
  const int following = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
  char32_t code = following == 0 ? first : first & (0x3FU >> following);
  for (int k = 0; k < following && i < text.size(); ++k) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) break;
    code = (code << 6) | (byte & 0x3FU);
    ++i;
  }
  return code;
}

/// Behind a colour sequence (ESC [ … m) that begins at `i`; `i` when there is none.
std::size_t skip_colour(std::string_view text, std::size_t i) {
  if (!text.substr(i).starts_with("\x1b[")) return i;
  const std::size_t end = text.find('m', i);
  return end == std::string_view::npos ? i : end + 1;
}

std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\x1b'; }, ' ');
  return text;
}

}  // namespace

std::size_t display_width(std::string_view text) noexcept {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t behind = skip_colour(text, i); behind != i) {
      i = behind;
      continue;
    }
    const char32_t code = next_character(text, i);
    if (within(narrow_to_nothing, code)) continue;
    width += within(wide, code) ? 2 : 1;
  }
  return width;
}

void table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = on_one_line(std::move(cell));
  rows_.push_back(std::move(cells));
}

std::string table::to_string(std::size_t indentation) const {
  std::vector<std::vector<std::string>> lines;
  std::vector<std::string> titles;
  for (const column& c : columns_) titles.push_back(c.title);
  const bool titled =
      std::any_of(titles.begin(), titles.end(), [](const auto& t) { return !t.empty(); });
  if (titled) lines.push_back(titles);
  lines.insert(lines.end(), rows_.begin(), rows_.end());

  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], display_width(line[i]));
  }
  std::string out;
  for (const auto& line : lines) {
    std::string text(indentation, ' ');
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string blanks(widths[i] - display_width(line[i]), ' ');
      if (i > 0) text += "  ";
      text += columns_[i].side == column_side::left ? line[i] + blanks : blanks + line[i];
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  }
  return out;
}

}  // namespace beckon::adapters

#include "engine/language/line_breaks.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/language/utf8.hpp"

namespace beckon::language {
namespace {

/// A blank at which a line may end, and how much that separates: the less `rank`, the better.
struct break_point {
  std::size_t at = 0;      ///< byte of the blank
  std::size_t column = 0;  ///< characters before it
  int rank = 0;
};

/// Finds the break points of one line, from left to right.
class break_finder {
 public:
  explicit break_finder(std::string_view text) : text_(text) {}

  std::vector<break_point> find() {
    for (; at_ < text_.size(); step()) {
      const char c = text_[at_];
      if (c == '\'' || c == '"' || c == '`') {
        skip_quoted(c);
      } else if (c == '(' || c == '{' || c == '[') {
        ++depth_;
      } else if (c == ')' || c == '}' || c == ']') {
        --depth_;
      } else if (c == ' ') {
        blank();
      }
    }
    return std::move(found_);
  }

 private:
  void step() {
    at_ += utf8_step(text_.substr(at_));
    ++column_;
  }

  /// Ends at the closing quote; quotes doubled or behind a backslash do not close.
  void skip_quoted(char quote) {
    for (step(); at_ < text_.size() && text_[at_] != quote; step()) {
      if (quote == '"' && text_[at_] == '\\') step();
    }
  }

  void blank() {
    const std::size_t begin = at_ + 1;
    const std::string_view word = text_.substr(begin, text_.find_first_of(" ,()", begin) - begin);
    if (word == "CASE") ++depth_;
    if (word == "END") --depth_;
    const bool of_between = word == "AND" && between_ == depth_ && between_ >= 0;
    if (word == "BETWEEN") between_ = depth_;
    if (of_between) between_ = -1;
    const std::optional<int> rank = of_between ? std::nullopt : rank_of(word);
    if (rank) found_.push_back({at_, column_, depth_ * 4 + *rank});
  }

  std::optional<int> rank_of(std::string_view word) const {
    static constexpr std::array<std::string_view, 7> parts{"WHERE", "WITHIN", "UNTIL", "FOR",
                                                           "WHEN",  "ELSE",   "AT"};
    if (at_ > 0 && text_[at_ - 1] == ',') return 1;
    if (word == "OR") return 2;
    if (word == "AND") return 3;
    const bool heads = std::find(parts.begin(), parts.end(), word) != parts.end();
    return heads && at_ > 0 ? std::optional(word == "AT" ? 3 : 0) : std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0, column_ = 0;
  int depth_ = 0, between_ = -1;
  std::vector<break_point> found_;
};

std::vector<break_point>::const_iterator first_behind(const std::vector<break_point>& points,
                                                      std::size_t column) {
  return std::upper_bound(points.begin(), points.end(), column,
                          [](std::size_t c, const break_point& p) { return c < p.column; });
}

/// The best point between two columns: the outermost, of those the last; else none.
std::optional<break_point> best_of(const std::vector<break_point>& points, std::size_t behind,
                                   std::size_t last) {
  std::optional<break_point> best;
  for (auto p = first_behind(points, behind); p != points.end() && p->column <= last; ++p) {
    if (!best || p->rank <= best->rank) best = *p;
  }
  return best;
}

std::optional<break_point> next_of(const std::vector<break_point>& points, std::size_t behind) {
  const auto at = first_behind(points, behind);
  return at == points.end() ? std::nullopt : std::optional(*at);
}

}  // namespace

std::vector<std::string> broken_into_lines(std::string_view text, std::size_t indent) {
  const std::vector<break_point> points = break_finder(text).find();
  const std::size_t whole = utf8_length(text);
  std::vector<std::string> lines;
  std::size_t byte = 0, column = 0;  // where the present line begins
  std::size_t margin = 0;
  while (whole - column + margin > longest_printed_line) {
    const std::size_t behind = column + text.substr(byte).find_first_not_of(' ');
    auto point = best_of(points, behind, column + longest_printed_line - margin);
    if (!point) point = next_of(points, behind);
    if (!point) break;
    lines.push_back(std::string(margin, ' ').append(text.substr(byte, point->at - byte)));
    byte = point->at + 1;
    column = point->column + 1;
    margin = indent;
  }
  lines.push_back(std::string(margin, ' ').append(text.substr(byte)));
  return lines;
}

}  // namespace beckon::language

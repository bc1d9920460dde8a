// Aligned columns of text, and how wide text stands on a terminal. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace beckon::adapters {

/// Cells that UTF-8 text takes on a terminal: East Asian wide characters and emoji 2, combining
/// marks and escape sequences of colour 0, all others 1.
std::size_t display_width(std::string_view text) noexcept;

enum class column_side : std::uint8_t { left, right };

struct column {
  std::string title;
  column_side side = column_side::left;
};

class table {
 public:
  explicit table(std::vector<column> columns) : columns_(std::move(columns)) {}

  /// Missing cells are empty, further ones are dropped. Line ends and control characters become
  /// blanks.
  void add(std::vector<std::string> cells);

  bool empty() const noexcept { return rows_.empty(); }

  /// One line per row, cells two blanks apart, no blanks at line ends; a title line where any
  /// column has a title.
  std::string to_string(std::size_t indentation = 0) const;

 private:
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace beckon::adapters

// The text of one YAML file: its lines, for messages, and the checks made before the library sees
// it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/settings.hpp"

namespace beckon::adapters {

/// Views `text`, which must outlive it. Lines and columns count from 1; columns in bytes, as the
/// library counts.
class source_text {
 public:
  source_text(std::string_view text, std::string file);

  const std::string& file() const noexcept { return file_; }
  std::string_view text() const noexcept { return text_; }

  /// A problem at a place, with the source line where it is short enough to show.
  problem at(int line, int column, std::string message, std::string hint) const;

  /// The character at a place; '\0' outside the text.
  char character(int line, int column) const noexcept;

  /// Whether the quoted text that begins at a place is closed; the library forgets it at the end of
  /// the file.
  bool closes_quote(int line, int column) const noexcept;

  /// Whether the key of that place (plain and `length` bytes long, or quoted) is followed by a
  /// colon on its line.
  bool has_colon(int line, int column, std::size_t length) const noexcept;

  /// Invalid UTF-8, control characters and tabs in indentation. True when there are none.
  bool check(problems& out) const;

 private:
  std::string_view line(int number) const noexcept;
  std::string_view from(int line, int column) const noexcept;
  bool check_line(int number, problems& out) const;

  std::string_view text_;
  std::string file_;
  std::vector<std::string_view> lines_;
};

}  // namespace beckon::adapters

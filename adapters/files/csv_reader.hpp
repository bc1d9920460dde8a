// Rows of a CSV file, one at a time. RFC 4180: quoted cells may hold separators, line ends and
// doubled quotes; lines end with LF or CRLF, the last one with or without. A byte order mark and
// empty lines are skipped.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/files/byte_source.hpp"
#include "engine/base/result.hpp"

namespace beckon::adapters {

struct csv_options {
  char separator = ',';
  bool header = false;  ///< the first line names the columns
};

/// Not thread-safe.
class csv_reader {
 public:
  /// Reads the header line, where there is one.
  static result<csv_reader> open(const std::filesystem::path& path, csv_options options = {});

  /// The header's names; empty without one.
  const std::vector<std::string>& header() const noexcept { return header_; }

  /// Goes to the next row; false at the end. Errors end the reading: unavailable (device),
  /// exhausted (a row beyond 1 MiB), invalid (a quote never closed).
  result<bool> next();

  /// The row's cells, valid until `next`.
  std::span<const std::string_view> cells() const noexcept { return cells_; }
  /// The row as it stands in the file, without its line end; valid until `next`.
  std::string_view line() const noexcept { return line_; }
  /// The number of the row, from 1; header and empty lines do not count.
  std::uint64_t row() const noexcept { return row_; }

 private:
  csv_reader(byte_source file, csv_options options) : file_(std::move(file)), options_(options) {}

  result<bool> read_line();
  std::size_t end_of_quoted_line(std::string_view text) const noexcept;
  bool split(std::string_view line);
  bool quoted_cell(std::string_view& rest);

  byte_source file_;
  csv_options options_;
  std::vector<std::string> header_;
  std::string_view line_;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unquoted_;  // cells that are not as they stand in the file
  std::uint64_t row_ = 0;
  bool started_ = false;
};

}  // namespace beckon::adapters

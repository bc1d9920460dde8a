// Lines of an NDJSON file, one at a time. Lines end with LF or CRLF, the last one with or without;
// a byte order mark and blank lines are skipped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "adapters/files/byte_source.hpp"
#include "engine/base/result.hpp"

namespace beckon::adapters {

/// Not thread-safe.
class ndjson_reader {
 public:
  static result<ndjson_reader> open(const std::filesystem::path& path);

  /// Goes to the next line that is not blank; false at the end. Errors end the reading: unavailable
  /// (device), exhausted (a line beyond 1 MiB).
  result<bool> next();

  /// The line without its end, valid until `next`.
  std::string_view line() const noexcept { return line_; }
  /// The line's number in the file, from 1.
  std::uint64_t row() const noexcept { return row_; }

 private:
  explicit ndjson_reader(byte_source file) : file_(std::move(file)) {}

  byte_source file_;
  std::string_view line_;
  std::uint64_t row_ = 0;
};

}  // namespace beckon::adapters

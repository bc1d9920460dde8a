// A file of lines that several may append to: each line is one write(2) with O_APPEND. One thread
// at a time.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace beckon::adapters {

class line_file {
 public:
  /// Opens nothing yet.
  explicit line_file(std::string path) : path_(std::move(path)) {}
  /// A descriptor that stays the caller's: standard output.
  explicit line_file(int descriptor) : descriptor_(descriptor) {}
  ~line_file();
  line_file(const line_file&) = delete;
  line_file& operator=(const line_file&) = delete;

  /// Appends a line, newline included. Errors: exhausted (disk full), unavailable; then no whole
  /// line was written.
  result<void> append(std::string_view line);

 private:
  result<void> open_current();
  bool is_current() const;
  void close_own();

  std::string path_;  ///< empty: the descriptor is not ours
  int descriptor_ = -1;
  bool torn_ = false;  ///< what was written last does not end with a newline
};

}  // namespace beckon::adapters

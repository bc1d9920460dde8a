// Recorded events from files as canonical events, for backtest and import: read, mapped, checked
// against the catalogue.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/files/event_files.hpp"
#include "engine/access/event.hpp"
#include "engine/access/normalise.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/settings.hpp"

namespace beckon::topology {

struct input_settings {
  std::vector<std::string> files;
  std::string format;  ///< csv or ndjson; empty: by the files' endings
  std::string
      map;  ///< csv: the compact form, or the path of a .yaml file with the configuration form
  std::string source;  ///< of rows that name none
  std::shared_ptr<const catalogue> events;
  std::string zone = "UTC";
};

struct input_row {
  std::uint64_t number =
      0;  ///< over all files, from 1: the same again when the same files are read again
  result<event> content = event{};  ///< an error: the row is no event of the catalogue
};

/// Not thread-safe.
class recorded_input {
 public:
  /// Errors: not_found or unavailable (a file), invalid (format, map, header).
  static result<recorded_input> open(const input_settings& settings);

  /// The next row, files merged by time; nothing at the end. An error ends the input.
  result<std::optional<input_row>> next();
  /// The same into a row whose room is used again; false at the end.
  result<bool> next(input_row& into);

  /// The first time that any of the same rows has: of rows of tables that stand before it, the
  /// files say none. Nothing: no row has a time. Reads the files anew.
  result<std::optional<timestamp>> first_time() const;

  /// Identity of files, map and source together, as hex.
  const std::string& digest() const noexcept { return digest_; }

 private:
  recorded_input(adapters::event_files files, const input_settings& settings);

  adapters::event_files files_;
  input_settings given_;
  normalise_options options_;
  std::vector<std::string> file_digests_;  // in hex
  std::string digest_;
  std::uint64_t rows_ = 0;
};

/// Line ends of all files, for a progress bar; unreadable files count nothing.
std::uint64_t count_lines(const std::vector<std::string>& files);

/// Counts rows that were refused and remembers the first few.
class refusals {
 public:
  void add(const error& e);
  std::uint64_t count() const noexcept { return count_; }
  /// "3 rows refused, the first:" and a line each; "" for none.
  std::string to_text() const;

 private:
  std::uint64_t count_ = 0;
  std::vector<std::string> first_;
};

}  // namespace beckon::topology

// Recorded events from files, as one input: CSV through a map, NDJSON as it is, several files
// merged by time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/files/csv_reader.hpp"
#include "engine/access/csv_map.hpp"
#include "engine/access/normalise.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/result.hpp"

namespace beckon::adapters {

struct event_file_settings {
  std::filesystem::path path;
  std::shared_ptr<const csv_map> map;  ///< none: NDJSON
  csv_options csv;  ///< a map that names columns makes the first line a header, whatever this says
};

/// One row of the input.
struct recorded_row {
  result<raw_event> event = raw_event{};  ///< the error's `where` is "file:row" and what of it
  std::size_t file = 0;                   ///< which of the files given
  std::uint64_t row = 0;                  ///< CSV: data rows, NDJSON: lines; from 1
};

/// Not thread-safe. Files are streamed; each is also read once beforehand for its digest.
class event_files {
 public:
  /// `zone` is that of times without an offset. Errors: a file that cannot be opened, a header
  /// without a column of the map.
  static result<event_files> open(std::vector<event_file_settings> files, std::string zone = "UTC");
  ~event_files();
  event_files(event_files&&) noexcept;
  event_files& operator=(event_files&&) noexcept;

  /// The next row: the one with the earliest time among the files' next rows, of equal times the
  /// one of the file named first. Rows of one file keep their order, whatever their times. A row
  /// that is wrong is one with an error; it and rows without time follow the row before them.
  /// Nothing at the end; an error ends the input.
  result<std::optional<recorded_row>> next();
  /// The same where it was read: null at the end. Valid, and to be changed at will, until the next
  /// call.
  result<recorded_row*> read();

  /// XXH3-128 of a file's content: with source and row the identity of rows without id
  /// (file_digest.hpp).
  hash128 digest(std::size_t file) const;

 private:
  struct input;
  explicit event_files(std::vector<std::unique_ptr<input>> inputs);

  std::vector<std::unique_ptr<input>> inputs_;
  std::optional<timestamp> last_time_;
  std::size_t taken_ = none;  // whose row was read last

  static constexpr std::size_t none = SIZE_MAX;
};

}  // namespace beckon::adapters

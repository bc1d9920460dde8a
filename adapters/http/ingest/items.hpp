// An ingest body becomes items for the source, each with its verdict.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/options.hpp"
#include "engine/base/result.hpp"
#include "messages/codec/json.hpp"
#include "messages/port/ingest.hpp"

namespace beckon::adapters {

/// A body read. `verdicts` has one entry per item, in the body's order: wrong ones are refused
/// already, the others are `items`, whose place among the verdicts is in `places`.
struct ingest_body {
  std::vector<port::ingest_verdict> verdicts;
  std::vector<port::ingest_item> items;
  std::vector<std::size_t> places;
};

/// Reads bodies; one thread.
class item_reader {
 public:
  explicit item_reader(const http_options& options);

  /// The whole body is one item of the kind that the path says ("track").
  ingest_body read_one(std::string_view body, std::string_view kind);

  /// {"batch":[…]} or […]; the items say their `type` themselves. Members beside `batch` are not
  /// used. Errors: invalid, exhausted (too many items).
  result<ingest_body> read_batch(std::string_view body);

 private:
  void read(std::string_view text, std::string pointer, std::string_view kind, ingest_body& out);

  codec::json_reader json_;
  codec::json_reader whole_;
  std::size_t most_bytes_;
  std::size_t most_items_;
};

}  // namespace beckon::adapters

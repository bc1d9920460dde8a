// JSON text → named values; engine/base/json_writer.hpp is the way back. A nested object is
// flattened into its parent: {"a": {"b": 1}} is the field "a.b"; an object inside a list becomes
// its JSON text. Refused with a JSON pointer: duplicate keys, integers beyond int64. Refused whole:
// wrong syntax, invalid UTF-8, numbers beyond uint64 or double, more than 16 levels, too many
// bytes. RFC 8259, RFC 6901.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json_writer.hpp"
#include "engine/base/result.hpp"
#include "engine/base/value.hpp"

namespace beckon::codec {

struct json_limits {
  std::size_t bytes = 1024 * 1024;
  std::size_t depth = 16;
};

/// What every text of an event must be.
bool is_utf8(std::string_view text) noexcept;

/// One object of a request's body.
struct json_item {
  std::string pointer;         ///< where it stood: "" or "/batch/3" or "/3"
  result<field_list> members;  ///< the error's `where` is a pointer into the whole body
};

/// Keeps its buffers between calls: one per thread.
class json_reader {
 public:
  explicit json_reader(json_limits limits = {});
  ~json_reader();
  json_reader(json_reader&&) noexcept;
  json_reader& operator=(json_reader&&) noexcept;

  /// One object's members in their order.
  result<field_list> read_object(std::string_view text);

  /// The objects of a body: the items of its list `batch`, of the body itself where that is a list,
  /// or the body. A wrong item does not spoil the others.
  result<std::vector<json_item>> read_items(std::string_view text);

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

using beckon::append_json;
using beckon::append_json_text;
using beckon::to_json;

}  // namespace beckon::codec

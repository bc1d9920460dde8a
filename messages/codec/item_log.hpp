// Rows of items on their log and in a node's snapshot: items.proto. Pure functions; any thread.
// Errors of reading: corrupt; conflict: a version this program does not know.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/access/door.hpp"
#include "engine/access/event.hpp"

namespace beckon::codec {

/// What a door keeps of a `$item` row until it is sent: no position yet.
std::string encode_item_change(const event& row, const catalogue& catalogue);

/// A message of the log: what a door's queue for it gives.
std::string encode_item_batch(const door_settings& door, const outgoing_envelope& envelope);

/// Fields to set in the row of (kind, id); NULL removes one.
struct item_change {
  std::uint64_t position = 0;
  std::string kind;
  std::string id;
  field_list fields;
};
struct item_batch {
  std::string door;
  std::string source;
  std::vector<item_change> changes;
  std::uint64_t after = 0;  ///< as of an envelope
  std::uint64_t low_water = 0;
};
result<item_batch> decode_item_batch(std::string_view bytes);

/// A stored row.
std::string encode_item_row(const field_list& fields);
result<field_list> decode_item_row(std::string_view bytes);

}  // namespace beckon::codec

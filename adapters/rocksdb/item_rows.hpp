// The items' half of the store: rows by (kind, id) in a column family of their own, and the offset
// of their log beside them. Functions on an open database; threads as RocksDB has it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/rocksdb/database.hpp"
#include "messages/port/item_store.hpp"

namespace beckon::adapters {

/// What port::item_store says of `items_saved_to`, `load_items`, `scan_items`, `save_items`.
result<port::stream_offset> read_items_offset(const database& db);
result<std::vector<std::optional<std::string>>> read_items(const database& db,
                                                           std::span<const port::item_key> keys);
result<void> visit_items(const database& db, const port::item_visitor& visit);
result<void> write_items(const database& db, std::span<const port::item_row> rows,
                         const port::stream_offset& saved_to, bool synced);

}  // namespace beckon::adapters

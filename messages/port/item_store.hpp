// The rows of items that a node knows: a snapshot of the log BECKON_items, and how far that log is
// in it. Not through partitions: every node's doors need every item. Implemented by
// adapters/rocksdb, in memory for tests.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "messages/port/bus.hpp"

namespace beckon::port {

struct item_key {
  std::string kind;  ///< of the entity; neither is empty nor holds a zero byte
  std::string id;
};
struct item_row {
  item_key key;
  std::string content;
};

/// Return false to stop.
using item_visitor =
    std::function<bool(std::string_view kind, std::string_view id, std::string_view content)>;

/// All calls block (disk) and may come from several threads; `save_items` from one at a time.
class item_store {
 public:
  virtual ~item_store() = default;

  /// How far the log has been saved; nothing saved yet: sequence 0.
  virtual result<stream_offset> items_saved_to() = 0;

  /// The rows' contents in the order of the keys; nullopt where there is none.
  virtual result<std::vector<std::optional<std::string>>> load_items(
      std::span<const item_key> keys) = 0;

  /// Visits all rows by kind, then id.
  virtual result<void> scan_items(const item_visitor& visit) = 0;

  /// Writes rows and the offset up to which the log is in them, all or nothing. What the log still
  /// holds need not be `synced`; before anything is purged there, it must be. Errors: exhausted
  /// (disk full: try again after reopening), internal (the disk is in doubt), unavailable (closed
  /// since a reopening failed: reopen again).
  virtual result<void> save_items(std::span<const item_row> rows, const stream_offset& saved_to,
                                  bool synced) = 0;

  /// Closes and opens again, after a full disk.
  virtual result<void> reopen() = 0;
};

}  // namespace beckon::port

// The final store port: what a partition has committed, and nothing else. Implemented by adapters/rocksdb, in memory for tests.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace beckon::port {

/// Row kinds as in commit.proto (Row.Kind), by number.
enum class row_kind : std::uint8_t {
  state = 1, directory = 2, ledger = 3, profile = 4, outbox = 5, pending = 6, dead_letter = 7,
  relation = 8, membership = 9, job = 10, derived = 11
};

struct row_key {
  std::uint32_t partition = 0;
  row_kind kind = row_kind::state;
  std::string key;
};

/// What `recover` and `scan` hand over, row by row. Return false to stop.
using row_visitor = std::function<bool(row_kind kind, std::string_view key, std::string_view content)>;

/// Deduplication keys of one hour of arrival, as epochs brought them.
struct seen_row {
  std::int64_t hour = 0;
  std::string keys;                 ///< 16 bytes each, in the order they were taken
  std::uint64_t epoch = 0;          ///< the last that brought one of them
  std::optional<timestamp> latest = {};  ///< none of them arrived later; nullopt: not known
  friend bool operator==(const seen_row&, const seen_row&) = default;
};

/// What a new incarnation of a partition starts from.
struct recovered_partition {
  std::string last_record;      ///< CommitRecord without rows, keys and decisions; empty: never committed
  /// Deduplication keys by hour, then by epoch.
  std::vector<seen_row> seen;
  /// Decision records (TrackBatch) of epochs > tracked_up_to of the last record, oldest first.
  std::vector<std::string> untracked;
};

/// All calls block (disk) and may come from several threads; `commit` from one at a time.
class store {
 public:
  virtual ~store() = default;

  /// The rows' contents in the order of the keys; nullopt where there is none.
  virtual result<std::vector<std::optional<std::string>>> load(std::span<const row_key> keys) = 0;

  /// Applies CommitRecords (encoded), all or none, and returns when they are on the disk (one synced batch).
  /// Errors: exhausted (disk full: may be tried again after reopening), corrupt (a record that does not follow
  /// `previous`), conflict (a record of an older incarnation), internal (fsync failed: the process must stop),
  /// unavailable (closed since a reopening failed: reopen again). A record equal to the last one of its partition
  /// counts as applied, so that a commit whose outcome was unknown may be given again after reopening.
  virtual result<void> commit(std::span<const std::string> records) = 0;

  /// Visits all rows of one kind of a partition whose keys are > `after`, in key order.
  virtual result<void> scan(std::uint32_t partition, row_kind kind, std::string_view after,
                            const row_visitor& visit) = 0;

  /// The partition's header, deduplication keys and unpublished decisions; directory and outbox come by `scan`.
  virtual result<recovered_partition> recover(std::uint32_t partition) = 0;

  /// Decision records (TrackBatch) of a partition in epoch order from `from_epoch` on, while retained.
  virtual result<void> decisions(std::uint32_t partition, std::uint64_t from_epoch,
                                 const std::function<bool(std::string_view batch)>& visit) = 0;

  /// Closes and opens again, after a full disk.
  virtual result<void> reopen() = 0;
};

}  // namespace beckon::port

// Deduplication keys on disk: one row per (partition, hour, epoch) while an hour is filling; when
// it has ended, few large ones, in the same order, so that recovery reads tens of rows and not
// hundreds of thousands. A row is dropped whole: with its hour, or once all epochs in it are
// forgotten.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <rocksdb/write_batch.h>

#include "adapters/rocksdb/commit_batch.hpp"
#include "adapters/rocksdb/database.hpp"

namespace beckon::adapters {

/// A partition's keys by hour and epoch, and the hours that could be rewritten: ended, in more rows
/// than they need.
struct seen_hours {
  std::vector<port::seen_row> rows;
  std::vector<ended_hour> loose;
};
result<seen_hours> read_seen(const database& db, std::uint32_t partition, std::uint64_t last_epoch);

/// The write that joins an hour's rows up to 1 MiB each, under the last epoch of each; rows of
/// later epochs are left alone.
struct hour_rewrite {
  rocksdb::WriteBatch writes;
  std::string first_row;  ///< key of a row it replaces: gone when keys were dropped meanwhile
};
/// nullopt: nothing to gain. Reads without holding up commits.
result<std::optional<hour_rewrite>> plan_rewrite(const database& db, const ended_hour& hour);

/// Writes it unless keys of the hour were dropped since; the next synced commit makes it durable
/// (before, the rows it replaces are still there). Keep commits away while this runs.
result<void> apply_rewrite(const database& db, hour_rewrite& rewrite);

}  // namespace beckon::adapters

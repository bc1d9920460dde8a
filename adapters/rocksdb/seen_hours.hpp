// Deduplication keys on disk: one chunk per (partition, hour, epoch) while an hour is filling; when
// it has ended, one sorted run, so that recovery reads tens of large rows and not hundreds of
// thousands of small ones.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <rocksdb/write_batch.h>

#include "adapters/rocksdb/commit_batch.hpp"
#include "adapters/rocksdb/database.hpp"

namespace beckon::adapters {

/// A partition's keys by hour, and the hours that could be rewritten: ended, in more than one row.
struct seen_hours {
  std::vector<std::pair<std::int64_t, std::string>> keys;
  std::vector<ended_hour> loose;
};
result<seen_hours> read_seen(const database& db, std::uint32_t partition, std::uint64_t last_epoch);

/// The write that makes one sorted run of an hour's chunks; chunks of later epochs are left alone.
struct hour_rewrite {
  rocksdb::WriteBatch writes;
  std::string first_chunk;  ///< key of a row it replaces: gone when the hour was dropped meanwhile
};
/// nullopt: nothing to gain. Reads without holding up commits.
result<std::optional<hour_rewrite>> plan_rewrite(const database& db, const ended_hour& hour);

/// Writes it unless the hour was dropped since; the next synced commit makes it durable (before,
/// the chunks it replaces are still there). Keep commits away while this runs.
result<void> apply_rewrite(const database& db, hour_rewrite& rewrite);

}  // namespace beckon::adapters

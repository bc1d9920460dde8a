// Turns commit records into one RocksDB write batch, checking that each follows what its partition
// committed last. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <google/protobuf/arena.h>
#include <rocksdb/write_batch.h>

#include "adapters/rocksdb/database.hpp"
#include "engine/base/hash.hpp"
#include "messages/codec/commit_codec.hpp"

namespace beckon::adapters {

/// The first epoch whose decisions were made in `hour`; those up to the next mark were made no
/// later than in it.
struct decision_mark {
  std::int64_t hour = 0;
  std::uint64_t epoch = 0;
};

/// What the store remembers of a partition between commits; all of it is on disk too (meta).
struct partition_state {
  codec::commit_head head;
  hash128 last_record;                           ///< hash of the last record's bytes
  std::vector<decision_mark> marks;              ///< by hour; at most one per hour of retention
  std::optional<std::int64_t> newest_seen_hour;  ///< since opening
};
using partition_states = std::unordered_map<std::uint32_t, partition_state>;

/// An hour of deduplication keys that ended: its rows up to an epoch can be joined to few.
struct ended_hour {
  std::uint32_t partition = 0;
  std::int64_t hour = 0;
  std::uint64_t up_to_epoch = 0;
};

class commit_batch {
 public:
  /// Both must outlive the batch; `states` is read only.
  commit_batch(const database& db, const partition_states& states, duration decisions_kept)
      : db_(db), states_(states), decisions_kept_(decisions_kept) {}

  /// Adds a record. After an error the batch must be thrown away. Errors: corrupt, conflict,
  /// internal.
  result<void> add(const std::string& record);

  rocksdb::WriteBatch& writes() noexcept { return writes_; }
  /// States after the batch, of the partitions it touched.
  const partition_states& touched() const noexcept { return touched_; }
  const std::vector<ended_hour>& ended() const noexcept { return ended_; }

 private:
  partition_state& state_of(std::uint32_t partition);
  void note(const rocksdb::Status& status);
  void put(family f, const std::string& key, std::string_view content);
  void remove(family f, const std::string& begin, const std::string& end);
  void add_rows(const v1::CommitRecord& record);
  void add_seen(const v1::CommitRecord& record, partition_state& state);
  result<void> add_decisions(const v1::CommitRecord& record, partition_state& state);
  void drop_old_decisions(const v1::CommitRecord& record, partition_state& state);

  const database& db_;
  const partition_states& states_;
  duration decisions_kept_;
  google::protobuf::Arena arena_;
  rocksdb::WriteBatch writes_;
  rocksdb::Status failed_;  ///< the first that was not ok
  partition_states touched_;
  std::vector<ended_hour> ended_;
};

/// The header row in meta: hash of the whole record, then the header.
std::string head_content(hash128 record, std::string_view header);
struct stored_head {
  hash128 record;
  std::string_view header;
};
/// Error: corrupt.
result<stored_head> read_head(std::string_view content);

/// The states of all partitions, from meta. Error: as database::visit, corrupt.
result<partition_states> load_states(const database& db);

}  // namespace beckon::adapters

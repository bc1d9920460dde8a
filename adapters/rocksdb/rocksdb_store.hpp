// port::store and port::item_store on one RocksDB for all partitions of a node: what a commit
// acknowledged survives kill -9 and power loss. Threads: as the port says; one background thread of
// its own rewrites ended hours of deduplication keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "messages/port/item_store.hpp"
#include "messages/port/store.hpp"

namespace rocksdb {
class Env;
}

namespace beckon::adapters {

struct rocksdb_options {
  std::string directory;  ///< made (0700) when it does not exist
  std::size_t block_cache_bytes = std::size_t{256} << 20;
  std::size_t memtable_bytes = std::size_t{64} << 20;  ///< of all families; larger: slower commits
  std::uint64_t most_log_bytes = std::uint64_t{256}
                                 << 20;  ///< write-ahead log: bounds the replay at start
  duration decisions_kept =
      std::chrono::hours{24 * 7};  ///< by the decisions' own time; unpublished ones always
  int background_jobs = 2;         ///< flush and compaction threads
  /// Open although the write-ahead log is damaged, giving up what was committed after the damage.
  /// For an operator who has nothing better, never by default.
  bool accept_damaged_log = false;
  rocksdb::Env* environment =
      nullptr;  ///< nullptr: the real one; must outlive the store (fault tests)
};

/// Where a partition's chain of commits stands.
struct stored_partition {
  std::uint32_t number = 0;
  std::uint64_t epoch = 0;
};

/// Everything a node keeps. `reopen` is one for both.
class node_store : public port::store, public port::item_store {
 public:
  result<void> reopen() override = 0;

  /// A consistent copy, openable as a store, in a directory that must not be there yet, on the same
  /// file system (files that never change are links). Blocking, beside commits; any thread. Errors:
  /// exhausted, unavailable, corrupt.
  virtual result<void> checkpoint(const std::string& directory) = 0;
  /// Reads every block of every file; error: corrupt, naming it. Blocking.
  virtual result<void> verify() = 0;
  /// The partitions that ever committed, by number.
  virtual std::vector<stored_partition> partitions() = 0;
};

/// Opens for reading and writing; holds RocksDB's lock on the directory until destroyed.
/// Errors: conflict (another process holds it), corrupt (damaged: nothing was changed), exhausted,
/// unavailable. Beyond the port: a record equal to the last one of its partition counts as applied,
/// so that a commit whose outcome was unknown can be given again after `reopen`. After an
/// `internal` error nothing works any more, `reopen` neither.
result<std::unique_ptr<node_store>> open_store(const rocksdb_options& options);

/// A view of the store as it is now, beside a running Beckon: takes no lock, changes nothing;
/// `commit`, `save_items` and `reopen` answer invalid.
result<std::unique_ptr<node_store>> open_read_only(const rocksdb_options& options);

/// Whether nobody has the store in `directory` open for writing; fine where there is none. Errors:
/// conflict, unavailable.
result<void> check_unused(const std::string& directory);

}  // namespace beckon::adapters

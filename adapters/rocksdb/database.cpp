#include "adapters/rocksdb/database.hpp"

#include <algorithm>
#include <filesystem>

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

#include "adapters/rocksdb/no_info_log.hpp"

namespace beckon::adapters {
namespace {

constexpr int read_only_tries = 5;

bool lz4_is_there() {
  const auto known = rocksdb::GetSupportedCompressions();
  return std::find(known.begin(), known.end(), rocksdb::kLZ4Compression) != known.end();
}

rocksdb::DBOptions database_options(const rocksdb_options& options, bool read_only) {
  rocksdb::DBOptions out;
  out.create_if_missing = !read_only;
  out.create_missing_column_families = !read_only;
  out.paranoid_checks = true;
  out.max_background_jobs = options.background_jobs;
  out.max_total_wal_size = options.most_log_bytes;
  out.db_write_buffer_size = options.memtable_bytes;
  // A damaged record in the middle of the log must not silently undo the commits behind it, which
  // is what RocksDB's default does; an incomplete last record (a crash while writing) is still no
  // error.
  out.wal_recovery_mode = options.accept_damaged_log
                              ? rocksdb::WALRecoveryMode::kPointInTimeRecovery
                              : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  out.track_and_verify_wals_in_manifest = true;
  out.max_bgerror_resume_count = 0;  // after an error we decide: reopen or stop
  out.info_log = std::make_shared<no_info_log>();
  if (options.environment != nullptr) out.env = options.environment;
  return out;
}

rocksdb::ColumnFamilyOptions family_options(family f, const rocksdb_options& options,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;

  rocksdb::ColumnFamilyOptions out;
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  out.write_buffer_size = std::max<std::size_t>(options.memtable_bytes / 4, std::size_t{1} << 20);
  // Deduplication keys are hashes: nothing to compress.
  out.compression =
      f != family::seen && lz4_is_there() ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
  // A queue leaves runs of deleted rows at its head that every scan would have to step over.
  if (f == family::outbox) {
    out.table_properties_collector_factories.push_back(
        rocksdb::NewCompactOnDeletionCollectorFactory(1024, 512));
  }
  return out;
}

std::vector<rocksdb::ColumnFamilyDescriptor> families_of(const rocksdb_options& options) {
  const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> out;
  for (std::size_t i = 0; i < family_names.size(); ++i) {
    out.emplace_back(std::string(family_names[i]),
                     family_options(static_cast<family>(i), options, cache));
  }
  return out;
}

}  // namespace

result<void> make_private_directory(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const bool made = fs::create_directories(path, failed);
  if (made && !failed) fs::permissions(path, fs::perms::owner_all, failed);
  if (!failed) return {};
  const bool full = failed == std::errc::no_space_on_device;
  return error{full ? errc::exhausted : errc::unavailable,
               "the directory cannot be made: " + failed.message(), path};
}

error open_error(const rocksdb::Status& status, const std::string& directory) {
  const std::string text = status.ToString();
  if (text.find("While lock file") != std::string::npos ||
      text.find("lock hold by current process") != std::string::npos) {
    return {errc::conflict,
            "another process uses this store (it holds the lock file LOCK); end it first: " + text,
            directory};
  }
  error out = read_error(status, "opening the store");
  out.where = directory;
  return out;
}

result<std::unique_ptr<database>> database::open(const rocksdb_options& options, bool read_only) {
  if (!read_only) {
    if (result<void> made = make_private_directory(options.directory); !made.ok()) return made.error();
  }
  const rocksdb::DBOptions tuned = database_options(options, read_only);
  const auto families = families_of(options);
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::Status status;
  // Beside a running writer a file may go while we open: then the next try sees the newer list of
  // files.
  for (int i = 0; i < (read_only ? read_only_tries : 1); ++i) {
    status = read_only
                 ? rocksdb::DB::OpenForReadOnly(tuned, options.directory, families, &handles, &db)
                 : rocksdb::DB::Open(tuned, options.directory, families, &handles, &db);
    if (status.ok()) break;
  }
  if (!status.ok()) return open_error(status, options.directory);
  return std::unique_ptr<database>(new database(db, std::move(handles)));
}

database::~database() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    // Fails only for handles of another database.
    static_cast<void>(db_->DestroyColumnFamilyHandle(handle));
  }
}

error read_error(const rocksdb::Status& status, std::string doing) {
  errc code = errc::unavailable;
  if (status.IsCorruption()) code = errc::corrupt;
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::kSpaceLimit)
    code = errc::exhausted;
  return {code, std::move(doing) + ": " + status.ToString()};
}

error write_error(const rocksdb::Status& status, std::string doing) {
  error out = read_error(status, std::move(doing));
  if (out.code == errc::unavailable) out.code = errc::internal;
  return out;
}

}  // namespace beckon::adapters

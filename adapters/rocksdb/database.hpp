// The open RocksDB: its tuning, its column families, and what its statuses mean for us.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <rocksdb/db.h>

#include "adapters/rocksdb/keys.hpp"
#include "adapters/rocksdb/rocksdb_store.hpp"

namespace beckon::adapters {

/// Closes on destruction. Thread-safe as RocksDB is; whoever owns it keeps users away while it
/// goes.
class database {
 public:
  static result<std::unique_ptr<database>> open(const rocksdb_options& options, bool read_only);
  ~database();
  database(const database&) = delete;
  database& operator=(const database&) = delete;

  rocksdb::DB& db() const noexcept { return *db_; }
  rocksdb::ColumnFamilyHandle* of(family f) const noexcept {
    return handles_[static_cast<std::size_t>(f)];
  }

  /// All rows whose keys begin with `prefix`, in order, from `from` (≥ prefix) on. Keeps block
  /// cache for others.
  struct range {
    std::string from;
    std::string end;
  };
  /// Calls `visit(key, content)` until it returns false. Errors as `read_error`.
  template <class Visit>
  result<void> visit(family f, const range& rows, Visit&& visit) const;

 private:
  database(rocksdb::DB* db, std::vector<rocksdb::ColumnFamilyHandle*> handles)
      : db_(db), handles_(std::move(handles)) {}

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

/// Made (0700) where it does not exist. Errors: exhausted, unavailable.
result<void> make_private_directory(const std::string& path);

/// conflict where another process has it open, else as `read_error`.
error open_error(const rocksdb::Status& status, const std::string& directory);

/// corrupt, exhausted, or unavailable for what a read or an open says.
error read_error(const rocksdb::Status& status, std::string doing);

/// corrupt, exhausted (no space), or internal: a write or sync that failed otherwise leaves the
/// disk in doubt.
error write_error(const rocksdb::Status& status, std::string doing);

template <class Visit>
result<void> database::visit(family f, const range& rows, Visit&& visit) const {
  const rocksdb::Slice end(rows.end);
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.iterate_upper_bound = &end;
  const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options, of(f)));
  for (at->Seek(rows.from); at->Valid(); at->Next()) {
    if (!visit(at->key().ToStringView(), at->value().ToStringView())) return {};
  }
  if (!at->status().ok()) return read_error(at->status(), "reading the store");
  return {};
}

}  // namespace beckon::adapters

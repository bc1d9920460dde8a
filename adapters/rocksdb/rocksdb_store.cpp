#include "adapters/rocksdb/rocksdb_store.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>

#include "adapters/rocksdb/background_worker.hpp"
#include "adapters/rocksdb/checkpoint.hpp"
#include "adapters/rocksdb/commit_batch.hpp"
#include "adapters/rocksdb/database.hpp"
#include "adapters/rocksdb/item_rows.hpp"
#include "adapters/rocksdb/seen_hours.hpp"

namespace beckon::adapters {
namespace {

using optional_contents = std::vector<std::optional<std::string>>;

error closed() {
  return {errc::unavailable, "the store is closed; it could not be opened again"};
}

/// The port's reads, on a database that is there.
class reader {
 public:
  explicit reader(const database& db) : db_(db) {}

  result<optional_contents> load(std::span<const port::row_key> keys) const;
  result<void> scan(std::uint32_t partition, port::row_kind kind, std::string_view after,
                    const port::row_visitor& visit) const;
  result<port::recovered_partition> recover(std::uint32_t partition,
                                            std::vector<ended_hour>& loose) const;
  result<void> decisions(std::uint32_t partition, std::uint64_t from_epoch,
                         const std::function<bool(std::string_view)>& visit) const;

 private:
  const database& db_;
};

result<optional_contents> reader::load(std::span<const port::row_key> keys) const {
  const std::size_t n = keys.size();
  std::vector<std::string> names;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  names.reserve(n);
  families.reserve(n);
  for (const port::row_key& key : keys) {
    names.push_back(row_key(key.partition, key.kind, key.key));
    families.push_back(db_.of(family_of(key.kind)));
  }
  const std::vector<rocksdb::Slice> slices(names.begin(), names.end());
  std::vector<rocksdb::PinnableSlice> contents(n);
  std::vector<rocksdb::Status> statuses(n);
  db_.db().MultiGet(rocksdb::ReadOptions(), n, families.data(), slices.data(), contents.data(),
                    statuses.data());
  optional_contents out(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok()) return read_error(statuses[i], "loading rows");
    out[i].emplace(contents[i].data(), contents[i].size());
  }
  return out;
}

result<void> reader::scan(std::uint32_t partition, port::row_kind kind, std::string_view after,
                          const port::row_visitor& visit) const {
  const std::string prefix = row_prefix(partition, kind);
  std::string from = row_key(partition, kind, after);
  if (!after.empty()) from += '\0';  // the first key that is greater
  return db_.visit(family_of(kind), {std::move(from), end_of(prefix)},
                   [&](std::string_view key, std::string_view content) {
                     return visit(kind, key.substr(prefix.size()), content);
                   });
}

result<port::recovered_partition> reader::recover(std::uint32_t partition,
                                                  std::vector<ended_hour>& loose) const {
  port::recovered_partition out;
  std::string content;
  const rocksdb::Status status =
      db_.db().Get(rocksdb::ReadOptions(), db_.of(family::meta), head_prefix(partition), &content);
  if (status.IsNotFound()) return out;
  if (!status.ok()) return read_error(status, "reading a partition's header");
  const result<stored_head> head = read_head(content);
  if (!head.ok()) return head.error();
  google::protobuf::Arena arena;
  const result<const v1::CommitRecord*> header = codec::decode_commit(head->header, arena);
  if (!header.ok()) return header.error();
  out.last_record = head->header;
  result<seen_hours> seen = read_seen(db_, partition, (*header)->epoch());
  if (!seen.ok()) return seen.error();
  out.seen = std::move(seen->rows);
  loose = std::move(seen->loose);
  const result<void> read =
      decisions(partition, (*header)->tracked_up_to() + 1, [&](std::string_view batch) {
        out.untracked.emplace_back(batch);
        return true;
      });
  if (!read.ok()) return read.error();
  return out;
}

result<void> reader::decisions(std::uint32_t partition, std::uint64_t from_epoch,
                               const std::function<bool(std::string_view)>& visit) const {
  return db_.visit(family::decisions,
                   {decisions_key(partition, from_epoch), end_of(decisions_prefix(partition))},
                   [&](std::string_view, std::string_view batch) { return visit(batch); });
}

class rocksdb_store final : public node_store {
 public:
  rocksdb_store(rocksdb_options options, bool read_only)
      : options_(std::move(options)), read_only_(read_only) {}

  result<void> open();

  result<optional_contents> load(std::span<const port::row_key> keys) override;
  result<void> commit(std::span<const std::string> records) override;
  result<void> scan(std::uint32_t partition, port::row_kind kind, std::string_view after,
                    const port::row_visitor& visit) override;
  result<port::recovered_partition> recover(std::uint32_t partition) override;
  result<void> decisions(std::uint32_t partition, std::uint64_t from_epoch,
                         const std::function<bool(std::string_view batch)>& visit) override;
  result<port::stream_offset> items_saved_to() override;
  result<optional_contents> load_items(std::span<const port::item_key> keys) override;
  result<void> scan_items(const port::item_visitor& visit) override;
  result<void> save_items(std::span<const port::item_row> rows, const port::stream_offset& saved_to,
                          bool synced) override;
  result<void> reopen() override;
  result<void> checkpoint(const std::string& directory) override;
  result<void> verify() override;
  std::vector<stored_partition> partitions() override;

 private:
  result<void> write(commit_batch& batch);
  void rewrite_later(std::vector<ended_hour> hours);
  void rewrite(const ended_hour& hour);

  const rocksdb_options options_;
  const bool read_only_;
  std::shared_mutex opening_;     ///< shared: the database is used; alone: it is closed or opened
  std::unique_ptr<database> db_;  ///< null after an opening that failed
  std::mutex committing_;         ///< guards what follows; taken after `opening_`
  partition_states partitions_;
  std::optional<error> failed_;  ///< a write that failed: no commit before a reopening
  std::unique_ptr<background_worker> worker_;  ///< last: ends before what its jobs use
};

result<void> rocksdb_store::open() {
  result<std::unique_ptr<database>> opened = database::open(options_, read_only_);
  if (!opened.ok()) return opened.error();
  result<partition_states> states = load_states(**opened);
  if (!states.ok()) return states.error();
  db_ = std::move(*opened);
  partitions_ = std::move(*states);
  failed_.reset();
  if (!read_only_ && !worker_) worker_ = std::make_unique<background_worker>();
  return {};
}

result<optional_contents> rocksdb_store::load(std::span<const port::row_key> keys) {
  const std::shared_lock lock(opening_);
  if (!db_) return closed();
  return reader(*db_).load(keys);
}

result<void> rocksdb_store::scan(std::uint32_t partition, port::row_kind kind,
                                 std::string_view after, const port::row_visitor& visit) {
  const std::shared_lock lock(opening_);
  if (!db_) return closed();
  return reader(*db_).scan(partition, kind, after, visit);
}

result<void> rocksdb_store::decisions(std::uint32_t partition, std::uint64_t from_epoch,
                                      const std::function<bool(std::string_view batch)>& visit) {
  const std::shared_lock lock(opening_);
  if (!db_) return closed();
  return reader(*db_).decisions(partition, from_epoch, visit);
}

result<port::recovered_partition> rocksdb_store::recover(std::uint32_t partition) {
  const std::shared_lock lock(opening_);
  if (!db_) return closed();
  std::vector<ended_hour> loose;
  result<port::recovered_partition> out = reader(*db_).recover(partition, loose);
  if (!read_only_) rewrite_later(std::move(loose));
  return out;
}

result<void> rocksdb_store::commit(std::span<const std::string> records) {
  if (read_only_) return error{errc::invalid, "the store was opened for reading only"};
  const std::shared_lock lock(opening_);
  if (!db_) return closed();
  std::vector<ended_hour> ended;
  {
    const std::lock_guard alone(committing_);
    if (failed_) return *failed_;
    commit_batch batch(*db_, partitions_, options_.decisions_kept);
    for (const std::string& record : records) {
      if (result<void> added = batch.add(record); !added.ok()) return added;
    }
    if (result<void> written = write(batch); !written.ok()) return written;
    ended = batch.ended();
  }
  rewrite_later(std::move(ended));
  return {};
}

result<void> rocksdb_store::write(commit_batch& batch) {
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const rocksdb::Status status = db_->db().Write(synced, &batch.writes());
  if (!status.ok()) {
    failed_ = write_error(status, "committing");
    return *failed_;
  }
  for (const auto& [partition, state] : batch.touched()) partitions_[partition] = state;
  return {};
}

result<port::stream_offset> rocksdb_store::items_saved_to() {
  const std::shared_lock lock(opening_);
  if (!db_) return closed();
  return read_items_offset(*db_);
}

result<optional_contents> rocksdb_store::load_items(std::span<const port::item_key> keys) {
  const std::shared_lock lock(opening_);
  if (!db_) return closed();
  return read_items(*db_, keys);
}

result<void> rocksdb_store::scan_items(const port::item_visitor& visit) {
  const std::shared_lock lock(opening_);
  if (!db_) return closed();
  return visit_items(*db_, visit);
}

result<void> rocksdb_store::save_items(std::span<const port::item_row> rows,
                                       const port::stream_offset& saved_to, bool synced) {
  if (read_only_) return error{errc::invalid, "the store was opened for reading only"};
  const std::shared_lock lock(opening_);
  if (!db_) return closed();
  {
    const std::lock_guard alone(committing_);
    if (failed_) return *failed_;
  }
  result<void> written = write_items(*db_, rows, saved_to, synced);  // beside commits
  if (!written) {
    const std::lock_guard alone(committing_);
    if (!failed_) failed_ = written.error();
  }
  return written;
}

result<void> rocksdb_store::reopen() {
  if (read_only_) return error{errc::invalid, "the store was opened for reading only"};
  const std::unique_lock lock(opening_);
  const std::lock_guard alone(committing_);
  // After a sync that failed, what the page cache shows may not be what the disk holds: only a
  // restart is honest.
  if (failed_ && failed_->code == errc::internal) return *failed_;
  db_.reset();
  return open();
}

result<void> rocksdb_store::checkpoint(const std::string& directory) {
  if (read_only_) return error{errc::invalid, "the store was opened for reading only"};
  const std::shared_lock lock(opening_);
  if (!db_) return closed();
  return write_checkpoint(*db_, directory);
}

result<void> rocksdb_store::verify() {
  const std::shared_lock lock(opening_);
  if (!db_) return closed();
  return verify_checksums(*db_);
}

std::vector<stored_partition> rocksdb_store::partitions() {
  const std::lock_guard alone(committing_);
  std::vector<stored_partition> all;
  for (const auto& [number, state] : partitions_) all.push_back({number, state.head.epoch});
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return all;
}

void rocksdb_store::rewrite_later(std::vector<ended_hour> hours) {
  for (const ended_hour& hour : hours) worker_->post([this, hour] { rewrite(hour); });
}

void rocksdb_store::rewrite(const ended_hour& hour) {
  const std::shared_lock lock(opening_);
  if (!db_) return;
  result<std::optional<hour_rewrite>> planned = plan_rewrite(*db_, hour);
  const std::lock_guard alone(committing_);
  if (failed_) return;
  if (!planned.ok()) {
    failed_ = planned.error();
  } else if (*planned) {
    if (result<void> applied = apply_rewrite(*db_, **planned); !applied.ok()) {
      failed_ = applied.error();
    }
  }
}

result<std::unique_ptr<node_store>> open_as(const rocksdb_options& options, bool read_only) {
  auto store = std::make_unique<rocksdb_store>(options, read_only);
  if (result<void> opened = store->open(); !opened.ok()) return opened.error();
  return std::unique_ptr<node_store>(std::move(store));
}

}  // namespace

result<std::unique_ptr<node_store>> open_store(const rocksdb_options& options) {
  return open_as(options, false);
}

result<std::unique_ptr<node_store>> open_read_only(const rocksdb_options& options) {
  return open_as(options, true);
}

}  // namespace beckon::adapters

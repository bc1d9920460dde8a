#include "adapters/rocksdb/ingest_log.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/table.h>

#include "adapters/rocksdb/background_worker.hpp"
#include "adapters/rocksdb/database.hpp"
#include "adapters/rocksdb/no_info_log.hpp"

namespace beckon::adapters {
namespace {

constexpr std::uint64_t largest_file = std::uint64_t{64} << 20;

/// Door names hold no NUL: what follows it sorts by position.
std::string door_prefix(const std::string& door) {
  return door + '\0';
}

std::string event_key(const std::string& door, std::uint64_t position) {
  std::string key = door_prefix(door);
  append_number(key, position);
  return key;
}

rocksdb::Options options_of(const ingest_log_options& given) {
  rocksdb::Options out;
  out.create_if_missing = true;
  out.paranoid_checks = true;
  out.compaction_style = rocksdb::kCompactionStyleFIFO;
  out.compaction_options_fifo.max_table_files_size = given.kept_bytes;
  out.write_buffer_size =
      std::min(largest_file, std::max<std::uint64_t>(given.kept_bytes / 8, 64 << 10));
  out.compression = rocksdb::kNoCompression;
  out.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  out.max_bgerror_resume_count = 0;  // after an error it is opened anew
  out.info_log = std::make_shared<no_info_log>();
  if (given.environment != nullptr) out.env = given.environment;
  return out;
}

class log final : public port::ingest_log {
 public:
  explicit log(ingest_log_options options)
      : options_(std::move(options)), worker_(std::make_unique<background_worker>()) {}
  ~log() override;

  result<void> open();

  void append(std::string door, std::vector<port::logged_event> events,
              durable_handler done) override;
  result<void> read(const std::string& door, std::uint64_t after, const visitor& visit) override;
  result<std::uint64_t> last(const std::string& door) override;

 private:
  struct batch {
    std::string door;
    std::vector<port::logged_event> events;
    durable_handler done;
  };

  void write_waiting();
  result<void> write(const std::vector<batch>& batches);

  const ingest_log_options options_;
  std::shared_mutex open_;  // exclusive: while the database is opened anew
  std::unique_ptr<rocksdb::DB> db_;
  std::optional<error> broken_;  // of a write that leaves the disk in doubt: nothing is taken then
  std::mutex guard_;
  std::vector<batch> waiting_;
  std::unique_ptr<background_worker> worker_;  // ends first: uses all of the above
};

log::~log() {
  worker_.reset();
  for (const auto& b : waiting_) b.done(error{errc::unavailable, "the ingest log is closed"});
}

result<void> log::open() {
  if (result<void> made = make_private_directory(options_.directory); !made.ok()) return made;
  db_.reset();
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(options_of(options_), options_.directory, &db);
  if (!status.ok()) return open_error(status, options_.directory);
  db_.reset(db);
  return {};
}

void log::append(std::string door, std::vector<port::logged_event> events, durable_handler done) {
  {
    const std::lock_guard hold(guard_);
    waiting_.push_back({std::move(door), std::move(events), std::move(done)});
    if (waiting_.size() > 1) return;  // who came first has posted
  }
  worker_->post([this] { write_waiting(); });
}

/// All that waits, in one sync: what comes meanwhile is the next.
void log::write_waiting() {
  std::vector<batch> batches;
  {
    const std::lock_guard hold(guard_);
    batches.swap(waiting_);
  }
  const auto written = write(batches);
  for (const auto& b : batches) b.done(written);
}

result<void> log::write(const std::vector<batch>& batches) {
  const std::unique_lock hold(open_);
  if (broken_) return *broken_;
  if (!db_) {
    if (auto opened = open(); !opened) return opened;
  }
  rocksdb::WriteBatch all;
  for (const auto& b : batches) {
    for (const auto& e : b.events) {
      if (const auto put = all.Put(event_key(b.door, e.position), e.bytes); !put.ok())
        return write_error(put, "appending to the ingest log");
    }
  }
  rocksdb::WriteOptions how;
  how.sync = true;
  const auto status = db_->Write(how, &all);
  if (status.ok()) return {};
  db_.reset();  // RocksDB takes nothing more after a failed write: opened anew for the next
  auto failed = write_error(status, "appending to the ingest log");
  if (failed.code == errc::internal) broken_ = failed;
  return failed;
}

result<void> log::read(const std::string& door, std::uint64_t after, const visitor& visit) {
  const std::shared_lock hold(open_);
  if (!db_) return error{errc::unavailable, "the ingest log is closed after an error"};
  rocksdb::ReadOptions how;
  how.fill_cache = false;
  const std::string prefix = door_prefix(door);
  const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(how));
  for (at->Seek(event_key(door, after)); at->Valid(); at->Next()) {
    const auto key = at->key().ToStringView();
    if (!key.starts_with(prefix) || key.size() != prefix.size() + sizeof after) break;
    const auto position = read_number(key.substr(prefix.size()));
    if (position > after && !visit(position, at->value().ToStringView())) break;
  }
  if (!at->status().ok()) return read_error(at->status(), "reading the ingest log");
  return {};
}

result<std::uint64_t> log::last(const std::string& door) {
  const std::shared_lock hold(open_);
  if (!db_) return error{errc::unavailable, "the ingest log is closed after an error"};
  const std::string prefix = door_prefix(door);
  const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator({}));
  at->SeekForPrev(event_key(door, UINT64_MAX));
  if (!at->status().ok()) return read_error(at->status(), "reading the ingest log");
  if (!at->Valid()) return std::uint64_t{0};
  const auto key = at->key().ToStringView();
  const bool is_ours =
      key.starts_with(prefix) && key.size() == prefix.size() + sizeof(std::uint64_t);
  return is_ours ? read_number(key.substr(prefix.size())) : std::uint64_t{0};
}

}  // namespace

result<std::unique_ptr<port::ingest_log>> open_ingest_log(const ingest_log_options& options) {
  auto made = std::make_unique<log>(options);
  if (auto opened = made->open(); !opened) return opened.error();
  return std::unique_ptr<port::ingest_log>(std::move(made));
}

}  // namespace beckon::adapters

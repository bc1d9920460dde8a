#include "adapters/rocksdb/seen_hours.hpp"

#include <algorithm>
#include <cstring>

namespace beckon::adapters {
namespace {

using dedup_key = std::array<char, 16>;

std::string sorted_run(std::string_view chunks) {
  std::vector<dedup_key> keys(chunks.size() / sizeof(dedup_key));
  std::memcpy(keys.data(), chunks.data(), keys.size() * sizeof(dedup_key));
  std::sort(keys.begin(), keys.end(), [](const dedup_key& a, const dedup_key& b) {
    return std::memcmp(a.data(), b.data(), a.size()) < 0;
  });
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::string out(keys.size() * sizeof(dedup_key), '\0');
  std::memcpy(out.data(), keys.data(), out.size());
  return out;
}

}  // namespace

result<seen_hours> read_seen(const database& db, std::uint32_t partition,
                             std::uint64_t last_epoch) {
  seen_hours out;
  std::vector<std::size_t> rows;
  const std::string prefix = seen_prefix(partition);
  const result<void> read = db.visit(family::seen, {prefix, end_of(prefix)},
                                     [&](std::string_view key, std::string_view content) {
                                       const std::int64_t hour = seen_hour(key);
                                       if (out.keys.empty() || out.keys.back().first != hour) {
                                         out.keys.emplace_back(hour, std::string());
                                         rows.push_back(0);
                                       }
                                       out.keys.back().second += content;
                                       ++rows.back();
                                       return true;
                                     });
  if (!read.ok()) return read.error();
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    if (rows[i] > 1) out.loose.push_back({partition, out.keys[i].first, last_epoch});
  }
  return out;
}

result<std::optional<hour_rewrite>> plan_rewrite(const database& db, const ended_hour& hour) {
  const std::string begin = seen_key(hour.partition, hour.hour, 0);
  const std::string end = seen_key(hour.partition, hour.hour, hour.up_to_epoch + 1);
  hour_rewrite out;
  std::string chunks;
  std::size_t rows = 0;
  const result<void> read =
      db.visit(family::seen, {begin, end}, [&](std::string_view key, std::string_view content) {
        if (rows++ == 0) out.first_chunk = key;
        chunks += content;
        return true;
      });
  if (!read.ok()) return read.error();
  if (rows < 2) return std::optional<hour_rewrite>{};
  rocksdb::Status status = out.writes.DeleteRange(db.of(family::seen), begin, end);
  if (status.ok()) status = out.writes.Put(db.of(family::seen), begin, sorted_run(chunks));
  if (!status.ok()) return write_error(status, "collecting an hour of deduplication keys");
  return std::optional(std::move(out));
}

result<void> apply_rewrite(const database& db, hour_rewrite& rewrite) {
  std::string content;
  rocksdb::Status status =
      db.db().Get(rocksdb::ReadOptions(), db.of(family::seen), rewrite.first_chunk, &content);
  if (status.IsNotFound()) return {};
  if (!status.ok()) return read_error(status, "reading deduplication keys");
  status = db.db().Write(rocksdb::WriteOptions(), &rewrite.writes);
  if (!status.ok()) return write_error(status, "rewriting deduplication keys");
  return {};
}

}  // namespace beckon::adapters

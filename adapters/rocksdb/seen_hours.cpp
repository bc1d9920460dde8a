#include "adapters/rocksdb/seen_hours.hpp"

#include <algorithm>

namespace beckon::adapters {
namespace {

constexpr std::size_t largest_row = std::size_t{1} << 20;

port::seen_row row_of(std::string_view key, std::string_view content) {
  return {seen_hour(key), std::string(content), seen_epoch(key), seen_latest(key)};
}

/// What says when its keys arrived is not joined with what does not.
bool can_join(const port::seen_row& row, const port::seen_row& next) {
  return row.hour == next.hour && row.latest.has_value() == next.latest.has_value() &&
         row.keys.size() + next.keys.size() <= largest_row;
}

void join(port::seen_row& row, const port::seen_row& next) {
  row.keys += next.keys;
  row.epoch = next.epoch;
  if (row.latest) row.latest = std::max(*row.latest, *next.latest);
}

}  // namespace

result<seen_hours> read_seen(const database& db, std::uint32_t partition,
                             std::uint64_t last_epoch) {
  seen_hours out;
  const std::string prefix = seen_prefix(partition);
  const result<void> read = db.visit(family::seen, {prefix, end_of(prefix)},
                                     [&](std::string_view key, std::string_view content) {
                                       out.rows.push_back(row_of(key, content));
                                       return true;
                                     });
  if (!read.ok()) return read.error();
  for (std::size_t i = 1; i < out.rows.size(); ++i) {
    const std::int64_t hour = out.rows[i].hour;
    if (hour == out.rows.back().hour) break;  // still filling
    if (!can_join(out.rows[i - 1], out.rows[i])) continue;
    if (out.loose.empty() || out.loose.back().hour != hour)
      out.loose.push_back({partition, hour, last_epoch});
  }
  return out;
}

result<std::optional<hour_rewrite>> plan_rewrite(const database& db, const ended_hour& hour) {
  const std::string begin = seen_key(hour.partition, hour.hour, 0);
  const std::string end = seen_key(hour.partition, hour.hour, hour.up_to_epoch + 1);
  hour_rewrite out;
  std::vector<port::seen_row> joined;
  std::size_t rows = 0;
  const result<void> read =
      db.visit(family::seen, {begin, end}, [&](std::string_view key, std::string_view content) {
        if (rows++ == 0) out.first_row = key;
        auto row = row_of(key, content);
        if (!joined.empty() && can_join(joined.back(), row))
          join(joined.back(), row);
        else
          joined.push_back(std::move(row));
        return true;
      });
  if (!read.ok()) return read.error();
  if (rows == joined.size()) return std::optional<hour_rewrite>{};
  rocksdb::Status status = out.writes.DeleteRange(db.of(family::seen), begin, end);
  for (const auto& row : joined) {
    if (!status.ok()) break;
    status = out.writes.Put(db.of(family::seen),
                            seen_key(hour.partition, row.hour, row.epoch, row.latest), row.keys);
  }
  if (!status.ok()) return write_error(status, "collecting an hour of deduplication keys");
  return std::optional(std::move(out));
}

result<void> apply_rewrite(const database& db, hour_rewrite& rewrite) {
  std::string content;
  rocksdb::Status status =
      db.db().Get(rocksdb::ReadOptions(), db.of(family::seen), rewrite.first_row, &content);
  if (status.IsNotFound()) return {};
  if (!status.ok()) return read_error(status, "reading deduplication keys");
  status = db.db().Write(rocksdb::WriteOptions(), &rewrite.writes);
  if (!status.ok()) return write_error(status, "rewriting deduplication keys");
  return {};
}

}  // namespace beckon::adapters

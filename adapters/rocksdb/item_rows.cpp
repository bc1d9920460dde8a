#include "adapters/rocksdb/item_rows.hpp"

#include <rocksdb/write_batch.h>

namespace beckon::adapters {
namespace {

// Rows are named kind, zero byte, id; what begins with a zero byte is no row.
const std::string offset_key(1, '\0');
const std::string first_row(1, '\1');
const std::string behind_rows(1, '\xFF');

std::string key_of_item(const port::item_key& key) {
  return key.kind + '\0' + key.id;
}

std::string offset_content(const port::stream_offset& o) {
  std::string out;
  append_number(out, static_cast<std::uint64_t>(o.created_ns));
  append_number(out, o.sequence);
  append_number(out, static_cast<std::uint64_t>(o.broker_time_ns));
  return out;
}

}  // namespace

result<port::stream_offset> read_items_offset(const database& db) {
  std::string content;
  const rocksdb::Status status =
      db.db().Get(rocksdb::ReadOptions(), db.of(family::items), offset_key, &content);
  if (status.IsNotFound()) return port::stream_offset{};
  if (!status.ok()) return read_error(status, "reading how far the items' log is saved");
  if (content.size() != 24) return error{errc::corrupt, "the offset of the items' log is damaged"};
  const auto number = [&](std::size_t at) {
    return read_number(std::string_view(content).substr(at, 8));
  };
  return port::stream_offset{static_cast<std::int64_t>(number(0)), number(8),
                             static_cast<std::int64_t>(number(16))};
}

result<std::vector<std::optional<std::string>>> read_items(const database& db,
                                                           std::span<const port::item_key> keys) {
  const std::size_t n = keys.size();
  std::vector<std::string> names;
  names.reserve(n);
  for (const port::item_key& key : keys) names.push_back(key_of_item(key));
  const std::vector<rocksdb::Slice> slices(names.begin(), names.end());
  std::vector<rocksdb::PinnableSlice> contents(n);
  std::vector<rocksdb::Status> statuses(n);
  db.db().MultiGet(rocksdb::ReadOptions(), db.of(family::items), n, slices.data(), contents.data(),
                   statuses.data());
  std::vector<std::optional<std::string>> out(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok()) return read_error(statuses[i], "loading items");
    out[i].emplace(contents[i].data(), contents[i].size());
  }
  return out;
}

result<void> visit_items(const database& db, const port::item_visitor& visit) {
  return db.visit(family::items, {first_row, behind_rows},
                  [&](std::string_view key, std::string_view content) {
                    const std::size_t end = key.find('\0');
                    if (end == std::string_view::npos) return true;
                    return visit(key.substr(0, end), key.substr(end + 1), content);
                  });
}

result<void> write_items(const database& db, std::span<const port::item_row> rows,
                         const port::stream_offset& saved_to, bool synced) {
  rocksdb::WriteBatch batch;
  rocksdb::Status status;
  for (const port::item_row& row : rows) {
    status = batch.Put(db.of(family::items), key_of_item(row.key), row.content);
    if (!status.ok()) return write_error(status, "saving items");
  }
  status = batch.Put(db.of(family::items), offset_key, offset_content(saved_to));
  if (!status.ok()) return write_error(status, "saving items");
  rocksdb::WriteOptions options;
  options.sync = synced;
  status = db.db().Write(options, &batch);
  if (!status.ok()) return write_error(status, "saving items");
  return {};
}

}  // namespace beckon::adapters

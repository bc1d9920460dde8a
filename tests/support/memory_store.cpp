#include "tests/support/memory_store.hpp"

namespace beckon::tests {
namespace {

void apply_record(const v1::CommitRecord& record, const std::string& bytes,
                  memory_store::partition_image& disk) {
  for (const v1::Row& row : record.rows()) {
    const std::pair key(static_cast<port::row_kind>(row.kind()), row.key());
    if (row.has_content()) {
      disk.rows[key] = row.content();
    } else {
      disk.rows.erase(key);
    }
  }
  for (const v1::DeduplicationChunk& chunk : record.seen()) {
    port::seen_row& row = disk.seen[{chunk.hour(), record.epoch()}];
    row.hour = chunk.hour();
    row.epoch = record.epoch();
    if (chunk.has_latest_ms())
      row.latest = std::max(row.latest.value_or(beginning), from_ms(chunk.latest_ms()));
    row.keys += chunk.keys();
  }
  const auto drop = [&](std::int64_t hour, std::uint64_t below) {
    disk.seen.erase(disk.seen.lower_bound({hour, 0}), disk.seen.lower_bound({hour, below}));
  };
  for (const v1::DroppedKeys& d : record.seen_dropped()) drop(d.hour(), d.below());
  for (const std::int64_t hour : record.seen_dropped_hours()) drop(hour, UINT64_MAX);
  if (!record.decisions().empty()) disk.decisions[record.epoch()] = record.decisions();
  disk.head = codec::head_of(record);
  disk.tracked_up_to = record.tracked_up_to();
  disk.header = codec::header_of(record);
  disk.last_record = bytes;
}

}  // namespace

void memory_store::fail_next_commit(errc code, bool applied) {
  const std::lock_guard lock(mutex_);
  fault_ = ordered_fault{code, applied};
}

void memory_store::fail_reopen(int times) {
  const std::lock_guard lock(mutex_);
  failing_reopenings_ = times;
}

memory_store::image memory_store::snapshot() const {
  const std::lock_guard lock(mutex_);
  return disk_;
}

void memory_store::restore(image disk) {
  const std::lock_guard lock(mutex_);
  disk_ = std::move(disk);
  fault_.reset();
  failed_.reset();
  failing_reopenings_ = 0;
}

std::uint64_t memory_store::commits() const {
  const std::lock_guard lock(mutex_);
  return commits_;
}

result<std::vector<std::optional<std::string>>> memory_store::load(
    std::span<const port::row_key> keys) {
  const std::lock_guard lock(mutex_);
  std::vector<std::optional<std::string>> out;
  for (const port::row_key& key : keys) {
    const auto disk = disk_.find(key.partition);
    if (disk == disk_.end()) {
      out.emplace_back();
      continue;
    }
    const auto row = disk->second.rows.find({key.kind, key.key});
    out.push_back(row == disk->second.rows.end() ? std::nullopt : std::optional(row->second));
  }
  return out;
}

/// Decodes and checks everything first, so that all or none is applied.
result<void> memory_store::apply(std::span<const std::string> records) {
  google::protobuf::Arena arena;
  std::map<std::uint32_t, std::pair<codec::commit_head, const std::string*>> heads;
  std::vector<std::pair<const v1::CommitRecord*, const std::string*>> next;
  for (const std::string& bytes : records) {
    const result<const v1::CommitRecord*> decoded = codec::decode_commit(bytes, arena);
    if (!decoded.ok()) return decoded.error();
    const v1::CommitRecord& record = **decoded;
    const partition_image& disk = disk_[record.partition()];
    const auto at =
        heads.try_emplace(record.partition(), std::pair(disk.head, &disk.last_record)).first;
    auto& [head, last] = at->second;
    if (*last == bytes) continue;
    if (result<void> follows = codec::check_follows(head, record); !follows.ok()) return follows;
    const result<std::optional<timestamp>> decided = codec::decided_at(record.decisions());
    if (!decided.ok()) return decided.error();
    head = codec::head_of(record);
    last = &bytes;
    next.emplace_back(*decoded, &bytes);
  }
  for (const auto& [record, bytes] : next)
    apply_record(*record, *bytes, disk_[record->partition()]);
  return {};
}

result<void> memory_store::commit(std::span<const std::string> records) {
  const std::lock_guard lock(mutex_);
  if (failed_) return *failed_;
  const std::optional<ordered_fault> fault = std::exchange(fault_, std::nullopt);
  if (!fault || fault->applied) {
    if (result<void> applied = apply(records); !applied.ok()) return applied;
  }
  if (!fault) {
    ++commits_;
    return {};
  }
  const error ordered{fault->code, "a fault the test ordered"};
  if (fault->code == errc::exhausted || fault->code == errc::internal) failed_ = ordered;
  return ordered;
}

result<void> memory_store::scan(std::uint32_t partition, port::row_kind kind,
                                std::string_view after, const port::row_visitor& visit) {
  std::vector<std::pair<std::string, std::string>> found;
  {
    const std::lock_guard lock(mutex_);
    const auto& rows = disk_[partition].rows;
    const std::pair from(kind, std::string(after));
    auto at = after.empty() ? rows.lower_bound(from) : rows.upper_bound(from);
    for (; at != rows.end() && at->first.first == kind; ++at) {
      found.emplace_back(at->first.second, at->second);
    }
  }
  for (const auto& [key, content] : found) {
    if (!visit(kind, key, content)) break;
  }
  return {};
}

result<port::recovered_partition> memory_store::recover(std::uint32_t partition) {
  const std::lock_guard lock(mutex_);
  const partition_image& disk = disk_[partition];
  port::recovered_partition out;
  out.last_record = disk.header;
  for (const auto& [at, row] : disk.seen) out.seen.push_back(row);
  for (auto at = disk.decisions.upper_bound(disk.tracked_up_to); at != disk.decisions.end(); ++at) {
    out.untracked.push_back(at->second);
  }
  return out;
}

result<void> memory_store::decisions(std::uint32_t partition, std::uint64_t from_epoch,
                                     const std::function<bool(std::string_view batch)>& visit) {
  std::vector<std::string> found;
  {
    const std::lock_guard lock(mutex_);
    const auto& batches = disk_[partition].decisions;
    for (auto at = batches.lower_bound(from_epoch); at != batches.end(); ++at) {
      found.push_back(at->second);
    }
  }
  for (const std::string& batch : found) {
    if (!visit(batch)) break;
  }
  return {};
}

result<void> memory_store::reopen() {
  const std::lock_guard lock(mutex_);
  if (failed_ && failed_->code == errc::internal) return *failed_;
  if (failing_reopenings_ > 0) {
    --failing_reopenings_;
    return error{errc::exhausted, "a fault the test ordered"};
  }
  failed_.reset();
  return {};
}

}  // namespace beckon::tests

#include "adapters/rocksdb/commit_batch.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace beckon::adapters {
namespace {

using std::chrono::floor;
using std::chrono::hours;

constexpr std::uint64_t after_all_epochs = std::numeric_limits<std::uint64_t>::max();

}  // namespace

partition_state& commit_batch::state_of(std::uint32_t partition) {
  const auto [at, added] = touched_.try_emplace(partition);
  if (added) {
    if (const auto known = states_.find(partition); known != states_.end()) {
      at->second = known->second;
    }
  }
  return at->second;
}

void commit_batch::note(const rocksdb::Status& status) {
  if (failed_.ok() && !status.ok()) failed_ = status;
}

void commit_batch::put(family f, const std::string& key, std::string_view content) {
  note(writes_.Put(db_.of(f), key, rocksdb::Slice(content.data(), content.size())));
}

void commit_batch::remove(family f, const std::string& begin, const std::string& end) {
  note(writes_.DeleteRange(db_.of(f), begin, end));
}

result<void> commit_batch::add(const std::string& bytes) {
  const result<const v1::CommitRecord*> decoded = codec::decode_commit(bytes, arena_);
  if (!decoded.ok()) return decoded.error();
  const v1::CommitRecord& record = **decoded;
  partition_state& state = state_of(record.partition());
  const hash128 whole = hash_bytes(bytes);
  if (record.epoch() == state.head.epoch && whole == state.last_record) return {};
  if (result<void> next = codec::check_follows(state.head, record); !next.ok()) return next;

  add_rows(record);
  add_seen(record, state);
  if (result<void> added = add_decisions(record, state); !added.ok()) return added;
  drop_old_decisions(record, state);
  state.head = codec::head_of(record);
  state.last_record = whole;
  put(family::meta, head_prefix(record.partition()), head_content(whole, codec::header_of(record)));
  if (!failed_.ok()) return write_error(failed_, "collecting a commit");
  return {};
}

void commit_batch::add_rows(const v1::CommitRecord& record) {
  for (const v1::Row& row : record.rows()) {
    const auto kind = static_cast<port::row_kind>(row.kind());
    const std::string key = row_key(record.partition(), kind, row.key());
    if (row.has_content()) {
      put(family_of(kind), key, row.content());
    } else {
      note(writes_.Delete(db_.of(family_of(kind)), key));
    }
  }
}

void commit_batch::add_seen(const v1::CommitRecord& record, partition_state& state) {
  std::map<std::int64_t, port::seen_row> by_hour;
  for (const v1::DeduplicationChunk& chunk : record.seen()) {
    port::seen_row& row = by_hour[chunk.hour()];
    const bool known = chunk.has_latest_ms() && (row.keys.empty() || row.latest);
    const auto latest = std::max(row.latest.value_or(beginning), from_ms(chunk.latest_ms()));
    row.latest = known ? std::optional(latest) : std::nullopt;
    row.keys += chunk.keys();
  }
  for (const auto& [hour, row] : by_hour) {
    put(family::seen, seen_key(record.partition(), hour, record.epoch(), row.latest), row.keys);
  }
  for (const v1::DroppedKeys& dropped : record.seen_dropped()) {
    remove(family::seen, seen_key(record.partition(), dropped.hour(), 0),
           seen_key(record.partition(), dropped.hour(), dropped.below()));
  }
  for (const std::int64_t hour : record.seen_dropped_hours()) {
    remove(family::seen, seen_key(record.partition(), hour, 0),
           seen_key(record.partition(), hour, after_all_epochs));
  }
  if (by_hour.empty()) return;
  const std::int64_t newest = by_hour.rbegin()->first;
  if (state.newest_seen_hour && newest > *state.newest_seen_hour) {
    ended_.push_back({record.partition(), *state.newest_seen_hour, record.epoch()});
  }
  state.newest_seen_hour = std::max(newest, state.newest_seen_hour.value_or(newest));
}

result<void> commit_batch::add_decisions(const v1::CommitRecord& record, partition_state& state) {
  if (record.decisions().empty()) return {};
  const result<std::optional<timestamp>> at = codec::decided_at(record.decisions());
  if (!at.ok()) return at.error();
  put(family::decisions, decisions_key(record.partition(), record.epoch()), record.decisions());
  if (!*at) return {};
  const std::int64_t hour = floor<hours>(**at).time_since_epoch().count();
  if (!state.marks.empty() && hour <= state.marks.back().hour) return {};
  state.marks.push_back({hour, record.epoch()});
  std::string epoch;
  append_number(epoch, record.epoch());
  put(family::meta, decision_mark_key(record.partition(), hour), epoch);
  return {};
}

/// Whole hours at a time: once per hour and partition one range goes, and the marks in it.
void commit_batch::drop_old_decisions(const v1::CommitRecord& record, partition_state& state) {
  if (state.marks.empty()) return;
  const std::int64_t oldest_kept =
      state.marks.back().hour - std::chrono::ceil<hours>(decisions_kept_).count();
  std::size_t dropped = 0;
  while (dropped + 1 < state.marks.size() && state.marks[dropped].hour < oldest_kept &&
         state.marks[dropped + 1].epoch <= record.tracked_up_to() + 1) {
    ++dropped;
  }
  if (dropped == 0) return;
  const std::uint32_t partition = record.partition();
  remove(family::decisions, decisions_key(partition, 0),
         decisions_key(partition, state.marks[dropped].epoch));
  remove(family::meta, decision_mark_prefix(partition),
         decision_mark_key(partition, state.marks[dropped].hour));
  state.marks.erase(state.marks.begin(),
                    state.marks.begin() + static_cast<std::ptrdiff_t>(dropped));
}

std::string head_content(hash128 record, std::string_view header) {
  std::string out = to_bytes(record);
  out += header;
  return out;
}

result<stored_head> read_head(std::string_view content) {
  constexpr std::size_t hash_size = 16;
  const result<hash128> record = hash_from_bytes(content.substr(0, hash_size));
  if (!record.ok()) return error{errc::corrupt, "a partition's header is damaged"};
  return stored_head{*record, content.substr(hash_size)};
}

namespace {

result<void> load_head(std::string_view content, partition_state& state) {
  const result<stored_head> stored = read_head(content);
  if (!stored.ok()) return stored.error();
  google::protobuf::Arena arena;
  const result<const v1::CommitRecord*> header = codec::decode_commit(stored->header, arena);
  if (!header.ok()) return header.error();
  state.head = codec::head_of(**header);
  state.last_record = stored->record;
  return {};
}

}  // namespace

result<partition_states> load_states(const database& db) {
  partition_states out;
  result<void> damage;
  const result<void> read =
      db.visit(family::meta, {"", "\xFF\xFF\xFF"}, [&](auto key, auto content) {
        const std::uint32_t partition = partition_in(key);
        if (key == head_prefix(partition)) {
          damage = load_head(content, out[partition]);
        } else {
          out[partition].marks.push_back({decision_mark_hour(key), read_number(content)});
        }
        return damage.ok();
      });
  if (!damage.ok()) return damage.error();
  if (!read.ok()) return read.error();
  return out;
}

}  // namespace beckon::adapters

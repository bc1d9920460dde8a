// How rows are named inside RocksDB: every key (but those of items: item_rows.hpp) is partition (2
// bytes, big-endian), tag (1 byte), rest; so one partition's rows of one tag are one range of one
// column family. Pure functions; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/big_endian.hpp"
#include "engine/base/time.hpp"
#include "messages/port/store.hpp"

namespace beckon::adapters {

/// Column families: rows that live and die alike lie together. The first must be RocksDB's
/// "default".
enum class family : std::uint8_t {
  meta,
  rows,
  outbox,
  dead_letters,
  seen,
  decisions,
  relations,
  items
};
inline constexpr std::array<std::string_view, 8> family_names = {
    "default", "rows", "outbox", "dead_letters", "seen", "decisions", "relations", "items"};

family family_of(port::row_kind kind) noexcept;

/// First bytes of all rows of a kind of a partition; `kind` is the tag.
std::string row_prefix(std::uint32_t partition, port::row_kind kind);
std::string row_key(std::uint32_t partition, port::row_kind kind, std::string_view key);

/// meta: the header of the partition's last commit.
std::string head_prefix(std::uint32_t partition);
/// meta: the first epoch whose decisions were made in an hour (hours since 1970).
std::string decision_mark_prefix(std::uint32_t partition);
std::string decision_mark_key(std::uint32_t partition, std::int64_t hour);

/// seen: deduplication keys by (hour of arrival, last epoch that brought one of them, latest
/// arrival among them). Rows of a program before this one end with the epoch; there, epoch 0 holds
/// a whole hour, sorted.
std::string seen_prefix(std::uint32_t partition);
std::string seen_key(std::uint32_t partition, std::int64_t hour, std::uint64_t epoch,
                     std::optional<timestamp> latest = {});
std::int64_t seen_hour(std::string_view key) noexcept;
std::uint64_t seen_epoch(std::string_view key) noexcept;
std::optional<timestamp> seen_latest(std::string_view key) noexcept;

/// decisions: one TrackBatch by epoch.
std::string decisions_prefix(std::uint32_t partition);
std::string decisions_key(std::uint32_t partition, std::uint64_t epoch);

/// The first key after all that begin with `prefix`; its last byte is a tag, never 0xFF.
std::string end_of(std::string prefix);

std::uint32_t partition_in(std::string_view key) noexcept;
std::int64_t decision_mark_hour(std::string_view key) noexcept;

}  // namespace beckon::adapters

#include "adapters/rocksdb/keys.hpp"

namespace beckon::adapters {
namespace {

constexpr char first_tag = 1;
constexpr char mark_tag = 2;
constexpr std::size_t prefix_size = 3;
constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

std::string prefix_of(std::uint32_t partition, char tag) {
  return {static_cast<char>(partition >> 8 & 0xFF), static_cast<char>(partition & 0xFF), tag};
}

/// Signed numbers sort as such when their sign bit is turned.
std::uint64_t sortable(std::int64_t number) {
  return static_cast<std::uint64_t>(number) ^ sign_bit;
}

std::int64_t hour_in(std::string_view key) noexcept {
  return static_cast<std::int64_t>(read_number(key.substr(prefix_size, 8)) ^ sign_bit);
}

}  // namespace

family family_of(port::row_kind kind) noexcept {
  switch (kind) {
    case port::row_kind::outbox:
    case port::row_kind::job:
    case port::row_kind::derived:
      return family::outbox;
    case port::row_kind::relation:
    case port::row_kind::membership:
      return family::relations;
    case port::row_kind::dead_letter:
      return family::dead_letters;
    case port::row_kind::state:
    case port::row_kind::directory:
    case port::row_kind::ledger:
    case port::row_kind::profile:
    case port::row_kind::pending:
      break;
  }
  return family::rows;
}

std::string row_prefix(std::uint32_t partition, port::row_kind kind) {
  return prefix_of(partition, static_cast<char>(kind));
}

std::string row_key(std::uint32_t partition, port::row_kind kind, std::string_view key) {
  std::string out = row_prefix(partition, kind);
  out += key;
  return out;
}

std::string head_prefix(std::uint32_t partition) {
  return prefix_of(partition, first_tag);
}

std::string decision_mark_prefix(std::uint32_t partition) {
  return prefix_of(partition, mark_tag);
}

std::string decision_mark_key(std::uint32_t partition, std::int64_t hour) {
  std::string out = decision_mark_prefix(partition);
  append_number(out, sortable(hour));
  return out;
}

std::string seen_prefix(std::uint32_t partition) {
  return prefix_of(partition, first_tag);
}

std::string seen_key(std::uint32_t partition, std::int64_t hour, std::uint64_t epoch,
                     std::optional<timestamp> latest) {
  std::string out = seen_prefix(partition);
  append_number(out, sortable(hour));
  append_number(out, epoch);
  if (latest) append_number(out, sortable(to_ms(*latest)));
  return out;
}

std::int64_t seen_hour(std::string_view key) noexcept {
  return hour_in(key);
}

std::uint64_t seen_epoch(std::string_view key) noexcept {
  return read_number(key.substr(prefix_size + 8, 8));
}

std::optional<timestamp> seen_latest(std::string_view key) noexcept {
  if (key.size() < prefix_size + 24) return std::nullopt;
  const auto ms = read_number(key.substr(prefix_size + 16, 8)) ^ sign_bit;
  return from_ms(static_cast<std::int64_t>(ms));
}

std::string decisions_prefix(std::uint32_t partition) {
  return prefix_of(partition, first_tag);
}

std::string decisions_key(std::uint32_t partition, std::uint64_t epoch) {
  std::string out = decisions_prefix(partition);
  append_number(out, epoch);
  return out;
}

std::string end_of(std::string prefix) {
  ++prefix.back();
  return prefix;
}

std::uint32_t partition_in(std::string_view key) noexcept {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(key[0])) << 8 |
         static_cast<unsigned char>(key[1]);
}

std::int64_t decision_mark_hour(std::string_view key) noexcept {
  return hour_in(key);
}

}  // namespace beckon::adapters

// 128-bit hashes (XXH3-128, fixed seed): identities of subjects, occurrences, deliveries,
// deduplication keys.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace beckon {

struct hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const hash128&, const hash128&) = default;
};

/// XXH3-128 of the bytes.
hash128 hash_bytes(std::string_view bytes) noexcept;

/// The rule language's hash_bucket: XXH3-64 of salt, a zero byte and the text, modulo `buckets` (>
/// 0).
std::uint64_t hash_bucket(std::string_view text, std::uint64_t buckets, std::string_view salt = {});

/// Collects parts with their lengths, so that ("ab","c") and ("a","bc") differ; then one hash.
/// Small sums of parts stay on the stack.
class hash_builder {
 public:
  hash_builder& text(std::string_view part);
  hash_builder& number(std::uint64_t part);
  hash_builder& hash(hash128 part);
  hash128 finish() const noexcept;

 private:
  void append(char tag, std::uint64_t number);
  void append(std::string_view bytes);

  std::array<char, 128> few_;
  std::size_t size_ = 0;  // in few_; once bytes_ is used, all is there
  std::string bytes_;
};

/// 32 lower-case hex digits, high half first.
std::string to_hex(hash128 h);
result<hash128> hash_from_hex(std::string_view hex);

/// 16 bytes, big-endian, high half first: sorts like the hash.
std::string to_bytes(hash128 h);
result<hash128> hash_from_bytes(std::string_view bytes);

}  // namespace beckon

template <>
struct std::hash<beckon::hash128> {
  std::size_t operator()(const beckon::hash128& h) const noexcept {
    return static_cast<std::size_t>(h.low);
  }
};

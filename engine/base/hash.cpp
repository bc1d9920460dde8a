#include "engine/base/hash.hpp"

#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace beckon {
namespace {

void append_big_endian(std::string& out, std::uint64_t n) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift & 0xFF);
}

std::uint64_t read_big_endian(std::string_view bytes) {
  std::uint64_t n = 0;
  for (const char c : bytes.substr(0, 8)) n = n << 8 | static_cast<unsigned char>(c);
  return n;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

hash128 hash_bytes(std::string_view bytes) noexcept {
  const XXH128_hash_t h = XXH3_128bits(bytes.data(), bytes.size());
  return {h.high64, h.low64};
}

std::uint64_t hash_bucket(std::string_view text, std::uint64_t buckets, std::string_view salt) {
  std::string bytes(salt);
  bytes += '\0';
  bytes += text;
  return XXH3_64bits(bytes.data(), bytes.size()) % buckets;
}

void hash_builder::append(std::string_view bytes) {
  if (bytes.empty()) return;
  if (bytes_.empty() && size_ + bytes.size() <= few_.size()) {
    std::memcpy(few_.data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
    return;
  }
  if (bytes_.empty()) bytes_.assign(few_.data(), size_);
  bytes_ += bytes;
}

void hash_builder::append(char tag, std::uint64_t number) {
  std::array<char, 9> bytes{tag};
  for (std::size_t i = 0; i < 8; ++i) bytes[i + 1] = static_cast<char>(number >> (56 - 8 * i));
  append({bytes.data(), bytes.size()});
}

hash_builder& hash_builder::text(std::string_view part) {
  append('t', part.size());
  append(part);
  return *this;
}

hash_builder& hash_builder::number(std::uint64_t part) {
  append('n', part);
  return *this;
}

hash_builder& hash_builder::hash(hash128 part) {
  append('h', part.high);
  append('l', part.low);
  return *this;
}

hash128 hash_builder::finish() const noexcept {
  return hash_bytes(bytes_.empty() ? std::string_view(few_.data(), size_) : bytes_);
}

std::string to_hex(hash128 h) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(32);
  for (const std::uint64_t half : {h.high, h.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) out += digits[half >> shift & 0xF];
  }
  return out;
}

result<hash128> hash_from_hex(std::string_view hex) {
  const error wrong{errc::invalid,
                    "'" + std::string(hex.substr(0, 64)) + "' is not 32 lower-case hex digits"};
  if (hex.size() != 32) return wrong;
  hash128 h;
  for (std::size_t i = 0; i < hex.size(); ++i) {
    const int digit = digit_of(hex[i]);
    if (digit < 0) return wrong;
    std::uint64_t& half = i < 16 ? h.high : h.low;
    half = half << 4 | static_cast<std::uint64_t>(digit);
  }
  return h;
}

std::string to_bytes(hash128 h) {
  std::string out;
  append_big_endian(out, h.high);
  append_big_endian(out, h.low);
  return out;
}

result<hash128> hash_from_bytes(std::string_view bytes) {
  if (bytes.size() != 16) {
    return error{errc::corrupt, "a hash has 16 bytes, not " + std::to_string(bytes.size())};
  }
  return hash128{read_big_endian(bytes), read_big_endian(bytes.substr(8))};
}

}  // namespace beckon

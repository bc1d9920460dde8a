// Protobuf's wire format by hand, for what is read and written once per event. Bounds are checked;
// a reader never reads beyond its bytes. https://protobuf.dev/programming-guides/encoding
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace beckon::codec::wire {

enum class kind : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

/// Field number and kind as they stand on the wire: what switches compare.
constexpr std::uint32_t key(std::uint32_t number, kind k) noexcept {
  return number << 3 | static_cast<std::uint32_t>(k);
}

constexpr std::uint64_t zigzag(std::int64_t n) noexcept {
  return static_cast<std::uint64_t>(n) << 1 ^ static_cast<std::uint64_t>(n >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t n) noexcept {
  return static_cast<std::int64_t>(n >> 1 ^ (~(n & 1) + 1));
}

constexpr std::size_t varint_size(std::uint64_t n) noexcept {
  return static_cast<std::size_t>((std::bit_width(n | 1) + 6) / 7);
}

inline void append_varint(std::string& out, std::uint64_t n) {
  char buffer[10];
  std::size_t size = 0;
  for (; n >= 0x80; n >>= 7) buffer[size++] = static_cast<char>(n | 0x80);
  buffer[size++] = static_cast<char>(n);
  out.append(buffer, size);
}

inline void append_number(std::string& out, std::uint32_t number, std::uint64_t n) {
  append_varint(out, key(number, kind::varint));
  append_varint(out, n);
}

/// The head of a field of `size` bytes, which the caller appends.
inline void append_head(std::string& out, std::uint32_t number, std::size_t size) {
  append_varint(out, key(number, kind::bytes));
  append_varint(out, size);
}

inline void append_bytes(std::string& out, std::uint32_t number, std::string_view bytes) {
  append_head(out, number, bytes.size());
  out += bytes;
}

inline void append_real(std::string& out, std::uint32_t number, double v) {
  append_varint(out, key(number, kind::fixed64));
  char buffer[8];
  std::memcpy(buffer, &v, sizeof buffer);  // little-endian, as is every machine we run on
  out.append(buffer, sizeof buffer);
}
static_assert(std::endian::native == std::endian::little);

/// The size of a field of `size` bytes with its head, for numbers below 16.
constexpr std::size_t bytes_size(std::size_t size) noexcept {
  return 1 + varint_size(size) + size;
}

/// One field as read: `number` for varint and fixed kinds, `bytes` for the others.
struct field {
  std::uint32_t key = 0;
  std::uint64_t number = 0;
  std::string_view bytes;

  double real() const noexcept { return std::bit_cast<double>(number); }
};

class reader {
 public:
  explicit reader(std::string_view bytes) noexcept
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  /// The next field; false at the end and where the bytes are wrong.
  bool next(field& out) noexcept {
    if (at_ == end_) return false;
    std::uint64_t k = 0;
    if (!varint(k) || k > 0xFFFFFFFF || k < 8) return fail();
    out.key = static_cast<std::uint32_t>(k);
    switch (static_cast<kind>(k & 7)) {
      case kind::varint:
        return varint(out.number) || fail();
      case kind::fixed64:
        return fixed(out.number, 8) || fail();
      case kind::fixed32:
        return fixed(out.number, 4) || fail();
      case kind::bytes:
        return take(out.bytes) || fail();
    }
    return fail();
  }

  /// The next number of a packed list, which has no keys; false as with `next`.
  bool next_packed(std::uint64_t& out) noexcept {
    if (at_ == end_) return false;
    return varint(out) || fail();
  }

  /// The bytes were wrong: `next` said false before the end.
  bool failed() const noexcept { return failed_; }

 private:
  bool fail() noexcept {
    failed_ = true;
    at_ = end_;
    return false;
  }

  bool varint(std::uint64_t& out) noexcept {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) {  // mostly
      out = static_cast<unsigned char>(*at_++);
      return true;
    }
    out = 0;
    for (unsigned shift = 0; shift < 70 && at_ != end_; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      if (shift == 63 && byte > 1) return false;
      out |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool fixed(std::uint64_t& out, std::size_t size) noexcept {
    if (static_cast<std::size_t>(end_ - at_) < size) return false;
    out = 0;
    std::memcpy(&out, at_, size);
    at_ += size;
    return true;
  }

  bool take(std::string_view& out) noexcept {
    std::uint64_t size = 0;
    if (!varint(size) || size > static_cast<std::uint64_t>(end_ - at_)) return false;
    out = std::string_view(at_, static_cast<std::size_t>(size));
    at_ += size;
    return true;
  }

  const char* at_;
  const char* end_;
  bool failed_ = false;
};

inline bool read_packed(std::string_view bytes, std::vector<std::uint64_t>& out) {
  reader in(bytes);
  for (std::uint64_t n = 0; in.next_packed(n);) out.push_back(n);
  return !in.failed();
}

}  // namespace beckon::codec::wire

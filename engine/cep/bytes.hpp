// Little-endian bytes and variable-length integers for packed state. The reader never reads past
// its end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace beckon::cep {

/// Appends to a string it does not own.
class byte_writer {
 public:
  explicit byte_writer(std::string& out) noexcept : out_(out) {}

  void u8(std::uint8_t n) { out_ += static_cast<char>(n); }
  void u32(std::uint32_t n) { fixed(n, 4); }
  void u64(std::uint64_t n) { fixed(n, 8); }
  void varint(std::uint64_t n);
  /// Small magnitudes of either sign in few bytes.
  void zigzag(std::int64_t n);
  void text(std::string_view s);

 private:
  void fixed(std::uint64_t n, int bytes);

  std::string& out_;
};

/// Reads what `byte_writer` wrote. After a failed read every further read gives zero and `ok()` is
/// false.
class byte_reader {
 public:
  explicit byte_reader(std::string_view bytes) noexcept : rest_(bytes) {}

  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(fixed(1)); }
  std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(fixed(4)); }
  std::uint64_t u64() noexcept { return fixed(8); }
  std::uint64_t varint() noexcept;
  std::int64_t zigzag() noexcept;
  /// A view into the bytes given.
  std::string_view text() noexcept;
  /// A varint that counts items of at least one byte each: more than the bytes left is a failure.
  std::size_t count() noexcept;

  bool ok() const noexcept { return ok_; }
  bool done() const noexcept { return rest_.empty(); }
  void fail() noexcept;
  std::string_view rest() const noexcept { return rest_; }

 private:
  std::uint64_t fixed(std::size_t bytes) noexcept;

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace beckon::cep

#include "engine/cep/bytes.hpp"

#include <algorithm>
#include <array>

namespace beckon::cep {

void byte_writer::varint(std::uint64_t n) {
  std::array<char, 10> digits;
  std::size_t size = 0;
  for (; n >= 0x80; n >>= 7) digits[size++] = static_cast<char>(n | 0x80);
  digits[size++] = static_cast<char>(n);
  out_.append(digits.data(), size);
}

void byte_writer::zigzag(std::int64_t n) {
  const auto bits = static_cast<std::uint64_t>(n);
  varint(bits << 1 ^ (n < 0 ? ~std::uint64_t{0} : 0));
}

void byte_writer::text(std::string_view s) {
  varint(s.size());
  out_ += s;
}

void byte_writer::fixed(std::uint64_t n, int bytes) {
  std::array<char, 8> digits;
  for (int i = 0; i < 8; ++i)
    digits[static_cast<std::size_t>(i)] = static_cast<char>(n >> (8 * i) & 0xFF);
  out_.append(digits.data(), static_cast<std::size_t>(bytes));
}

std::uint64_t byte_reader::fixed(std::size_t bytes) noexcept {
  if (rest_.size() < bytes) {
    fail();
    return 0;
  }
  std::uint64_t n = 0;
  for (std::size_t i = bytes; i-- > 0;) n = n << 8 | static_cast<unsigned char>(rest_[i]);
  rest_.remove_prefix(bytes);
  return n;
}

std::uint64_t byte_reader::varint() noexcept {
  std::uint64_t n = 0;
  const std::size_t most = std::min<std::size_t>(rest_.size(), 10);
  for (std::size_t i = 0; i < most; ++i) {
    const std::uint64_t byte = static_cast<unsigned char>(rest_[i]);
    n |= (byte & 0x7F) << (7 * i);
    if (byte >= 0x80) continue;
    rest_.remove_prefix(i + 1);
    return n;
  }
  fail();
  return 0;
}

std::int64_t byte_reader::zigzag() noexcept {
  const std::uint64_t bits = varint();
  return static_cast<std::int64_t>(bits >> 1 ^ (~(bits & 1) + 1));
}

std::string_view byte_reader::text() noexcept {
  const std::size_t size = count();
  const std::string_view found = rest_.substr(0, size);
  rest_.remove_prefix(found.size());
  return found;
}

std::size_t byte_reader::count() noexcept {
  const std::uint64_t n = varint();
  if (n <= rest_.size()) return static_cast<std::size_t>(n);
  fail();
  return 0;
}

void byte_reader::fail() noexcept {
  ok_ = false;
  rest_ = {};
}

}  // namespace beckon::cep

#include "engine/access/packed_fields.hpp"

#include <cstring>

namespace beckon {
namespace {

void append_varint(std::string& out, std::uint64_t n) {
  for (; n >= 0x80; n >>= 7) out += static_cast<char>(n | 0x80);
  out += static_cast<char>(n);
}

void append_signed(std::string& out, std::int64_t n) {
  append_varint(out, static_cast<std::uint64_t>(n) << 1 ^ static_cast<std::uint64_t>(n >> 63));
}

std::int64_t signed_from(std::uint64_t n) noexcept {
  return static_cast<std::int64_t>(n >> 1 ^ (~(n & 1) + 1));
}

void append_text(std::string& out, std::string_view text) {
  append_varint(out, text.size());
  out += text;
}

void append_real(std::string& out, double n) {
  char bytes[sizeof n];
  std::memcpy(bytes, &n, sizeof n);
  out.append(bytes, sizeof n);
}

/// Type, then content; a list as a text of its items.
void append_content(std::string& out, const value& v) {
  out += static_cast<char>(v.type());
  switch (v.type()) {
    case value_type::null:
      return;
    case value_type::boolean:
      out += *v.as_boolean() ? '\1' : '\0';
      return;
    case value_type::integer:
      return append_signed(out, *v.as_integer());
    case value_type::real:
      return append_real(out, *v.as_real());
    case value_type::text:
      return append_text(out, *v.as_text());
    case value_type::span:
      return append_signed(out, v.as_span()->count());
    case value_type::time:
      return append_signed(out, to_ms(*v.as_time()));
    case value_type::list:
      break;
  }
  std::string items;
  for (const value& item : *v.as_list()) {
    append_varint(items, 0);
    append_content(items, item);
  }
  append_text(out, items);
}

}  // namespace

void append_packed(std::string& out, std::uint32_t number, const value& content) {
  append_varint(out, number);
  append_content(out, content);
}

void copy_packed(std::string& out, std::uint32_t number, std::string_view content) {
  append_varint(out, number);
  out += content;
}

bool packed_fields::next(std::uint32_t& number) {
  if (rest_.empty()) return false;
  number = static_cast<std::uint32_t>(varint());
  return true;
}

value packed_fields::take() {
  switch (static_cast<value_type>(byte())) {
    case value_type::null:
      return {};
    case value_type::boolean:
      return byte() != 0;
    case value_type::integer:
      return signed_from(varint());
    case value_type::real: {
      double n = 0;
      std::memcpy(&n, rest_.data(), sizeof n);
      rest_.remove_prefix(sizeof n);
      return n;
    }
    case value_type::text:
      return text();
    case value_type::span:
      return duration{signed_from(varint())};
    case value_type::time:
      return from_ms(signed_from(varint()));
    case value_type::list:
      break;
  }
  packed_fields in(text());
  value_list items;
  for (std::uint32_t ignored = 0; in.next(ignored);) items.push_back(in.take());
  return items;
}

std::string_view packed_fields::skip() {
  const std::string_view from = rest_;
  switch (static_cast<value_type>(byte())) {
    case value_type::null:
      break;
    case value_type::boolean:
      byte();
      break;
    case value_type::real:
      rest_.remove_prefix(sizeof(double));
      break;
    case value_type::integer:
    case value_type::span:
    case value_type::time:
      varint();
      break;
    case value_type::text:
    case value_type::list:
      text();
      break;
  }
  return from.substr(0, from.size() - rest_.size());
}

std::uint8_t packed_fields::byte() {
  const auto b = static_cast<std::uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return b;
}

std::uint64_t packed_fields::varint() {
  std::uint64_t n = 0;
  for (unsigned shift = 0;; shift += 7) {
    const std::uint8_t b = byte();
    n |= static_cast<std::uint64_t>(b & 0x7F) << shift;
    if (b < 0x80) return n;
  }
}

std::string_view packed_fields::text() {
  const auto size = static_cast<std::size_t>(varint());
  const std::string_view out = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return out;
}

}  // namespace beckon

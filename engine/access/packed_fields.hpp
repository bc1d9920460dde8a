// Values by small numbers in few bytes: how tables of a million rows keep theirs in memory. Never
// stored, never sent. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/value.hpp"

namespace beckon {

/// Appends one field. `content` is not NULL.
void append_packed(std::string& out, std::uint32_t number, const value& content);
/// The same with a content as `packed_fields::skip` gave it.
void copy_packed(std::string& out, std::uint32_t number, std::string_view content);

/// Reads back what `append_packed` wrote, in order. `bytes` outlive it.
class packed_fields {
 public:
  explicit packed_fields(std::string_view bytes) noexcept : rest_(bytes) {}

  /// The number of the next field; false at the end. Its content must be taken or skipped before
  /// the next.
  bool next(std::uint32_t& number);
  value take();
  /// Steps over the content; gives its bytes, number excluded.
  std::string_view skip();

 private:
  std::uint8_t byte();
  std::uint64_t varint();
  std::string_view text();

  std::string_view rest_;
};

}  // namespace beckon

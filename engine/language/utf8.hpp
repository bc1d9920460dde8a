// UTF-8 as far as the language needs it: where a sequence ends, how many characters a text has.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace beckon::language {

/// Bytes of the valid UTF-8 sequence `text` begins with; 0 where it begins with none (RFC 3629).
std::size_t utf8_sequence(std::string_view text) noexcept;

/// The bytes the first character of a non-empty text takes; a stray byte is one character.
std::size_t utf8_step(std::string_view text) noexcept;

/// Characters of `text`; a stray byte counts as one.
std::size_t utf8_length(std::string_view text) noexcept;

/// The character a non-empty valid text begins with.
char32_t utf8_first(std::string_view text) noexcept;

/// Appends the character `code` (a Unicode scalar value) in UTF-8.
void utf8_append(std::string& out, char32_t code);

}  // namespace beckon::language

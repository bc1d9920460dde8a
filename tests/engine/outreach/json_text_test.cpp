#include "engine/outreach/json_text.hpp"

#include <random>

#include <gtest/gtest.h>

namespace beckon::outreach {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json(out, text);
  return out;
}

const std::string bad = "\xEF\xBF\xBD";  // U+FFFD

TEST(append_json, escapes_what_json_must) {
  EXPECT_EQ(json("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
  EXPECT_EQ(json(std::string("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
  EXPECT_EQ(json(""), R"("")");
}

TEST(append_json, leaves_valid_text_alone) {
  EXPECT_EQ(json("租房 é 😀"), "\"租房 é 😀\"");
  EXPECT_EQ(json("\xF4\x8F\xBF\xBF\xED\x9F\xBF"), "\"\xF4\x8F\xBF\xBF\xED\x9F\xBF\"");
}

TEST(append_json, replaces_each_maximal_wrong_part_once) {
  EXPECT_EQ(json("a\xFFz"), "\"a" + bad + "z\"");
  EXPECT_EQ(json("\xE4\xBD"), "\"" + bad + "\"");  // cut off
  EXPECT_EQ(json("\xE4\xBDx"), "\"" + bad + "x\"");
  EXPECT_EQ(json("\xC0\xAF"), "\"" + bad + bad + "\"");                      // overlong
  EXPECT_EQ(json("\xED\xA0\x80"), "\"" + bad + bad + bad + "\"");            // a surrogate
  EXPECT_EQ(json("\xF4\x90\x80\x80"), "\"" + bad + bad + bad + bad + "\"");  // beyond U+10FFFF
}

/// The plain reading of RFC 3629: decodes one character by arithmetic; its length, or 0.
std::size_t slow_length(std::string_view t) {
  const auto b = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(t[i]));
  };
  const std::size_t n = b(0) < 0x80       ? 1
                        : b(0) >> 5 == 6  ? 2
                        : b(0) >> 4 == 14 ? 3
                        : b(0) >> 3 == 30 ? 4
                                          : 0;
  if (n == 0 || n > t.size()) return 0;
  if (n == 1) return 1;
  std::uint32_t code = b(0) & (0x7Fu >> n);
  for (std::size_t i = 1; i < n; ++i) {
    if (b(i) >> 6 != 2) return 0;
    code = code << 6 | (b(i) & 0x3F);
  }
  const std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  return code >= least[n] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF) ? n : 0;
}

TEST(append_json, is_valid_utf8_and_keeps_every_valid_character_of_any_bytes) {
  std::mt19937 random(3);
  const unsigned char likely[] = {0xE4, 0xBD, 0xA0, 0xC3, 0xA9, 0xF0, 0x9F,
                                  0x98, 0x80, 0xED, 0xFF, 'a',  0xC0};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (unsigned i = random() % 12; i > 0; --i) {
      text +=
          static_cast<char>(random() % 4 == 0 ? random() % 256 : likely[random() % sizeof likely]);
    }
    const std::string out = json(text);
    std::string_view rest = out;
    while (!rest.empty()) {
      const std::size_t n = slow_length(rest);
      ASSERT_NE(n, 0u) << round;
      ASSERT_GE(static_cast<unsigned char>(rest[0]), 0x20) << round;
      rest.remove_prefix(n);
    }
    bool valid = true;
    for (std::string_view t = text; valid && !t.empty(); t.remove_prefix(slow_length(t))) {
      valid = slow_length(t) > 0;
      if (!valid) break;
    }
    ASSERT_EQ(valid, out.find(bad) == std::string::npos) << round;
  }
}

}  // namespace
}  // namespace beckon::outreach

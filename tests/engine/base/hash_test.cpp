#include "engine/base/hash.hpp"

#include <gtest/gtest.h>

#include "engine/base/subject.hpp"

namespace beckon {
namespace {

TEST(hash, is_xxh3_128) {
  EXPECT_EQ(to_hex(hash_bytes("")), "99aa06d3014798d86001c324468d497f");
}

TEST(hash, keeps_parts_apart) {
  EXPECT_NE(hash_builder{}.text("ab").text("c").finish(),
            hash_builder{}.text("a").text("bc").finish());
  EXPECT_NE(hash_builder{}.number(1).finish(),
            hash_builder{}.text(std::string("\0\0\0\0\0\0\0\1", 8)).finish());
  EXPECT_NE(hash_builder{}.number(1).number(2).finish(), hash_builder{}.hash({1, 2}).finish());
  EXPECT_EQ(hash_builder{}.text("a").number(2).finish(),
            hash_builder{}.text("a").number(2).finish());
}

TEST(hash, is_the_same_however_long_the_parts) {
  for (const std::size_t size : {0u, 50u, 110u, 118u, 119u, 120u, 128u, 500u}) {
    const std::string part(size, 'x');
    std::string expected = "t" + std::string(6, '\0');
    expected += static_cast<char>(size >> 8);
    expected += static_cast<char>(size & 0xFF);
    expected += part + "n" + std::string(7, '\0') + '\7';
    EXPECT_EQ(hash_builder{}.text(part).number(7).finish(), hash_bytes(expected)) << size;
  }
}

TEST(hash, travels_as_hex_and_as_bytes) {
  const hash128 h{0x0123456789abcdef, 0xfedcba9876543210};
  EXPECT_EQ(to_hex(h), "0123456789abcdeffedcba9876543210");
  EXPECT_EQ(*hash_from_hex(to_hex(h)), h);
  EXPECT_EQ(*hash_from_bytes(to_bytes(h)), h);
  EXPECT_EQ(to_bytes(h).substr(0, 2), "\x01\x23");
  EXPECT_FALSE(hash_from_hex("0123"));
  EXPECT_FALSE(hash_from_hex("0123456789abcdeffedcba987654321G"));
  EXPECT_FALSE(hash_from_bytes("short"));
}

TEST(subject, kind_and_id_make_the_key) {
  EXPECT_EQ(key_of({"user", "1"}), key_of({"user", "1"}));
  EXPECT_NE(key_of({"user", "1"}), key_of({"item", "1"}));
}

TEST(subject, the_top_bits_are_the_partition) {
  const hash128 h{0xC000000000000000, 0};
  EXPECT_EQ(partition_of(h, 1), 0u);
  EXPECT_EQ(partition_of(h, 2), 1u);
  EXPECT_EQ(partition_of(h, 16), 12u);
  EXPECT_EQ(partition_of(h, 4096), 3072u);
  const hash128 other = key_of({"user", "42"});
  EXPECT_EQ(partition_of(other, 32) / 2, partition_of(other, 16)) << "doubling splits";
}

}  // namespace
}  // namespace beckon

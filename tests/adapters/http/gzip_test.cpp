// Packed bodies, and bombs among them.
#include <zlib.h>

#include "adapters/http/ingest/body.hpp"
#include "tests/adapters/http/http_fixture.hpp"

namespace beckon::adapters {
namespace {

using packed = http_test;

std::string pack(const std::string& plain) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(gzip, unpacks_every_size_up_to_the_limit) {
  for (const std::size_t size : {0U, 1U, 16384U, 16385U, 99'999U, 100'000U}) {
    const std::string plain(size, 'x');
    const auto out = unpack_gzip(pack(plain), 100'000);
    ASSERT_TRUE(out.ok()) << size << ": " << out.error().message;
    EXPECT_EQ(*out, plain);
  }
}

TEST(gzip, refuses_what_unpacks_to_more) {
  const auto out = unpack_gzip(pack(std::string(100'001, 'x')), 100'000);
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().code, errc::exhausted);
}

TEST(gzip, refuses_cut_damaged_and_foreign_bytes) {
  const std::string whole = pack("{\"event\":\"x\"}");
  std::string damaged = whole;
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 0x55);
  for (const std::string& bytes :
       {std::string(), std::string("{}"), whole.substr(0, whole.size() - 1), whole.substr(0, 11),
        damaged, whole + "x", whole + whole}) {
    const auto out = unpack_gzip(bytes, 100'000);
    ASSERT_FALSE(out.ok());
    EXPECT_EQ(out.error().code, errc::invalid);
  }
}

TEST_F(packed, bodies_are_taken) {
  EXPECT_EQ(post("/v1/track", pack("{\"event\":\"x\"}"), "Content-Encoding: gzip\r\n").status, 202);
  EXPECT_EQ(*find_field(source_.items()[0].json, "event"), value("x"));
}

TEST_F(packed, bombs_are_refused) {
  const std::string bomb = pack(std::string(100'000'000, ' '));
  ASSERT_LT(bomb.size(), options_.max_body);
  EXPECT_EQ(post("/v1/batch", bomb, "Content-Encoding: gzip\r\n").status, 413);
}

TEST_F(packed, bodies_that_are_damaged_or_otherwise_packed_are_refused) {
  EXPECT_EQ(post("/v1/track", "{}", "Content-Encoding: gzip\r\n").status, 400);
  EXPECT_EQ(post("/v1/track", "{}", "Content-Encoding: br\r\n").status, 415);
  EXPECT_EQ(post("/v1/track", "{}", "Content-Encoding: identity\r\n").status, 202);
}

}  // namespace
}  // namespace beckon::adapters

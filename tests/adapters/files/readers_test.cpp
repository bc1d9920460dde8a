#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/files/csv_reader.hpp"
#include "adapters/files/file_digest.hpp"
#include "adapters/files/ndjson_reader.hpp"
#include "tests/adapters/files/temp_files.hpp"

namespace beckon::adapters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using row = std::vector<std::string>;

class readers : public ::testing::Test {
 protected:
  std::vector<row> rows(std::string_view content, csv_options options = {}) {
    auto in = csv_reader::open(files_.write("a.csv", content), options);
    EXPECT_TRUE(in) << in.error().to_string();
    std::vector<row> out;
    for (auto more = in->next(); more && *more; more = in->next()) {
      out.emplace_back(in->cells().begin(), in->cells().end());
      EXPECT_EQ(in->row(), out.size());
    }
    header_ = in->header();
    return out;
  }

  std::string csv_error(std::string_view content) {
    auto in = csv_reader::open(files_.write("a.csv", content));
    EXPECT_TRUE(in);
    auto more = in->next();
    while (more && *more) more = in->next();
    return more ? "" : more.error().to_string();
  }

  testing::temp_files files_;
  std::vector<std::string> header_;
};

TEST_F(readers, csv_rows_end_with_or_without_a_line_end) {
  EXPECT_THAT(rows("a,b\nc,d"), ElementsAre(row{"a", "b"}, row{"c", "d"}));
  EXPECT_THAT(rows("a,b\r\nc,d\r\n"), ElementsAre(row{"a", "b"}, row{"c", "d"}));
  EXPECT_THAT(rows("\n\na\n\n"), ElementsAre(row{"a"}));
  EXPECT_THAT(rows(""), ElementsAre());
}

TEST_F(readers, csv_cells_may_be_empty) {
  EXPECT_THAT(rows("a,,c\n,\n"), ElementsAre(row{"a", "", "c"}, row{"", ""}));
  EXPECT_THAT(rows("\"\",\"\"\n"), ElementsAre(row{"", ""}));
}

TEST_F(readers, csv_quotes_hold_anything) {
  EXPECT_THAT(rows("\"a,b\",\"c\"\"d\",\"e\nf\"\r\n\"\"\"\"\n"),
              ElementsAre(row{"a,b", "c\"d", "e\nf"}, row{"\""}));
  EXPECT_THAT(rows("5\" tv,x\ny\n"), ElementsAre(row{"5\" tv", "x"}, row{"y"}))
      << "a quote inside a bare cell is a character";
}

TEST_F(readers, csv_quotes_must_be_closed) {
  EXPECT_THAT(csv_error("a\n\"b"), HasSubstr("row 2: a quote"));
  EXPECT_THAT(csv_error("\"a\"b\n"), HasSubstr("row 1: a quote"));
}

TEST_F(readers, csv_may_have_a_header_a_mark_and_another_separator) {
  EXPECT_THAT(rows("\xEF\xBB\xBFid;name\n1;x,y\n", {';', true}), ElementsAre(row{"1", "x,y"}));
  EXPECT_THAT(header_, ElementsAre("id", "name"));
  EXPECT_FALSE(csv_reader::open(files_.write("empty.csv", ""), {',', true}));
}

TEST_F(readers, csv_rows_cross_the_pieces_a_file_is_read_in) {
  std::string content;
  std::vector<row> expected;
  for (int i = 0; i < 30000; ++i) {
    const std::string n = std::to_string(i);
    content += n + ",\"q\n" + n + "\"\n";
    expected.push_back({n, "q\n" + n});
  }
  EXPECT_EQ(rows(content), expected);
}

TEST_F(readers, a_line_is_bounded) {
  EXPECT_THAT(csv_error(std::string(3'000'000, 'x')), HasSubstr("1048576 bytes"));
  EXPECT_EQ(rows(std::string(1'000'000, 'x') + "\ny\n").size(), 2u);
}

TEST_F(readers, a_missing_file_is_not_found) {
  EXPECT_EQ(csv_reader::open(files_.path() / "none").error().code, errc::not_found);
  EXPECT_EQ(ndjson_reader::open(files_.path() / "none").error().code, errc::not_found);
  EXPECT_EQ(digest_file(files_.path() / "none").error().code, errc::not_found);
}

TEST_F(readers, ndjson_lines_keep_their_numbers) {
  auto in = ndjson_reader::open(files_.write("a.ndjson", "\xEF\xBB\xBF{1}\n\n  \r\n{2}\r\n{3}"));
  ASSERT_TRUE(in);
  std::vector<std::pair<std::uint64_t, std::string>> lines;
  for (auto more = in->next(); more && *more; more = in->next()) {
    lines.emplace_back(in->row(), in->line());
  }
  EXPECT_THAT(lines, ElementsAre(std::pair(1u, "{1}"), std::pair(4u, "{2}"), std::pair(5u, "{3}")));
}

TEST_F(readers, a_digest_is_of_the_content) {
  const std::string large(700'001, 'x');
  EXPECT_EQ(*digest_file(files_.write("a", large)), hash_bytes(large));
  EXPECT_EQ(*digest_file(files_.write("b", large)), hash_bytes(large));
  EXPECT_EQ(*digest_file(files_.write("c", "")), hash_bytes(""));
  EXPECT_EQ(import_id(hash128{1, 2}, 7), "00000000000000010000000000000002:7");
}

}  // namespace
}  // namespace beckon::adapters

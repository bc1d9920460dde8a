#include "adapters/files/event_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/adapters/files/temp_files.hpp"

namespace beckon::adapters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class event_files_test : public ::testing::Test {
 protected:
  std::shared_ptr<const csv_map> map(std::string_view text) const {
    auto built = csv_map::build(*parse_csv_map(text), types_);
    EXPECT_TRUE(built) << built.error().to_string();
    return std::make_shared<const csv_map>(*std::move(built));
  }

  /// "n@time" of each row, n being the attribute `n`; the error's text for a wrong one.
  std::vector<std::string> read(std::vector<event_file_settings> settings) {
    auto in = event_files::open(std::move(settings));
    EXPECT_TRUE(in) << in.error().to_string();
    std::vector<std::string> out;
    for (auto next = in->next(); next && *next; next = in->next()) {
      const recorded_row& r = **next;
      if (!r.event) {
        out.push_back(r.event.error().to_string());
        continue;
      }
      const value* n = find_field(r.event->attributes, "n");
      out.push_back((n == nullptr ? "" : to_display(*n)) + "@" +
                    (r.event->time ? std::to_string(to_ms(*r.event->time->as_time())) : "none"));
    }
    return out;
  }

  testing::temp_files files_;
  std::shared_ptr<const catalogue> types_ =
      *catalogue::build({}, {{"a", {{"n", value_type::text, false}}, {}, false}});
};

TEST_F(event_files_test, one_file_keeps_its_order_even_where_rows_are_late) {
  const auto path = files_.write("a.csv", "x,5\ny,3\nz,4");
  EXPECT_THAT(read({{path, map("type='a',n=1,time=2s"), {}}}),
              ElementsAre("x@5000", "y@3000", "z@4000"));
}

TEST_F(event_files_test, several_files_merge_by_time_ties_in_the_order_named) {
  const auto first = files_.write("1.csv", "a,1\nb,3\nc,3\nd,9");
  const auto second =
      files_.write("2.ndjson", R"({"type":"a","time":2,"n":"e"})"
                               "\n"
                               R"({"type":"a","time":"1970-01-01T00:00:00.003Z","n":"f"})"
                               "\n"
                               R"({"type":"a","time":4,"n":"g"})");
  const auto m = map("type='a',n=1,time=2ms");
  EXPECT_THAT(read({{first, m, {}}, {second, nullptr, {}}}),
              ElementsAre("a@1", "e@2", "b@3", "c@3", "f@3", "g@4", "d@9"));
  EXPECT_THAT(read({{second, nullptr, {}}, {first, m, {}}}),
              ElementsAre("a@1", "e@2", "f@3", "b@3", "c@3", "g@4", "d@9"));
}

TEST_F(event_files_test, wrong_rows_are_named_and_do_not_stop_the_others) {
  const auto csv = files_.write("a.csv", "x,1\ny,zz\nz,3\n\xff,4\nv,5");
  const auto rows = read({{csv, map("type='a',n=1,time=2ms"), {}}});
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_THAT(rows[1], HasSubstr("a.csv:2: column 2: "));
  EXPECT_EQ(rows[2], "z@3");
  EXPECT_THAT(rows[3], HasSubstr("a.csv:4: column 1: it is not UTF-8"));
  const auto json = files_.write("a.ndjson", "{\"type\":\"a\",\"time\":\"soon\"}\n\n{]\n");
  EXPECT_THAT(
      read({{json, nullptr, {}}}),
      ElementsAre(HasSubstr("a.ndjson:1: /time: 'soon' is no time"), HasSubstr("a.ndjson:3: ")));
}

TEST_F(event_files_test, rows_of_tables_without_time_take_the_time_before_them) {
  const auto users = files_.write("users.ndjson",
                                  "{\"type\":\"$user\",\"n\":1}\n{\"type\":\"a\",\"time\":7}\n"
                                  "{\"type\":\"$user\",\"n\":2}\n");
  const auto events = files_.write("e.ndjson", "{\"type\":\"a\",\"time\":5}");
  EXPECT_THAT(read({{events, nullptr, {}}, {users, nullptr, {}}}),
              ElementsAre("1@0", "@5", "@7", "2@7"));
}

TEST_F(event_files_test, a_map_of_names_makes_the_first_line_a_header) {
  const auto path = files_.write("a.csv", "when,what\n1,x\n");
  EXPECT_THAT(read({{path, map("type='a',n=what,time=when:s"), {}}}), ElementsAre("x@1000"));
  auto missing = event_files::open({{path, map("type='a',n=whatt,time=when:s"), {}}});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().to_string(), HasSubstr("did you mean 'what'"));
}

TEST_F(event_files_test, rows_know_their_file_their_number_and_the_files_digest) {
  const auto first = files_.write("1.ndjson", "{\"type\":\"a\",\"time\":2}\n");
  const auto second = files_.write("2.ndjson", "\n{\"type\":\"a\",\"time\":1}\n");
  auto in = event_files::open({{first, nullptr, {}}, {second, nullptr, {}}});
  ASSERT_TRUE(in);
  const auto row = *in->next();
  ASSERT_TRUE(row);
  EXPECT_EQ(row->file, 1u);
  EXPECT_EQ(row->row, 2u);
  EXPECT_EQ(in->digest(0), hash_bytes("{\"type\":\"a\",\"time\":2}\n"));
  EXPECT_FALSE(event_files::open({{files_.path() / "none", nullptr, {}}}));
}

}  // namespace
}  // namespace beckon::adapters

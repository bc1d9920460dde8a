// DATA/look_backs.json: what survives a restart, and what is said of a damaged file.
#include "topology/look_backs.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "engine/language/compile.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::topology {
namespace {

std::shared_ptr<const cep::rule_set> rules() {
  event_declaration viewed;
  viewed.name = "viewed";
  viewed.fields = {{"user_id", value_type::text}};
  viewed.subjects = {{"user", {"user_id"}}};
  const auto events = *catalogue::build({}, {viewed});
  auto file = language::compile("RULE r WHEN viewed BUT NOT viewed IN THE LAST 90 days FIRE ONCE",
                                "r.rule", {events, nullptr, "UTC"});
  EXPECT_NE(file.rule, nullptr);
  return cep::rule_set::build(events, {file.rule});
}

TEST(look_backs, are_recorded_from_the_first_start_on) {
  const tests::temporary_directory data;
  const auto first = recall_look_backs(data.path().string(), *rules(), from_ms(1'000'000));
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->too_short.size(), 1U);
  const auto again = recall_look_backs(data.path().string(), *rules(), from_ms(2'000'000));
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(again->known, first->known);
  EXPECT_EQ(again->known.begin()->second, from_ms(1'000'000));
}

TEST(look_backs, that_cannot_be_read_are_said_so_and_left_alone) {
  const tests::temporary_directory data;
  for (const char* text : {"[]", "{", "{\"xyz\": 1}", "{\"12\": \"soon\"}"}) {
    std::ofstream(data.file("look_backs.json")) << text;
    const auto read = recall_look_backs(data.path().string(), *rules(), from_ms(1));
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, errc::corrupt) << text;
  }
}

TEST(look_backs, that_cannot_be_written_are_an_error) {
  const auto read = recall_look_backs("/nowhere/at/all", *rules(), from_ms(1));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, errc::unavailable);
}

}  // namespace
}  // namespace beckon::topology

// From when on look-backs' past is known once recorded events were brought in.
#include "engine/cep/past_cover.hpp"

#include <gmock/gmock.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::Not;

const auto look_back_rule = [] {
  return set_of({"RULE r WHEN a BUT NOT b OR c IN THE LAST 1 day FIRE EVERY TIME"});
};

past_cover covering(std::int64_t from, std::int64_t to, std::initializer_list<const char*> types) {
  past_cover c;
  c.from = at_second(from);
  c.to = at_second(to);
  for (const char* type : types) c.types.insert(*small_catalogue()->type(type));
  return c;
}

known_past recorded_since(const rule_set& rules, std::int64_t second) {
  const auto& step = std::get<language::step>(rules.rules()[0]->clauses[0]);
  return {{past_name("r", step.look_backs[0]), at_second(second)}};
}

TEST(covered_past, begins_with_what_is_covered_up_to_the_record) {
  const auto rules = look_back_rule();
  const auto made = cover_past(recorded_since(*rules, 500), *rules,
                               covering(100, 500, {"b", "c", "d"}), at_second(900));
  ASSERT_EQ(made.look_backs.size(), 1U);
  EXPECT_TRUE(made.look_backs[0].is_covered());
  EXPECT_TRUE(made.look_backs[0].noted);
  EXPECT_EQ(made.look_backs[0].since, at_second(100));
  EXPECT_TRUE(made.changed);
  EXPECT_EQ(made.known, recorded_since(*rules, 100));
}

TEST(covered_past, stays_where_a_gap_is_left) {
  const auto rules = look_back_rule();
  const auto made = cover_past(recorded_since(*rules, 500), *rules, covering(100, 440, {"b", "c"}),
                               at_second(900));
  EXPECT_FALSE(made.changed);
  EXPECT_FALSE(made.look_backs[0].is_covered());
  EXPECT_EQ(made.look_backs[0].gap, std::chrono::seconds(60));
  EXPECT_EQ(made.look_backs[0].since, at_second(500));
}

TEST(covered_past, of_what_is_not_recorded_yet_must_reach_to_what_was_taken) {
  const auto rules = look_back_rule();
  const auto short_by_one = cover_past({}, *rules, covering(100, 899, {"b", "c"}), at_second(900));
  EXPECT_FALSE(short_by_one.changed);
  EXPECT_FALSE(short_by_one.look_backs[0].noted);
  EXPECT_EQ(short_by_one.look_backs[0].gap, std::chrono::seconds(1));
  const auto whole = cover_past({}, *rules, covering(100, 900, {"b", "c"}), at_second(900));
  EXPECT_EQ(whole.known, recorded_since(*rules, 100));
}

TEST(covered_past, needs_every_type_that_is_watched) {
  const auto rules = look_back_rule();
  auto covered = covering(100, 500, {"a", "b"});
  const auto made = cover_past(recorded_since(*rules, 500), *rules, covered, at_second(900));
  EXPECT_FALSE(made.changed);
  EXPECT_THAT(made.look_backs[0].missing_types, ElementsAre("c"));
  covered.all_types = true;
  EXPECT_TRUE(cover_past(recorded_since(*rules, 500), *rules, covered, at_second(900)).changed);
}

TEST(covered_past, of_any_event_needs_those_that_are_any) {
  const auto rules = set_of({"RULE r WHEN a BUT NOT ANY EVENT IN THE LAST 1 day FIRE EVERY TIME"});
  const auto made = cover_past({}, *rules, covering(1, 2, {"a", "b", "c", "d"}), at_second(2));
  EXPECT_THAT(made.look_backs[0].missing_types, Contains(Eq("e")));
  EXPECT_THAT(made.look_backs[0].missing_types, Not(Contains(Eq("bg"))));
}

TEST(covered_past, never_becomes_shorter) {
  const auto rules = look_back_rule();
  const auto made = cover_past(recorded_since(*rules, 50), *rules, covering(100, 500, {"b", "c"}),
                               at_second(900));
  EXPECT_FALSE(made.changed);
  EXPECT_TRUE(made.look_backs[0].is_covered());
  EXPECT_EQ(made.look_backs[0].since, at_second(50));
}

TEST(covered_past, without_an_event_covers_nothing) {
  const auto rules = look_back_rule();
  const auto made = cover_past(recorded_since(*rules, 50), *rules, {}, at_second(900));
  EXPECT_FALSE(made.changed);
  EXPECT_EQ(made.look_backs[0].gap, duration::max());
}

}  // namespace
}  // namespace beckon::cep::testing

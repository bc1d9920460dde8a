// Since when a look-back's past is recorded.
#include "engine/cep/recorded_past.hpp"

#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

const char* const long_memory = "RULE r WHEN a BUT NOT b IN THE LAST 1 day FIRE EVERY TIME";

TEST(recorded_past, begins_when_a_look_back_is_new_and_stays) {
  const auto rules = set_of({long_memory});
  const auto first = note_past({}, *rules, at_second(1000));
  ASSERT_EQ(first.known.size(), 1U);
  EXPECT_TRUE(first.changed);
  EXPECT_EQ(first.known.begin()->second, at_second(1000));
  ASSERT_EQ(first.too_short.size(), 1U);
  EXPECT_EQ(first.too_short[0].rule, "r");
  EXPECT_EQ(first.too_short[0].since, at_second(1000));

  const auto a_day_later = note_past(first.known, *rules, at_second(1000 + 86400));
  EXPECT_FALSE(a_day_later.changed);
  EXPECT_TRUE(a_day_later.too_short.empty());
}

TEST(recorded_past, survives_a_change_of_other_steps) {
  const auto before = note_past({}, *set_of({long_memory}), at_second(1000));
  const auto after = note_past(
      before.known,
      *set_of({"RULE r WHEN a WHERE v > 1 BUT NOT b IN THE LAST 1 day THEN c WITHIN 1 h FIRE ONCE"}),
      at_second(5000));
  EXPECT_EQ(after.known, before.known);
}

TEST(recorded_past, is_forgotten_with_the_look_back) {
  const auto before = note_past({}, *set_of({long_memory}), at_second(1000));
  const auto gone = note_past(before.known, *set_of({"RULE r WHEN a FIRE ONCE"}), at_second(2000));
  EXPECT_TRUE(gone.known.empty());
  EXPECT_TRUE(gone.changed);
  const auto back = note_past(gone.known, *set_of({long_memory}), at_second(3000));
  EXPECT_EQ(back.known.begin()->second, at_second(3000));
}

TEST(recorded_past, of_a_rule_is_not_that_of_another_with_the_same_look_back) {
  const auto before = note_past({}, *set_of({long_memory}), at_second(1000));
  const auto after = note_past(
      before.known,
      *set_of({long_memory, "RULE s WHEN c BUT NOT b IN THE LAST 1 day FIRE EVERY TIME"}),
      at_second(5000));
  ASSERT_EQ(after.too_short.size(), 2U);
  EXPECT_EQ(after.too_short[0].since, at_second(1000));
  EXPECT_EQ(after.too_short[1].rule, "s");
  EXPECT_EQ(after.too_short[1].since, at_second(5000));
}

TEST(recorded_past, reaches_the_firings_of_a_set_that_knows_it) {
  const auto rules = set_of({long_memory});
  const auto known = note_past({}, *rules, at_second(1000)).known;
  one_subject u(rules->with_past(known)->without("another"));
  u.feed(made_event("a", 2000));
  u.feed(made_event("a", 1000 + 86400));
  ASSERT_EQ(u.matches.size(), 2U);
  EXPECT_TRUE(u.matches[0].history_short);
  EXPECT_FALSE(u.matches[1].history_short);
}

}  // namespace
}  // namespace beckon::cep::testing

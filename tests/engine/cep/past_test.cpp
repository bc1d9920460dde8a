// What look-backs take over from recorded events, and what they leave alone.
#include "engine/cep/past.hpp"

#include <gtest/gtest.h>

#include "engine/cep/state.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

const char* const unordered = "RULE r WHEN a BUT NOT b IN THE LAST 100 s FIRE EVERY TIME";
const char* const unordered_by_key =
    "RULE r SAME k WHEN a BUT NOT b IN THE LAST 100 s FIRE EVERY TIME";

/// A subject's state after these events, as a replay leaves it.
subject_state after(const std::shared_ptr<const rule_set>& rules,
                    std::initializer_list<event> all) {
  one_subject u(rules);
  for (const event& e : all) u.feed(e);
  return std::move(u.state);
}

TEST(taken_past, stops_what_it_would_have_stopped) {
  const auto rules = set_of({unordered});
  one_subject u(rules);
  const taken_past taken = take_past(u.state, after(rules, {made_event("b", 10)}), *rules, {});
  EXPECT_EQ(taken.times, 1U);
  EXPECT_EQ(u.state.next_deadline(), at_second(110));
  u.feed(made_event("a", 109));
  EXPECT_EQ(u.fired(), "");
  u.feed(made_event("a", 110));
  EXPECT_EQ(u.fired(), "r@110");
}

TEST(taken_past, is_of_each_key_and_of_all_keys) {
  const auto rules =
      set_of({"RULE r SAME k WHEN a BUT NOT b OR e IN THE LAST 100 s FIRE EVERY TIME"});
  one_subject u(rules);
  take_past(u.state, after(rules, {made_event("b", 10, {{"k", "m"}})}), *rules, {});
  u.feed(made_event("a", 20, {{"k", "m"}}));
  u.feed(made_event("a", 20, {{"k", "n"}}));
  EXPECT_EQ(u.fired(), "r@20");
  take_past(u.state, after(rules, {made_event("e", 15)}), *rules, {});  // e has no k
  u.feed(made_event("a", 21, {{"k", "n"}}));
  EXPECT_EQ(u.fired(), "");
}

TEST(taken_past, is_the_later_of_both_times) {
  const auto rules = set_of({unordered});
  one_subject u(rules);
  u.feed(made_event("b", 50));
  EXPECT_EQ(take_past(u.state, after(rules, {made_event("b", 10)}), *rules, {}).times, 0U);
  EXPECT_EQ(u.state.next_deadline(), at_second(150));
  EXPECT_EQ(take_past(u.state, after(rules, {made_event("b", 60)}), *rules, {}).times, 1U);
  EXPECT_EQ(u.state.next_deadline(), at_second(160));
}

TEST(taken_past, taken_twice_changes_nothing_more) {
  const auto rules = set_of({unordered_by_key});
  const auto recorded = [&] {
    return after(rules, {made_event("b", 10, {{"k", "m"}}), made_event("b", 12, {{"k", "n"}})});
  };
  one_subject u(rules);
  EXPECT_EQ(take_past(u.state, recorded(), *rules, {}).times, 2U);
  const std::string once = u.state.encode();
  EXPECT_EQ(take_past(u.state, recorded(), *rules, {}).times, 0U);
  EXPECT_EQ(u.state.encode(), once);
}

TEST(taken_past, leaves_runs_windows_and_limits_alone) {
  const auto rules =
      set_of({"RULE r WHEN a AT LEAST 2 TIMES WITHIN 200 s THEN c WITHIN 500 s "
              "BUT NOT b IN THE LAST 100 s FIRE ONCE PER 10 s"});
  ASSERT_NE(rules, nullptr);
  one_subject u(rules);
  for (const int second : {1, 2, 3}) u.feed(made_event("a", second));
  one_subject same(rules);
  for (const int second : {1, 2, 3}) same.feed(made_event("a", second));
  const auto recorded = after(rules, {made_event("a", 1), made_event("a", 2), made_event("b", 2)});
  take_past(u.state, subject_state::decode(recorded.encode(), *rules).operator*(), *rules, {});
  const rule_state& with = u.state.inside().rules.at(0);
  const rule_state& without = same.state.inside().rules.at(0);
  EXPECT_EQ(with.clock, without.clock);
  EXPECT_EQ(with.order, without.order);
  ASSERT_EQ(with.keys.size(), 1U);
  EXPECT_EQ(with.keys[0].runs.size(), without.keys[0].runs.size());
  EXPECT_EQ(with.keys[0].entries->times.size(), without.keys[0].entries->times.size());
  u.feed(made_event("c", 50));
  same.feed(made_event("c", 50));
  EXPECT_EQ(u.fired(), "");
  EXPECT_EQ(same.fired(), "r@50");
}

TEST(taken_past, moves_a_clock_only_as_far_as_what_is_noted) {
  const auto rules = set_of({unordered});
  one_subject u(rules);
  u.feed(made_event("b", 50));
  const auto clock = [&] { return u.state.inside().rules.at(0).clock; };
  EXPECT_EQ(take_past(u.state, after(rules, {made_event("b", 40)}), *rules, {}).clocks, 0U);
  EXPECT_EQ(clock(), at_second(50));
  EXPECT_EQ(take_past(u.state, after(rules, {made_event("b", 70)}), *rules, {}).clocks, 1U);
  EXPECT_EQ(clock(), at_second(70));
  u.store_and_load();
  EXPECT_EQ(u.state.next_deadline(), at_second(170));
}

TEST(taken_past, is_none_where_it_is_over) {
  const auto rules = set_of({unordered});
  one_subject u(rules);
  const auto taken =
      take_past(u.state, after(rules, {made_event("b", 10)}), *rules, at_second(110));
  EXPECT_EQ(taken.times, 0U);
  EXPECT_TRUE(u.state.empty());
}

TEST(taken_past, has_room_for_as_many_keys_as_live_ones) {
  const auto rules = set_of({unordered_by_key});
  one_subject u(rules);
  for (int i = 0; i < 255; ++i) u.feed(made_event("b", 1, {{"k", "live" + std::to_string(i)}}));
  const auto recorded = [&] {
    return after(rules, {made_event("b", 2, {{"k", "x"}}), made_event("b", 3, {{"k", "y"}}),
                         made_event("b", 4, {{"k", "live7"}})});
  };
  const auto taken = take_past(u.state, recorded(), *rules, {});
  EXPECT_EQ(taken.times, 2U);
  EXPECT_EQ(taken.keys_dropped, 1U);
  EXPECT_EQ(u.state.inside().rules.at(0).keys.size(), most_keys);
  const std::string once = u.state.encode();
  take_past(u.state, recorded(), *rules, {});
  EXPECT_EQ(u.state.encode(), once);
  u.feed(made_event("a", 5, {{"k", "y"}}));  // used later than x
  EXPECT_EQ(u.fired(), "");
}

TEST(taken_past, comes_from_fewer_rules) {
  const auto all = set_of({"RULE q WHEN a THEN c WITHIN 9 s FIRE EVERY TIME", unordered,
                           "RULE z WHEN b FIRE EVERY TIME"});
  const auto looking = rules_that_look_back(*all);
  ASSERT_NE(looking, nullptr);
  ASSERT_EQ(looking->rules().size(), 1U);
  one_subject u(all);
  u.feed(made_event("a", 5));
  EXPECT_EQ(u.fired(), "r@5");
  take_past(u.state, after(looking, {made_event("b", 3)}), *all, {});
  u.feed(made_event("c", 6));
  u.feed(made_event("a", 7));
  EXPECT_EQ(u.fired(), "q@6");
}

TEST(rules_that_look_back, are_none_without_a_look_back) {
  EXPECT_EQ(rules_that_look_back(*set_of({"RULE r WHEN a FIRE ONCE"})), nullptr);
}

}  // namespace
}  // namespace beckon::cep::testing

// What stays of stored state under other rules: new versions, rules that are away and come back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/cep/state.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> returned(const match& m) {
  std::vector<std::string> all;
  for (const field& f : m.returns) {
    all.push_back(f.name + "=");
    append_canonical(all.back(), f.content);
  }
  return all;
}

/// The same for what a run returned that never was stored: "name=" and the value's canonical bytes.
std::string item(const std::string& name, const value& v) {
  std::string out = name + "=";
  append_canonical(out, v);
  return out;
}

TEST(a_new_version, keeps_runs_of_steps_that_mean_the_same) {
  one_subject u(
      set_of({"RULE r WHEN a AS o THEN b WITHIN 60 s BUT NOT c FOR 10 s FIRE EVERY TIME RETURN o.v "
              "AS v"}));
  u.feed(made_event("a", 1, {{"v", 5}}));
  // The wait is longer and another value is returned: the run still stands before THEN b.
  u.store_and_load(set_of({"RULE other WHEN d FIRE ONCE",
                           "RULE r WHEN a AS o THEN b WITHIN 60 s BUT NOT c FOR 20 s IF o.x IS "
                           "NULL FIRE EVERY TIME RETURN o.v AS v"}));
  u.feed(made_event("b", 2));
  u.settle(100);
  ASSERT_EQ(u.matches.size(), 1U);
  EXPECT_EQ(u.matches[0].time, at_second(22));
  EXPECT_EQ(u.matches[0].returns[0].content, value(5));
}

TEST(a_new_version, drops_runs_of_steps_that_are_gone) {
  one_subject u(set_of({"RULE r WHEN a THEN b WITHIN 60 s FIRE EVERY TIME"}));
  u.feed(made_event("a", 1));
  u.store_and_load(set_of({"RULE r WHEN a THEN c WITHIN 60 s FIRE EVERY TIME"}));
  EXPECT_TRUE(u.state.empty());
}

TEST(a_new_version, drops_rules_that_are_gone_and_keeps_the_others) {
  const char* const kept = "RULE kept WHEN a THEN b WITHIN 60 s FIRE EVERY TIME";
  one_subject u(set_of({kept, "RULE gone WHEN a THEN c WITHIN 60 s FIRE ONCE"}));
  u.feed(made_event("a", 1));
  u.store_and_load(set_of({kept, "RULE aaa WHEN d FIRE ONCE"}));
  u.feed(made_event("b", 2));
  u.feed(made_event("c", 3));
  EXPECT_EQ(u.fired(), "kept@2");
}

TEST(a_new_plan, is_taken_up_by_a_resident_state_when_it_is_touched) {
  const char* const kept = "RULE kept WHEN a THEN b WITHIN 60 s FIRE EVERY TIME";
  one_subject u(set_of({kept}));
  u.feed(made_event("a", 1));
  u.rules = set_of({"RULE aaa WHEN b FIRE EVERY TIME", kept});
  EXPECT_NE(u.state.interest(*u.rules) & u.rules->interest_of(*small_catalogue()->type("b")), 0U);
  u.feed(made_event("b", 2));
  EXPECT_EQ(u.fired(), "aaa@2 kept@2");
}

// The steps are the same; captured values take other slots in each version, first use first.
TEST(a_new_version, with_another_return_reads_the_values_of_an_open_run_by_their_names) {
  const std::string steps = "RULE r WHEN a AS o THEN b AS p WITHIN 60 s BUT NOT c FOR 10 s ";
  one_subject u(set_of({steps + "FIRE EVERY TIME RETURN o.v AS v, o.x AS x, p.s AS s"}));
  u.feed(made_event("a", 1, {{"v", 5}, {"x", 6}, {"k", "kept by neither"}, {"s", "not p's"}}));
  u.feed(made_event("b", 2, {{"s", "mine"}, {"v", 7}}));
  u.store_and_load(set_of({steps + "IF p.s = 'mine' FIRE EVERY TIME "
                                   "RETURN p.s AS s, o.k AS k, o.x AS x, p.v AS w, o.v AS v"}));
  u.settle(100);
  ASSERT_EQ(u.matches.size(), 1U);
  EXPECT_THAT(returned(u.matches[0]), ElementsAre(item("s", "mine"), item("k", value()),
                                                  item("x", 6), item("w", value()), item("v", 5)))
      << "what the old version did not keep is NULL";
}

TEST(a_new_version, and_the_old_one_again_lose_only_what_the_new_one_does_not_name) {
  const std::string steps = "RULE r WHEN a AS o BUT NOT c FOR 10 s FIRE EVERY TIME RETURN ";
  one_subject u(set_of({steps + "o.v AS v, o.x AS x"}));
  u.feed(made_event("a", 1, {{"v", 5}, {"x", 6}}));
  u.store_and_load(set_of({steps + "o.x AS x"}));
  u.store_and_load(set_of({steps + "o.v AS v, o.x AS x"}));
  u.settle(100);
  ASSERT_EQ(u.matches.size(), 1U);
  EXPECT_THAT(returned(u.matches[0]), ElementsAre(item("v", value()), item("x", 6)));
}

// ---- a rule that is away and comes back

const char* const limited = "RULE limited WHEN a FIRE ONCE PER 1 h";
const char* const other = "RULE other WHEN d FIRE EVERY TIME";

TEST(a_rule_that_is_away, limits_firings_as_before_when_it_comes_back) {
  one_subject u(set_of({limited, other}));
  u.feed(made_event("a", 100));
  EXPECT_EQ(u.fired(), "limited@100");
  u.store_and_load(set_of({other}));
  u.feed(made_event("a", 200));
  u.feed(made_event("d", 300));
  EXPECT_EQ(u.fired(), "other@300");
  u.store_and_load(set_of({other}));
  u.store_and_load(set_of({limited, other}));
  u.feed(made_event("a", 400));
  u.feed(made_event("a", 3700), 3700);
  EXPECT_EQ(u.fired(), "limited@400!fire_limit limited@3700");
}

TEST(a_rule_that_is_away, leaves_nothing_once_its_limit_is_over) {
  one_subject u(set_of({limited}));
  u.feed(made_event("a", 100));
  u.store_and_load(set_of({other}));
  EXPECT_EQ(u.state.next_deadline(), at_second(3700));
  EXPECT_EQ(u.state.interest(*u.rules), 0U);
  u.settle(3699);
  EXPECT_FALSE(u.state.empty());
  u.settle(3700);
  EXPECT_TRUE(u.state.empty());
  EXPECT_EQ(u.state.encode(), "");
}

TEST(a_rule_that_is_away, is_remembered_for_ever_where_it_fires_once) {
  const char* const once = "RULE once WHEN a FIRE ONCE";
  one_subject u(set_of({once}));
  u.feed(made_event("a", 100));
  u.store_and_load(set_of({other}));
  EXPECT_EQ(u.state.next_deadline(), never);
  u.settle(1'000'000'000);
  u.store_and_load(set_of({once}));
  u.feed(made_event("a", 1'000'000'001));
  EXPECT_EQ(u.fired(), "once@100 once@1000000001!fire_limit");
}

TEST(a_rule_that_is_away, remembers_every_value_until_the_last_one_is_over) {
  const char* const per_value = "RULE each WHEN a FIRE ONCE PER k WITHIN 1 h";
  one_subject u(set_of({per_value, other}));
  u.feed(made_event("a", 100, {{"k", "x"}}));
  u.feed(made_event("a", 2000, {{"k", "y"}}));
  u.rules = set_of({other});
  u.settle(5000);
  EXPECT_EQ(u.state.next_deadline(), at_second(5600));
  u.rules = set_of({per_value, other});
  u.feed(made_event("a", 5100, {{"k", "x"}}));
  u.feed(made_event("a", 5200, {{"k", "y"}}));
  EXPECT_EQ(u.fired(), "each@100 each@2000 each@5100 each@5200!fire_limit");
}

// The limit's end may lie before the rule's own clock: an event of the rule can be ahead of the
// clock that ends limits.
TEST(a_rule_that_is_away, whose_limit_ends_before_its_clock_is_forgotten_at_once) {
  one_subject u(set_of({"RULE limited WHEN a AS o THEN b WITHIN 2 h FIRE ONCE PER 1 h"}));
  u.feed(made_event("a", 50));
  u.feed(made_event("b", 100));
  u.feed(made_event("a", 9000));
  u.store_and_load(set_of({other}));
  EXPECT_EQ(u.state.next_deadline(), at_second(3700));
  u.settle(3700);
  EXPECT_TRUE(u.state.empty());
}

}  // namespace
}  // namespace beckon::cep::testing

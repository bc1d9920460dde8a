// Which events go to a session: what is left out must change nothing.
#include "engine/epoch/selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/cep/prepared_rule.hpp"
#include "engine/epoch/subject_session.hpp"
#include "engine/language/compile.hpp"
#include "tests/engine/cep/random_worlds.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::epoch {
namespace {

using cep::testing::at_second;
using cep::testing::made_event;
using cep::testing::set_of;
using cep::testing::small_catalogue;

event_type_id type(std::string_view name) { return *small_catalogue()->type(name); }

event profile_row(timestamp at, int level = 0) {
  event e;
  e.type = type_profile_row;
  e.time = e.arrival = at;
  e.extra = {{"muted", true}, {"level", level}};
  return e;
}

bool goes(const cep::rule_set& rules, const event& e, cep::interest_bits interest) {
  directory::entry known;
  known.interest = interest;
  return concerns(rules, e, &known, false, false);
}

TEST(named, is_what_a_rule_names_and_a_profile) {
  const auto rules = set_of({"RULE r WHEN a THEN b WITHIN 1 h UNLESS c FIRE ONCE"});
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(named(*rules, type(name))) << name;
  EXPECT_FALSE(named(*rules, type("d")));
  EXPECT_TRUE(named(*rules, type_profile_row));
}

TEST(concerns, of_an_unknown_subject_is_only_what_can_begin_something) {
  const auto rules = set_of({"RULE r WHEN a WHERE s = 'x' THEN b WITHIN 1 h FIRE ONCE"});
  EXPECT_TRUE(concerns(*rules, made_event("a", 1, {{"s", "x"}}), nullptr, false, false));
  EXPECT_FALSE(concerns(*rules, made_event("a", 1, {{"s", "y"}}), nullptr, false, false));
  EXPECT_FALSE(concerns(*rules, made_event("b", 1), nullptr, false, false));
  EXPECT_TRUE(concerns(*rules, profile_row(at_second(1)), nullptr, false, false));
}

TEST(concerns, of_a_known_subject_is_what_its_interest_asks_for_too) {
  const auto rules = set_of({"RULE r WHEN a THEN b WITHIN 1 h FIRE ONCE"});
  EXPECT_FALSE(goes(*rules, made_event("b", 2), 0));
  EXPECT_TRUE(goes(*rules, made_event("b", 2), cep::type_bit("b")));
  EXPECT_FALSE(goes(*rules, made_event("b", 2), cep::type_bit("c")));
  EXPECT_TRUE(goes(*rules, made_event("b", 2), cep::any_bit)) << "a row is open";
  EXPECT_FALSE(goes(*rules, made_event("bg", 2), cep::any_bit)) << "background breaks no row";
}

TEST(concerns, is_everything_after_the_first_that_went_and_where_events_are_held_back) {
  const auto rules = set_of({"RULE r WHEN a THEN b WITHIN 1 h FIRE ONCE"});
  EXPECT_TRUE(concerns(*rules, made_event("b", 1), nullptr, true, false));
  EXPECT_TRUE(concerns(*rules, made_event("b", 1), nullptr, false, true));
}

TEST(late, is_what_arrives_after_more_than_the_limit) {
  event e = made_event("a", 100);
  e.arrival = at_second(160);
  EXPECT_FALSE(late(e, duration{60'000}));
  EXPECT_TRUE(late(e, duration{59'999}));
  e.arrival = at_second(40);
  EXPECT_FALSE(late(e, duration{0})) << "ahead of its arrival";
}

// ---- against a session that is given every event

/// One subject in epochs: a session that gets everything, and one that gets what is selected, with an
/// interest as old as the last epoch's end.
class two_sessions {
 public:
  two_sessions(std::shared_ptr<const cep::rule_set> rules, duration out_of_order)
      : rules_(std::move(rules)), how_{*rules_, "UTC", {}, out_of_order} {}

  void give(const event& e, timestamp clock_before) {
    all_.take(how_, {e, {"user_id"}, clock_before}, 0, from_all_);
    clock_ = std::max(clock_, clock_before);
    ++given_;
    if (!named(*rules_, e.type)) return;
    if (!concerns(*rules_, e, known_ ? &entry_ : nullptr, goes_, how_.out_of_order > duration{}))
      return;
    goes_ = true;
    ++selected_count_;
    selected_.take(how_, {e, {"user_id"}, clock_before}, 0, from_selected_);
  }

  void end_epoch(timestamp clock) {
    clock_ = std::max(clock_, clock);
    all_.advance(how_, clock_, 0, from_all_);
    const bool due = selected_.wake_at(how_.grace) <= saturating_add(clock_, -how_.out_of_order);
    if (goes_ || due) selected_.advance(how_, clock_, 0, from_selected_);
    goes_ = false;
    known_ = !selected_.state_empty();
    entry_.interest = selected_.state().interest(*rules_);
  }

  static std::string show(const std::vector<session_match>& matches) {
    std::string text;
    for (const auto& m : matches) {
      text += m.what.rule->name + "@" + std::to_string(to_ms(m.what.time)) + " " + m.what.key + " " +
              std::to_string(static_cast<int>(m.what.why));
      for (const field& f : m.what.returns) text += " " + f.name + "=" + to_display(f.content);
      text += "\n";
    }
    return text;
  }
  std::string of_all() const { return show(from_all_); }
  std::string of_selected() const { return show(from_selected_); }
  bool states_agree() const { return all_.state().encode() == selected_.state().encode(); }
  std::size_t given() const { return given_; }
  std::size_t selected() const { return selected_count_; }
  std::size_t matches() const { return from_all_.size(); }

 private:
  std::shared_ptr<const cep::rule_set> rules_;
  session_rules how_;
  subject_session all_{subject{"user", "u1"}};
  subject_session selected_{subject{"user", "u1"}};
  std::vector<session_match> from_all_, from_selected_;
  directory::entry entry_;
  timestamp clock_ = beginning;
  bool known_ = false;
  bool goes_ = false;
  std::size_t given_ = 0, selected_count_ = 0;
};

std::shared_ptr<const cep::rule_set> random_rules(cep::testing::dice& d, std::string& text) {
  std::vector<std::shared_ptr<const language::checked_rule>> rules;
  const int count = 1 + d.below(3);
  for (int i = 0; i < count; ++i) {
    const std::string one = cep::testing::random_rule(d, "r" + std::to_string(i), false);
    auto made = language::compile(one, "random.rule", {small_catalogue(), nullptr, "UTC"}).rule;
    if (made == nullptr) continue;
    text += one;
    rules.push_back(std::move(made));
  }
  return cep::rule_set::build(small_catalogue(), std::move(rules));
}

struct tally {
  std::size_t given = 0, selected = 0, matches = 0;
};

void run_world(std::uint64_t seed, duration out_of_order, tally& t) {
  cep::testing::dice d(seed);
  std::string text = "seed " + std::to_string(seed) + "\n";
  const auto rules = random_rules(d, text);
  const auto inputs = cep::testing::random_inputs(d, {"a", "b", "c", "d", "e", "bg", "r"}, false);
  text += cep::testing::describe(inputs);
  two_sessions both(rules, out_of_order);
  for (const auto& in : inputs) {
    if (in.only_profile) both.give(profile_row(in.clock_before, in.level), in.clock_before);
    if (!in.only_clock) both.give(in.content, in.clock_before);
    if (!d.chance(40)) continue;
    both.end_epoch(in.clock_before);
    ASSERT_TRUE(both.states_agree()) << text << "after " << in.content.id;
  }
  both.end_epoch(inputs.back().clock_before + std::chrono::minutes(1));
  ASSERT_EQ(both.of_selected(), both.of_all()) << text;
  t.given += both.given();
  t.selected += both.selected();
  t.matches += both.matches();
}

TEST(selection, of_random_worlds_changes_neither_firings_nor_state) {
  tally t;
  for (std::uint64_t seed = 1; seed <= 4000 && !HasFatalFailure(); ++seed)
    run_world(seed, duration{}, t);
  EXPECT_GT(t.matches, 2'000U);
  EXPECT_LT(t.selected, t.given * 9 / 10) << "something is left out";
}

TEST(selection, changes_nothing_where_events_are_put_in_order) {
  tally t;
  for (std::uint64_t seed = 1; seed <= 1500 && !HasFatalFailure(); ++seed)
    run_world(seed, duration{3'000}, t);
  EXPECT_GT(t.matches, 500U);
  EXPECT_LT(t.selected, t.given) << "types that no rule names are left out";
}

}  // namespace
}  // namespace beckon::epoch

#include "engine/epoch/subject_session.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include "engine/cep/derived_event.hpp"
#include "tests/engine/cep/market.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::epoch {
namespace {

using cep::testing::at_second;
using cep::testing::made_event;
using cep::testing::set_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const subject somebody{"user", "u1"};

session_event given(event e, timestamp clock_before) {
  return {std::move(e), {"user_id"}, clock_before};
}

event profile_row(double seconds, field_list fields) {
  event e;
  e.type = type_profile_row;
  e.time = e.arrival = from_ms(static_cast<std::int64_t>(seconds * 1000));
  e.extra = std::move(fields);
  return e;
}

/// "rule@ms" of every match.
std::vector<std::string> told(const std::vector<session_match>& matches) {
  std::vector<std::string> all;
  for (const auto& m : matches)
    all.push_back(m.what.rule->name + "@" + std::to_string(to_ms(m.what.time)));
  return all;
}

// ---- in order of arrival

TEST(subject_session, judges_at_once_without_a_reorder_buffer) {
  const auto rules = set_of({"RULE r WHEN a THEN b WITHIN 10 s FIRE EVERY TIME"});
  const session_rules how{*rules};
  subject_session s(somebody);
  std::vector<session_match> out;
  s.take(how, given(made_event("a", 1), at_second(1)), 0, out);
  EXPECT_THAT(out, IsEmpty());
  s.take(how, given(made_event("b", 2), at_second(2)), 1, out);
  ASSERT_THAT(told(out), ElementsAre("r@2000"));
  EXPECT_EQ(out[0].input, 1u);
  EXPECT_EQ(out[0].arrival, at_second(2));
  EXPECT_TRUE(s.state_empty());
}

TEST(subject_session, handles_the_deadlines_before_an_input_and_at_the_end) {
  const auto rules = set_of({"RULE r WHEN a BUT NOT b FOR 5 s FIRE EVERY TIME"});
  const session_rules how{*rules};
  subject_session s(somebody);
  std::vector<session_match> out;
  s.take(how, given(made_event("a", 1), at_second(1)), 0, out);
  s.take(how, given(made_event("a", 7), at_second(6)), 1, out);
  ASSERT_THAT(told(out), ElementsAre("r@6000"));
  EXPECT_EQ(out[0].arrival, beginning) << "nobody's event completed it";
  EXPECT_EQ(s.wake_at(duration{}), at_second(12));
  s.advance(how, at_second(12), 2, out);
  ASSERT_THAT(told(out), ElementsAre("r@6000", "r@12000"));
  EXPECT_EQ(out[1].input, 2u);
}

TEST(subject_session, waits_the_grace_before_it_believes_an_absence) {
  const auto rules = set_of({"RULE r WHEN a BUT NOT b FOR 5 s FIRE EVERY TIME"});
  const session_rules how{*rules, "UTC", duration{2'000}};
  subject_session s(somebody);
  std::vector<session_match> out;
  s.take(how, given(made_event("a", 1), at_second(1)), 0, out);
  EXPECT_EQ(s.wake_at(how.grace), at_second(8));
  s.advance(how, from_ms(7'999), 1, out);
  EXPECT_THAT(out, IsEmpty());
  s.advance(how, at_second(8), 1, out);
  EXPECT_THAT(told(out), ElementsAre("r@6000")) << "in its own time";
}

TEST(subject_session, keeps_the_profile_and_judges_with_it_as_of_the_input) {
  const auto rules = set_of({"RULE r WHEN a IF user.muted IS NOT TRUE FIRE EVERY TIME"});
  const session_rules how{*rules};
  subject_session s(somebody);
  std::vector<session_match> out;
  EXPECT_FALSE(s.take_profile_changed());
  s.take(how, given(made_event("a", 1), at_second(1)), 0, out);
  s.take(how, given(profile_row(2, {{"muted", true}}), at_second(2)), 1, out);
  s.take(how, given(made_event("a", 3), at_second(3)), 2, out);
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].what.why, cep::withheld::no);
  EXPECT_EQ(out[1].what.why, cep::withheld::condition);
  EXPECT_TRUE(s.take_profile_changed());
  EXPECT_FALSE(s.take_profile_changed()) << "said once";
}

// ---- put in order first

TEST(reorder, holds_an_event_back_until_the_clock_has_passed_it) {
  const auto rules = set_of({"RULE r WHEN a THEN b WITHIN 10 s FIRE EVERY TIME"});
  const session_rules how{*rules, "UTC", {}, duration{5'000}};
  subject_session s(somebody);
  std::vector<session_match> out;
  s.take(how, given(made_event("b", 12), at_second(12)), 0, out);
  s.take(how, given(made_event("a", 11), at_second(13)), 1, out);
  EXPECT_FALSE(s.state_empty()) << "what is held has to be remembered";
  EXPECT_EQ(s.wake_at(how.grace), at_second(11))
      << "to be compared with the clock less out_of_order";
  s.advance(how, from_ms(16'999), 2, out);
  EXPECT_THAT(out, IsEmpty());
  s.advance(how, at_second(17), 2, out);
  ASSERT_THAT(told(out), ElementsAre("r@12000"));
  EXPECT_EQ(out[0].arrival, at_second(12));
}

TEST(reorder, judges_what_comes_too_late_for_it_at_once) {
  const auto rules = set_of({"RULE r WHEN a FIRE EVERY TIME"});
  const session_rules how{*rules, "UTC", {}, duration{5'000}};
  subject_session s(somebody);
  std::vector<session_match> out;
  s.take(how, given(made_event("a", 10), at_second(15)), 0, out);
  EXPECT_THAT(told(out), ElementsAre("r@10000"));
  EXPECT_THAT(s.held(), IsEmpty());
}

TEST(reorder, leaves_events_of_equal_time_as_they_came) {
  const auto rules = set_of({"RULE r WHEN a THEN b WITHIN 10 s FIRE EVERY TIME"});
  const session_rules how{*rules, "UTC", {}, duration{5'000}};
  subject_session ab(somebody);
  subject_session ba(somebody);
  std::vector<session_match> out;
  ab.take(how, given(made_event("a", 10), at_second(10)), 0, out);
  ab.take(how, given(made_event("b", 10), at_second(10)), 1, out);
  ab.advance(how, at_second(15), 2, out);
  EXPECT_EQ(out.size(), 1u);
  ba.take(how, given(made_event("b", 10), at_second(10)), 0, out);
  ba.take(how, given(made_event("a", 10), at_second(10)), 1, out);
  ba.advance(how, at_second(15), 2, out);
  EXPECT_EQ(out.size(), 1u) << "b came before a";
}

/// Events at most `late` out of order, in order of arrival, each with the clock before it.
std::vector<session_event> disordered(std::mt19937& random, duration late) {
  std::vector<session_event> all;
  timestamp clock = at_second(100);
  for (int i = 0; i < 60; ++i) {
    clock += duration{random() % 4 == 0 ? random() % 9'000 : random() % 900};
    const char* type = std::array{"a", "b", "c"}[random() % 3];
    auto e = made_event(
        type, 0, {{"k", random() % 2 ? "x" : "y"}, {"v", static_cast<std::int64_t>(random() % 3)}});
    e.arrival = clock;
    e.time = clock - duration{random() % static_cast<std::uint64_t>(late.count())};
    all.push_back(given(std::move(e), clock));
  }
  return all;
}

TEST(reorder, of_random_disorder_fires_what_sorted_events_fire) {
  const auto rules = set_of(
      {"RULE absent SAME k WHEN a BUT NOT b FOR 4 s FIRE EVERY TIME",
       "RULE counted WHEN a AT LEAST 3 TIMES WITHIN 6 s FIRE EVERY TIME",
       "RULE in_row WHEN b AT LEAST 2 TIMES IN A ROW WITHIN 9 s FIRE ONCE PER 5 s",
       "RULE followed SAME k WHEN a THEN c WITHIN 5 s UNLESS b WHERE v = 1 FIRE EVERY TIME"});
  constexpr duration late{3'000};
  std::mt19937 random(17);
  std::size_t fired = 0;
  for (int round = 0; round < 300; ++round) {
    const duration grace{round % 2 == 0 ? 0 : 1'000};
    auto inputs = disordered(random, late);
    std::vector<session_match> out;
    subject_session s(somebody);
    const session_rules how{*rules, "UTC", grace, late};
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      s.take(how, inputs[i], i, out);
      if (random() % 3 == 0) s.advance(how, inputs[i].clock_before, i, out);
    }
    const auto end = inputs.back().clock_before + std::chrono::minutes(1);
    s.advance(how, end, inputs.size(), out);
    ASSERT_THAT(s.held(), IsEmpty());

    std::stable_sort(inputs.begin(), inputs.end(),
                     [](const auto& a, const auto& b) { return a.what.time < b.what.time; });
    std::vector<session_match> expected;
    subject_session sorted(somebody);
    const session_rules at_once{*rules, "UTC", grace};
    for (auto& e : inputs) {
      e.clock_before = e.what.time;
      sorted.take(at_once, e, 0, expected);
    }
    sorted.advance(at_once, end, 0, expected);
    ASSERT_EQ(told(out), told(expected)) << "round " << round;
    fired += out.size();
  }
  EXPECT_GT(fired, 1'000u) << "the events must mean something to the rules";
}

// ---- ledger

TEST(ledger_end, is_when_its_newest_send_is_looked_at_no_more) {
  outreach::ledger sends;
  sends.reserve({hash128{0, 1}, "pay", "inbox", at_second(10)});
  sends.reserve({hash128{0, 2}, "pay", "inbox", at_second(5)});
  EXPECT_EQ(ledger_ends(sends, duration{60'000}), at_second(70));
  EXPECT_EQ(ledger_ends(sends, duration::max()), never);
}

// ---- how much memory it takes

/// Of a session that took `events` events, profile and ledger apart: as it says, and as the
/// allocator does; both in bytes.
std::pair<double, double> footprint_of(const std::string& rule, int events) {
  constexpr int sessions = 200;
  const auto rules = set_of({rule});
  const session_rules how{*rules};
  std::vector<session_match> out;
  std::vector<std::unique_ptr<subject_session>> all(sessions);
  const auto before = mallinfo2().uordblks;
  double said = 0;
  for (auto& one : all) {
    one = std::make_unique<subject_session>(somebody);
    for (int i = 0; i < events; ++i)
      one->take(how, given(made_event("a", i), at_second(i)), 0, out);
    out = {};
    said += static_cast<double>(one->footprint() + sizeof(subject_session) + 16);
  }
  return {said / sessions, static_cast<double>(mallinfo2().uordblks - before) / sessions};
}

TEST(subject_session, says_about_how_much_memory_it_takes) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "another allocator";
#endif
  const std::pair<const char*, int> cases[] = {
      {"RULE r WHEN a THEN b WITHIN 1 h FIRE EVERY TIME", 1},
      {"RULE r WHEN a THEN b WITHIN 1 h FIRE EVERY TIME", 0},
      {"RULE r WHEN a AT LEAST 500 TIMES WITHIN 1 h FIRE EVERY TIME", 400},
      {"RULE r WHEN a BUT NOT b FOR 5 s FIRE EVERY TIME", 1},
      {"RULE r WHEN a FIRE ONCE", 1},
  };
  for (const auto& [rule, events] : cases) {
    const auto [said, is] = footprint_of(rule, events);
    EXPECT_GT(said, is * 0.75) << rule << ", " << events;
    EXPECT_LT(said, is * 1.33) << rule << ", " << events;
  }
}

TEST(subject_session, weighs_profile_ledger_and_held_events) {
  const auto rules = set_of({"RULE r WHEN a THEN b WITHIN 10 s FIRE EVERY TIME"});
  const session_rules how{.rules = *rules, .out_of_order = duration{5'000}};
  subject_session s(somebody);
  std::vector<session_match> out;
  auto before = s.footprint();
  const auto grows_by = [&](std::size_t bytes) {
    const auto now = s.footprint();
    EXPECT_GE(now, before + bytes);
    EXPECT_LT(now, before + bytes + 400);
    before = now;
  };
  s.known().profile.push_back({"city", std::string(1'000, 'x')});
  grows_by(1'000);
  s.known().sends.reserve({{0, 1}, std::string(500, 'a'), "inbox", at_second(1)});
  grows_by(500);
  auto held = made_event("a", 3);
  held.id = std::string(2'000, 'i');
  s.take(how, given(std::move(held), at_second(1)), 0, out);
  grows_by(2'000);
}

// ---- what another subject's rule tells it

TEST(subject_session, a_firing_that_told_it_is_its_own_beside_what_its_rules_find) {
  const auto rules = cep::testing::market_rules(
      {"RULE drop FOR item WHEN price AS p FIRE EVERY TIME TO EACH fav RETURN p.p AS p, p.item_id "
       "AS item_id",
       "RULE heard WHEN drop AS d FIRE EVERY TIME RETURN d.p AS p"});
  const cep::telling telling{
      {1, 2}, "drop", at_second(5), at_second(6), {{"p", 3}, {"item_id", "7"}}};
  const event e =
      cep::derived_event(telling, *rules->events().relation("fav"), "u1", rules->events());
  const session_rules how{*rules};
  for (const bool decided : {true, false}) {
    subject_session s(somebody);
    std::vector<session_match> out;
    session_event one{e, {"user_id"}, at_second(1)};
    if (decided) one.told = cep::teller_named(*rules, "drop");
    s.take(how, std::move(one), 4, out);
    if (!decided) {
      EXPECT_THAT(told(out), ElementsAre("heard@5000"));
      continue;
    }
    ASSERT_THAT(told(out), ElementsAre("drop@5000", "heard@5000"));
    EXPECT_TRUE(out[0].told);
    EXPECT_FALSE(out[1].told);
    EXPECT_EQ(out[0].input, 4u);
    EXPECT_EQ(out[0].arrival, at_second(6));
    EXPECT_EQ(out[0].what.occurrence, cep::occurrence_for({1, 2}, "u1"));
    EXPECT_EQ(out[0].what.returns, (field_list{{"p", 3}, {"item_id", "7"}}));
  }
}

}  // namespace
}  // namespace beckon::epoch

// The hold of fatigue: who waits for the last place of a window, until when, and who does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/outreach/ask_filter.hpp"

namespace beckon::testing {
namespace {

using outreach::open_hold;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Two within a minute; the second waits ten seconds.
filter_ptr holding() {
  problems out;
  auto made = make_filter(
      "fatigue", map({{"most", text("2")}, {"within", text("1 min")}, {"hold", text("10 s")}}),
      out);
  EXPECT_THAT(said(out), ::testing::IsEmpty());
  return made;
}

/// Times in seconds.
struct asked_about {
  std::int64_t now = 100;
  std::vector<std::int64_t> sends = {90};
  int priority = 5;
  std::int64_t fired = 100;
  std::int64_t expires_after = 0;
  std::vector<open_hold> holds = {};
  std::vector<std::string> held_by = {};
};

outreach::verdict ask(const asked_about& about) {
  static const auto f = holding();
  auto what = request_of("u");
  what.fired = from_ms(about.fired * 1'000);
  what.held_by = about.held_by;
  outreach::action by;
  by.id = "pay";
  by.priority = about.priority;
  by.expires_after = std::chrono::seconds(about.expires_after);
  outreach::facts known;
  std::uint64_t id = 0;
  for (const auto s : about.sends)
    known.sends.reserve({hash128{0, ++id}, "other", "inbox", from_ms(s * 1'000)});
  known.holds = about.holds;
  return f->judge({what, by, known, from_ms(about.now * 1'000), "calm"});
}

/// "pass", "held 110", "capped".
std::string answer_to(const asked_about& about) {
  const auto v = ask(about);
  if (v.pass) return v.later || !v.reason.empty() ? "a pass with a reason" : "pass";
  if (!v.later) return v.reason;
  EXPECT_EQ(v.later->why, outreach::wait_reason::held);
  return v.reason + " " + std::to_string(to_ms(v.later->until) / 1'000);
}

open_hold until(std::int64_t second, int priority = 5, std::int64_t fired = 95) {
  return {"calm", from_ms(second * 1'000), priority, from_ms(fired * 1'000)};
}

TEST(fatigue_hold, is_of_the_last_place_only) {
  EXPECT_EQ(answer_to({.sends = {}}), "pass");
  EXPECT_EQ(answer_to({.sends = {90}}), "held 110");
  EXPECT_EQ(answer_to({.sends = {40, 90}}), "held 110") << "one has left the window";
  EXPECT_EQ(answer_to({.sends = {41, 90}}), "capped") << "at once";
}

TEST(fatigue_hold, shows_what_it_compared_and_until_when) {
  const field_list expected = {
      {"count", 1}, {"most", 2}, {"within", duration(60'000)}, {"held_until", from_ms(110'000)}};
  EXPECT_EQ(ask({}).values, expected);
}

TEST(fatigue_hold, is_joined_by_those_that_come_meanwhile) {
  EXPECT_EQ(answer_to({.holds = {until(105)}}), "held 105") << "it waits no longer than the first";
  EXPECT_EQ(answer_to({.holds = {until(101)}}), "held 101");
  EXPECT_EQ(answer_to({.holds = {until(110)}}), "held 110");
  EXPECT_EQ(answer_to({.holds = {until(103), until(107)}}), "held 103");
  EXPECT_EQ(answer_to({.sends = {}, .holds = {until(105)}}), "pass") << "there is a place for both";
}

TEST(fatigue_hold, that_is_another_s_or_over_or_too_long_is_not_joined) {
  auto other = until(105);
  other.filter = "hourly";
  EXPECT_EQ(answer_to({.holds = {other}}), "held 110");
  EXPECT_EQ(answer_to({.holds = {until(100)}}), "held 110") << "it has ended";
  EXPECT_EQ(answer_to({.holds = {until(111)}}), "held 110") << "nobody waits longer than the hold";
  EXPECT_EQ(answer_to({.holds = {until(100), until(104)}}), "held 104");
}

TEST(fatigue_hold, is_had_once) {
  EXPECT_EQ(answer_to({.held_by = {"calm"}}), "pass");
  EXPECT_EQ(answer_to({.holds = {until(105, 9)}, .held_by = {"calm"}}), "pass")
      << "a later hold is not its own";
  EXPECT_EQ(answer_to({.sends = {80, 90}, .held_by = {"calm"}}), "outranked");
  EXPECT_EQ(answer_to({.held_by = {"hourly"}}), "held 110");
  EXPECT_EQ(answer_to({.sends = {80, 90}, .held_by = {"hourly"}}), "capped");
}

TEST(fatigue_hold, is_none_for_what_expires_before_it_is_over) {
  EXPECT_EQ(answer_to({.expires_after = 12}), "held 110");
  EXPECT_EQ(answer_to({.expires_after = 11}), "pass") << "a second to spare is needed";
  EXPECT_EQ(answer_to({.fired = 50, .expires_after = 55}), "pass");
  EXPECT_EQ(answer_to({.expires_after = 11, .holds = {until(109)}}), "held 109");
}

TEST(fatigue_hold, whoever_cannot_wait_is_compared_with_those_that_do) {
  const auto against = [](int priority, std::int64_t fired) {
    return answer_to({.expires_after = 3, .holds = {until(105, priority, fired)}});
  };
  EXPECT_EQ(against(4, 95), "pass");
  EXPECT_EQ(against(6, 95), "outranked");
  EXPECT_EQ(against(5, 99), "outranked") << "it fired first";
  EXPECT_EQ(against(5, 100), "outranked") << "it came first";
  EXPECT_EQ(against(5, 101), "pass");
}

TEST(fatigue_hold, that_makes_no_sense_is_refused_where_it_stands) {
  const auto told = [](const char* scope, const char* hold) {
    problems out;
    EXPECT_EQ(make_filter("fatigue",
                          map({{"scope", text(scope)},
                               {"most", text("1")},
                               {"within", text("2 h")},
                               {"hold", text(hold)}}),
                          out),
              nullptr);
    return said(out);
  };
  const char* bounds = "4:7: 'hold' must be longer than 0, shorter than 'within' and at most 1 h";
  EXPECT_THAT(told("user", "0 s"), ElementsAre(bounds));
  EXPECT_THAT(told("user", "61 min"), ElementsAre(bounds));
  EXPECT_THAT(told("user", "soon"), ElementsAre(HasSubstr("4:7: ")));
  EXPECT_THAT(told("user+action", "1 min"),
              ElementsAre("4:7: 'hold' is of no use with scope user+action"));
  problems out;
  make_filter("fatigue",
              map({{"most", text("1")}, {"within", text("1 min")}, {"hold", text("1 min")}}), out);
  EXPECT_THAT(said(out), ElementsAre(HasSubstr("3:7: 'hold' must be")));
}

}  // namespace
}  // namespace beckon::testing

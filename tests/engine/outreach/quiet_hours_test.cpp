#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/civil_time.h"
#include "engine/base/zone.hpp"
#include "tests/engine/outreach/ask_filter.hpp"

namespace beckon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using options = std::vector<std::pair<std::string, settings>>;

options night(const std::string& from, const std::string& to, options more = {}) {
  more.insert(more.begin(), {{"from", quoted(from)}, {"to", quoted(to)}});
  return more;
}

filter_ptr quiet(options given, const std::string& deployment = "UTC") {
  problems out;
  outreach::filter_environment env;
  env.zone = deployment;
  auto made = make_filter("quiet_hours", map(std::move(given)), out, env);
  EXPECT_THAT(said(out), ::testing::IsEmpty());
  return made;
}

timestamp at(const std::string& time, const std::string& zone = "UTC") {
  const auto read = parse_time(time, zone);
  EXPECT_TRUE(read.ok()) << time;
  return read ? *read : beginning;
}

struct asked_of {
  std::string zone = {};  ///< in the profile; "": none there
  duration expires_after{};
  hash128 occurrence{};
};
outreach::verdict ask_at(const outreach::filter& f, timestamp now, const asked_of& who = {}) {
  auto what = request_of("u1");
  what.fired = now;
  what.occurrence = who.occurrence;
  outreach::action by;
  by.id = "pay";
  by.expires_after = who.expires_after;
  outreach::facts known;
  if (!who.zone.empty()) known.profile = {{"tz", who.zone}};
  return f.judge({what, by, known, now});
}

/// When it is taken up again; "pass", "refused".
std::string until(const outreach::filter& f, timestamp now, const asked_of& who = {}) {
  const auto v = ask_at(f, now, who);
  if (v.pass) return "pass";
  EXPECT_EQ(v.reason, "quiet_hours");
  return v.later ? to_rfc3339(v.later->until) : "refused";
}

TEST(quiet_hours, defers_until_they_end) {
  const auto f = quiet(night("22:00", "08:00"));
  EXPECT_EQ(until(*f, at("2024-05-01 21:59")), "pass");
  EXPECT_EQ(until(*f, at("2024-05-01 22:00")), "2024-05-02T08:00:00.000Z");
  EXPECT_EQ(until(*f, at("2024-05-02 07:59")), "2024-05-02T08:00:00.000Z");
  EXPECT_EQ(until(*f, at("2024-05-02 08:00")), "pass");
}

TEST(quiet_hours, may_lie_within_a_day_and_be_cut_to_seconds) {
  const auto f = quiet(night("12:00:05", "12:00:10"));
  EXPECT_EQ(until(*f, at("2024-05-01T12:00:04Z")), "pass");
  EXPECT_EQ(until(*f, at("2024-05-01T12:00:05Z")), "2024-05-01T12:00:10.000Z");
  EXPECT_EQ(until(*f, at("2024-05-01T12:00:10Z")), "pass");
}

TEST(quiet_hours, drop_refuses) {
  const auto f = quiet(night("22:00", "08:00", {{"then", text("drop")}}));
  EXPECT_EQ(until(*f, at("2024-05-01 23:00")), "refused");
  EXPECT_EQ(until(*f, at("2024-05-01 12:00")), "pass");
}

TEST(quiet_hours, are_the_user_s_own) {
  const auto f = quiet(night("22:00", "08:00"), "Asia/Shanghai");
  const auto now = at("2024-05-01T15:00:00Z");  // 23:00 in Shanghai, 11:00 in New York
  EXPECT_EQ(until(*f, now), "2024-05-02T00:00:00.000Z");
  EXPECT_EQ(until(*f, now, {.zone = "America/New_York"}), "pass");
  EXPECT_EQ(ask_at(*f, now).note, "");
  const auto unknown = ask_at(*f, now, {.zone = "Mars/Olympus"});
  EXPECT_EQ(unknown.later->until, at("2024-05-02T00:00:00Z")) << "the deployment's";
  EXPECT_EQ(unknown.note, "unknown_zone");
  EXPECT_EQ(ask_at(*f, at("2024-05-01T04:00:00Z"), {.zone = "../etc/passwd"}).note, "unknown_zone")
      << "also where it passes";
  EXPECT_EQ(*find_field(unknown.values, "zone"), value(std::string("Asia/Shanghai")));
}

TEST(quiet_hours, read_the_attribute_they_are_told_to) {
  const auto f = quiet(night("22:00", "08:00", {{"zone", text("home")}}));
  EXPECT_EQ(until(*f, at("2024-05-01T15:00:00Z"), {.zone = "Asia/Shanghai"}), "pass");
}

TEST(quiet_hours, begin_on_some_days_only) {
  const auto f = quiet(night("22:00", "08:00", {{"days", list({text("fri"), text("sat")})}}));
  EXPECT_EQ(until(*f, at("2024-05-02 23:00")), "pass") << "a Thursday";
  EXPECT_EQ(until(*f, at("2024-05-03 07:00")), "pass");
  EXPECT_EQ(until(*f, at("2024-05-03 23:00")), "2024-05-04T08:00:00.000Z");
  EXPECT_EQ(until(*f, at("2024-05-05 07:00")), "2024-05-05T08:00:00.000Z") << "Saturday's night";
  EXPECT_EQ(until(*f, at("2024-05-05 23:00")), "pass");
}

TEST(quiet_hours, a_clock_that_skips_an_hour_ends_them_where_it_jumps) {
  const asked_of who{.zone = "Europe/Berlin"};  // 2024-03-31: 02:00 → 03:00, 01:00 UTC
  const auto ends_in_gap = quiet(night("22:00", "02:30"));
  EXPECT_EQ(until(*ends_in_gap, at("2024-03-31T00:30:00Z"), who), "2024-03-31T01:00:00.000Z");
  EXPECT_EQ(until(*ends_in_gap, at("2024-03-31T01:00:00Z"), who), "pass");
  const auto begins_in_gap = quiet(night("02:30", "08:00"));
  EXPECT_EQ(until(*begins_in_gap, at("2024-03-31T00:59:00Z"), who), "pass");
  EXPECT_EQ(until(*begins_in_gap, at("2024-03-31T01:00:00Z"), who), "2024-03-31T06:00:00.000Z");
  const auto over_it = quiet(night("22:00", "08:00"));
  EXPECT_EQ(until(*over_it, at("2024-03-30T23:00:00Z"), who), "2024-03-31T06:00:00.000Z")
      << "a night of nine hours";
}

TEST(quiet_hours, a_clock_that_shows_an_hour_twice_begins_with_the_first_and_ends_with_the_second) {
  const asked_of who{.zone = "Europe/Berlin"};  // 2024-10-27: 03:00 → 02:00, 01:00 UTC
  const auto ends_twice = quiet(night("22:00", "02:30"));
  EXPECT_EQ(until(*ends_twice, at("2024-10-27T00:29:00Z"), who), "2024-10-27T01:30:00.000Z");
  EXPECT_EQ(until(*ends_twice, at("2024-10-27T00:45:00Z"), who), "2024-10-27T01:30:00.000Z");
  EXPECT_EQ(until(*ends_twice, at("2024-10-27T01:30:00Z"), who), "pass");
  const auto begins_twice = quiet(night("02:30", "08:00"));
  EXPECT_EQ(until(*begins_twice, at("2024-10-27T00:29:00Z"), who), "pass");
  EXPECT_EQ(until(*begins_twice, at("2024-10-27T00:30:00Z"), who), "2024-10-27T07:00:00.000Z");
  EXPECT_EQ(until(*begins_twice, at("2024-10-27T01:10:00Z"), who), "2024-10-27T07:00:00.000Z")
      << "the clock reads 02:10 again";
}

TEST(quiet_hours, an_end_too_late_for_the_action_refuses_at_once) {
  const auto f = quiet(night("22:00", "08:00", {{"spread", text("10 min")}}));
  const auto now = at("2024-05-01 23:00");
  const hash128 latest{0, 10 * 60'000};
  EXPECT_EQ(until(*f, now, {.expires_after = std::chrono::hours(9)}), "refused");
  EXPECT_EQ(until(*f, now, {.expires_after = std::chrono::minutes(545), .occurrence = latest}),
            "2024-05-02T08:04:59.999Z")
      << "spread no further than the action lasts";
}

TEST(quiet_hours, spread_those_that_waited_by_occurrence) {
  const auto f = quiet(night("22:00", "08:00", {{"spread", text("10 min")}}));
  const auto end = at("2024-05-02 08:00");
  std::mt19937_64 random(7);
  std::set<timestamp> seen;
  for (int i = 0; i < 1'000; ++i) {
    const asked_of who{.occurrence = {random(), random()}};
    const auto first = ask_at(*f, at("2024-05-01 23:00"), who).later->until;
    EXPECT_EQ(ask_at(*f, at("2024-05-02 03:00"), who).later->until, first) << "whenever asked";
    EXPECT_GE(first, end);
    EXPECT_LE(first, end + std::chrono::minutes(10));
    seen.insert(first);
  }
  EXPECT_GT(seen.size(), 900u);
}

/// Reading the clock minute by minute: quiet where it reads [from, to), and between such readings
/// of one night.
TEST(quiet_hours, are_over_when_they_say) {
  std::mt19937 random(11);
  const auto below = [&](std::uint32_t n) { return random() % n; };
  const auto clock = [](std::uint32_t minute) {
    return to_rfc3339(from_ms(std::int64_t{60'000} * minute)).substr(11, 5);
  };
  for (const char* name : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                           "Pacific/Apia", "America/Sao_Paulo", "Asia/Tehran", "UTC"}) {
    SCOPED_TRACE(name);
    const auto zone = *find_zone(name);
    for (int i = 0; i < 400; ++i) {
      const auto from = below(1'440);
      const auto to = (from + 1 + below(1'439)) % 1'440;
      const auto f = quiet(night(clock(from), clock(to)));
      const auto now = at("2011-01-01") + duration{std::int64_t{60'000} * below(3 * 366 * 1'440)};
      const auto civil = absl::ToCivilSecond(absl::FromUnixMillis(to_ms(now)), zone);
      const auto read = static_cast<std::uint32_t>(civil.hour() * 60 + civil.minute());
      const bool quiet_now = from < to ? from <= read && read < to : read >= from || read < to;
      const auto v = ask_at(*f, now, {.zone = name});
      if (quiet_now) {
        ASSERT_FALSE(v.pass) << civil << " in " << clock(from) << " - " << clock(to);
      }
      if (!v.pass) {
        ASSERT_TRUE(ask_at(*f, v.later->until, {.zone = name}).pass) << "woken, it passes";
        EXPECT_GT(v.later->until, now);
        EXPECT_LE(v.later->until, now + std::chrono::hours(26));
      }
    }
  }
}

TEST(quiet_hours, refuse_settings_that_mean_nothing) {
  const auto wrong = [](options given) {
    problems out;
    EXPECT_EQ(make_filter("quiet_hours", map(std::move(given)), out), nullptr);
    return said(out);
  };
  EXPECT_THAT(wrong(night("24:00", "8:00")),
              ElementsAre(HasSubstr("'24:00' is no time"), HasSubstr("'8:00' is no time")));
  EXPECT_THAT(wrong(night("22:00", "22:00")), ElementsAre(HasSubstr("the same time")));
  EXPECT_THAT(wrong(night("22:00", "08:00", {{"days", list({text("friday")})}})),
              ElementsAre(HasSubstr("'friday' is no day")));
  EXPECT_THAT(wrong(night("22:00", "08:00", {{"days", list({})}})),
              ElementsAre(HasSubstr("begins on any day")));
  EXPECT_THAT(wrong(night("22:00", "21:00", {{"spread", text("31 min")}})),
              ElementsAre(HasSubstr("30 min")));
  EXPECT_THAT(wrong(night("22:00", "08:00", {{"then", text("fallback")}})),
              ElementsAre(HasSubstr("'then'")));
  EXPECT_THAT(wrong({}), ElementsAre(HasSubstr("'from'"), HasSubstr("'to'")));
}

}  // namespace
}  // namespace beckon::testing

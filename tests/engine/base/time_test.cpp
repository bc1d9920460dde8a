#include "engine/base/time.hpp"

#include <gtest/gtest.h>

namespace beckon {
namespace {

std::int64_t ms_of(std::string_view text, std::string_view zone = "UTC") {
  const auto parsed = parse_time(text, zone);
  EXPECT_TRUE(parsed) << text;
  return parsed ? to_ms(*parsed) : -1;
}

TEST(time, reads_rfc_3339) {
  EXPECT_EQ(ms_of("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(ms_of("2024-11-10T16:00:00Z"), 1731254400000);
  EXPECT_EQ(ms_of("2024-11-10t16:00:00.123z"), 1731254400123);
  EXPECT_EQ(ms_of("2024-11-11T00:00:00+08:00"), 1731254400000);
  EXPECT_EQ(ms_of("2024-11-10T12:30:00.5-03:30"), 1731254400500);
  EXPECT_EQ(ms_of("2024-11-10T16:00:00.123999Z"), 1731254400123) << "finer digits are cut off";
  EXPECT_EQ(ms_of("1969-12-31T23:59:59.999Z"), -1);
  EXPECT_EQ(ms_of("2016-12-31T23:59:60Z"), ms_of("2017-01-01T00:00:00Z")) << "a leap second";
}

TEST(time, reads_what_people_write) {
  EXPECT_EQ(ms_of("2024-11-11 00:00 +08:00"), 1731254400000);
  EXPECT_EQ(ms_of("2024-11-11 00:00:00.250 +08:00"), 1731254400250);
  EXPECT_EQ(ms_of("2024-11-10 16:00"), 1731254400000);
  EXPECT_EQ(ms_of("2019-10-01 00:00:00 UTC"), 1569888000000);
  EXPECT_EQ(ms_of("2019-10-01"), 1569888000000);
  EXPECT_EQ(ms_of("2019-10-01 +08:00"), 1569888000000 - 8 * 3600 * 1000);
}

TEST(time, uses_the_zone_only_without_an_offset) {
  EXPECT_EQ(ms_of("2024-11-11 00:00", "Asia/Shanghai"), 1731254400000);
  EXPECT_EQ(ms_of("2024-11-11 00:00 Z", "Asia/Shanghai"), 1731283200000);
  EXPECT_EQ(ms_of("2024-07-01 12:00:00.007", "Europe/Berlin"), 1719828000007);
  EXPECT_FALSE(parse_time("2024-11-11 00:00", "Mars/Olympus"));
}

TEST(time, names_a_local_time_that_does_not_exist_and_takes_the_first_of_two) {
  const auto skipped = parse_time("2024-03-31 02:30", "Europe/Berlin");
  ASSERT_FALSE(skipped);
  EXPECT_NE(skipped.error().message.find("does not exist"), std::string::npos);
  EXPECT_EQ(ms_of("2024-10-27 02:30", "Europe/Berlin"), ms_of("2024-10-27T02:30:00+02:00"));
}

TEST(time, refuses_what_is_no_time) {
  for (const char* text :
       {"", "now", "2024", "2024-13-01", "2024-02-30", "2024-01-01T", "2024-01-01T24:00:00Z",
        "2024-01-01 00:60", "2024-01-01 00:00:61", "2024-01-01 00:00:00.", "2024-01-01 00:00 +8",
        "2024-01-01 00:00 +24:00", "2024-01-01 00:00 PST", "2024-01-01 00:00Z ", "24-01-01",
        "2024-1-1", "1731254400000"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(time, prints_rfc_3339_and_reads_it_back) {
  EXPECT_EQ(to_rfc3339(from_ms(1731254400123)), "2024-11-10T16:00:00.123Z");
  EXPECT_EQ(to_rfc3339(from_ms(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(from_ms(253402300799999)), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(from_ms(253402300800000)), "253402300800000");
  EXPECT_EQ(to_rfc3339(never), "never");
  EXPECT_EQ(to_rfc3339(beginning), "beginning");
  EXPECT_EQ(ms_of(to_rfc3339(from_ms(951782399001))), 951782399001);
}

TEST(time, adds_without_overflow) {
  EXPECT_EQ(saturating_add(from_ms(5), duration{7}), from_ms(12));
  EXPECT_EQ(saturating_add(never, duration{1}), never);
  EXPECT_EQ(saturating_add(from_ms(5), duration::max()), never);
  EXPECT_EQ(saturating_add(beginning, duration{-1}), beginning);
  EXPECT_EQ(saturating_add(never, duration{-1}), never - duration{1});
}

TEST(duration, reads_every_unit_of_the_language) {
  const std::pair<const char*, std::int64_t> cases[] = {{"500 ms", 500},
                                                        {"2s", 2000},
                                                        {"2 sec", 2000},
                                                        {"1 second", 1000},
                                                        {"3 seconds", 3000},
                                                        {"30 min", 1800000},
                                                        {"30 mins", 1800000},
                                                        {"1 minute", 60000},
                                                        {"2 minutes", 120000},
                                                        {"1 h", 3600000},
                                                        {"1 hour", 3600000},
                                                        {"2 hours", 7200000},
                                                        {"1 day", 86400000},
                                                        {"7 days", 604800000},
                                                        {"1 week", 604800000},
                                                        {"2 WEEKS", 1209600000},
                                                        {"0 s", 0},
                                                        {" 1 h 30 min ", 5400000}};
  for (const auto& [text, ms] : cases) {
    const auto parsed = parse_duration(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->count(), ms) << text;
  }
}

TEST(duration, refuses_what_is_ambiguous_or_wrong) {
  for (const char* text :
       {"", "30", "min", "30 m", "-1 s", "1.5 h", "1 fortnight", "1 s 1 s", "1 min 1 h",
        "9223372036854775807 s", "99999999999999999999 ms", "15250284452 weeks 4 days"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
  EXPECT_NE(parse_duration("30 m").error().message.find("'min'"), std::string::npos);
}

TEST(duration, prints_the_shortest_exact_form_and_reads_it_back) {
  const std::pair<std::int64_t, const char*> cases[] = {
      {0, "0 s"},          {500, "500 ms"},       {90000, "1 min 30 s"}, {5400000, "1 h 30 min"},
      {86400000, "1 day"}, {604800000, "7 days"}, {-2000, "-2 s"}};
  for (const auto& [ms, text] : cases) {
    EXPECT_EQ(to_string(duration{ms}), text);
    if (ms >= 0) {
      EXPECT_EQ(parse_duration(text)->count(), ms);
    }
  }
  EXPECT_EQ(to_string(duration::min()).front(), '-');
}

}  // namespace
}  // namespace beckon

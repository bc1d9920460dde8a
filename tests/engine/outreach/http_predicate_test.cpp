// What an HTTP predicate asks, and how its options are read; what it is told is the concern of
// predicate_answer_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/outreach/ask_filter.hpp"

namespace beckon::testing {
namespace {

using outreach::verdict;
using outreach::wait_reason;

filter_ptr predicate(std::vector<std::pair<std::string, settings>> more = {}) {
  more.emplace_back("url", text("https://risk.example/ask"));
  problems out;
  auto made = make_filter("http_predicate", map(std::move(more)), out);
  EXPECT_THAT(said(out), ::testing::IsEmpty());
  return made;
}

verdict judge(const outreach::filter& f, const field_list& profile = {},
              std::vector<std::string> answered_by = {}) {
  outreach::request what;
  what.occurrence = {1, 2};
  what.who = {"user", "u \"1\""};
  what.rule = "pay_reminder";
  what.answered_by = std::move(answered_by);
  what.rule_version = "0a1b2c3d";
  what.fired = from_ms(1'700'000'000'000);
  what.returns = {{"order_id", "o-1"}, {"amount", 12.5}, {"when", from_ms(0)}};
  outreach::action by;
  by.id = "pay_push";
  const outreach::facts known{profile, {}};
  return f.judge({what, by, known, from_ms(1'700'000'005'000), "risk"});
}

TEST(http_predicate, asks_and_waits) {
  const verdict v = judge(*predicate());
  EXPECT_FALSE(v.pass);
  EXPECT_EQ(v.reason, "asked");
  ASSERT_TRUE(v.later);
  EXPECT_EQ(v.later->why, wait_reason::asked);
  EXPECT_EQ(v.later->until, from_ms(1'700'000'007'000));
  EXPECT_EQ(v.later->ask,
            R"({"occurrence":"00000000000000010000000000000002",)"
            R"("subject":{"kind":"user","id":"u \"1\""},"rule":"pay_reminder",)"
            R"("rule_version":"0a1b2c3d","action":"pay_push",)"
            R"("fired_at":"2023-11-14T22:13:20.000Z",)"
            R"("returns":{"order_id":"o-1","amount":12.5,"when":"1970-01-01T00:00:00.000Z"}})");
}

TEST(http_predicate, does_not_ask_again_who_was_told_to_pass) {
  EXPECT_TRUE(judge(*predicate(), {}, {"other", "risk"}).pass);
  EXPECT_TRUE(judge(*predicate(), {}, {"other"}).later);
}

TEST(http_predicate, tells_of_the_profile_only_what_its_options_name) {
  const auto asking = predicate({{"profile", list({text("tier"), text("city")})}});
  const verdict v = judge(*asking, {{"tier", "gold"}, {"birthday", "1990-01-01"}});
  EXPECT_THAT(v.later->ask, ::testing::EndsWith(R"(,"profile":{"tier":"gold"}})"));
  EXPECT_THAT(judge(*asking).later->ask, ::testing::EndsWith(R"(,"profile":{}})"));
}

TEST(http_predicate, says_how_it_asks) {
  const auto usual = predicate();
  ASSERT_NE(usual->asks(), nullptr);
  EXPECT_EQ(usual->asks()->timeout, std::chrono::seconds(2));
  EXPECT_EQ(usual->asks()->most_in_flight, 64u);
  EXPECT_EQ(usual->asks()->breaker.failures, 5u);
  const auto own = predicate({{"timeout", text("500 ms")},
                              {"most_in_flight", text("3")},
                              {"breaker", map({{"failures", text("2")}})}});
  EXPECT_EQ(own->asks()->timeout, std::chrono::milliseconds(500));
  EXPECT_EQ(own->asks()->most_in_flight, 3u);
  EXPECT_EQ(own->asks()->breaker.failures, 2u);
  EXPECT_EQ(judge(*own).later->until, from_ms(1'700'000'005'500));
}

TEST(http_predicate, reports_all_that_is_wrong_with_its_options) {
  problems out;
  EXPECT_EQ(make_filter("http_predicate",
                        map({{"url", text("https://risk.example")},
                             {"timeout", text("31 s")},
                             {"most_in_flight", text("0")},
                             {"breaker", map({{"failure", text("2")}})},
                             {"profile", map({{"a", text("b")}})},
                             {"tiemout", text("1 s")}}),
                        out),
            nullptr);
  EXPECT_THAT(said(out),
              ::testing::ElementsAre("2:10: 'timeout' must be between 10 ms and 30 s",
                                     "3:17: 'most_in_flight' must be a whole number from 1 to 4096",
                                     ::testing::HasSubstr("'breaker' has no key 'failure'"),
                                     ::testing::HasSubstr("'profile' must be a list of texts"),
                                     ::testing::HasSubstr("'tiemout'")));
}

}  // namespace
}  // namespace beckon::testing

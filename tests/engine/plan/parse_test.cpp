#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/outreach/material.hpp"
#include "engine/plan/parts.hpp"
#include "tests/engine/outreach/build_settings.hpp"

namespace beckon {
namespace {

using namespace beckon::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

settings action_with(std::vector<std::pair<std::string, settings>> more) {
  std::vector<std::pair<std::string, settings>> members = {
      {"id", text("pay")}, {"rule", text("r")}, {"material", text("m")}, {"channel", text("c")}};
  members.insert(members.end(), more.begin(), more.end());
  return laid_out(list({map(std::move(members))}));
}

TEST(parse_actions, reads_every_key) {
  problems out;
  const auto parts = parse_actions(action_with({{"enabled", text("false")},
                                                {"from", text("2024-11-11 00:00")},
                                                {"to", text("2024-11-12 00:00 +00:00")},
                                                {"priority", text("-3")},
                                                {"chain", text("usual")},
                                                {"expires_after", text("1 h")}}),
                                   "Asia/Shanghai", out);
  EXPECT_THAT(said(out), IsEmpty());
  ASSERT_THAT(parts, SizeIs(1));
  const outreach::action& a = parts[0].content;
  EXPECT_EQ(a.id, "pay");
  EXPECT_EQ(a.rule, "r");
  EXPECT_FALSE(a.enabled);
  EXPECT_EQ(to_rfc3339(*a.valid_from), "2024-11-10T16:00:00.000Z");
  EXPECT_EQ(to_rfc3339(*a.valid_to), "2024-11-12T00:00:00.000Z");
  EXPECT_EQ(a.priority, -3);
  EXPECT_EQ(a.chain, "usual");
  EXPECT_EQ(a.material_id, "m");
  EXPECT_EQ(a.channel, "c");
  EXPECT_EQ(a.expires_after, std::chrono::hours(1));
}

TEST(parse_actions, has_defaults) {
  problems out;
  const auto parts = parse_actions(action_with({}), "UTC", out);
  ASSERT_THAT(parts, SizeIs(1));
  const outreach::action& a = parts[0].content;
  EXPECT_TRUE(a.enabled);
  EXPECT_FALSE(a.valid_from || a.valid_to);
  EXPECT_EQ(a.priority, 0);
  EXPECT_TRUE(a.chain.empty());
  EXPECT_EQ(a.expires_after, duration::zero());
}

TEST(parse_actions, reports_an_empty_validity_at_its_end) {
  problems out;
  parse_actions(action_with({{"from", text("2024-11-11 00:00")}, {"to", text("2024-11-11 00:00")}}),
                "UTC", out);
  EXPECT_THAT(said(out), ElementsAre("6:7: 'to' must be later than 'from'"));
}

TEST(parse_actions, reports_missing_unknown_and_wrong_keys_of_every_action) {
  problems out;
  const auto parts = parse_actions(laid_out(list({map({{"id", text("9lives")}}),
                                                  map({{"id", text("b")}, {"ruel", text("r")}})})),
                                   "UTC", out);
  EXPECT_THAT(said(out),
              ElementsAre(HasSubstr("1:7: '9lives' is no id"), HasSubstr("lacks 'rule'"),
                          HasSubstr("lacks 'material'"), HasSubstr("lacks 'channel'"),
                          "2:3: action 'b' lacks 'rule'", "2:3: action 'b' lacks 'material'",
                          "2:3: action 'b' lacks 'channel'", "3:3: action 'b' has no key 'ruel'"));
  EXPECT_THAT(parts, SizeIs(1));
}

TEST(sections, may_be_empty_but_must_be_lists_of_maps) {
  problems out;
  EXPECT_THAT(parse_chains(settings{}, out), IsEmpty());
  EXPECT_THAT(said(out), IsEmpty());
  EXPECT_THAT(parse_chains(laid_out(map({{"id", text("x")}})), out), IsEmpty());
  EXPECT_THAT(parse_chains(laid_out(list({text("x")})), out), IsEmpty());
  EXPECT_THAT(said(out), ElementsAre("1:1: expected a list of chains", "1:3: chain must be a map"));
}

TEST(parse_filters, makes_them_by_kind_with_their_fail_policy) {
  problems out;
  const auto parts = parse_filters(laid_out(list({
                                       map({{"id", text("calm")},
                                            {"kind", text("fatigue")},
                                            {"most", text("1")},
                                            {"within", text("1 h")}}),
                                       map({{"id", text("tenth")},
                                            {"kind", text("gray_release")},
                                            {"fail", text("open")},
                                            {"percent", text("10")}}),
                                   })),
                                   {}, out);
  EXPECT_THAT(said(out), IsEmpty());
  ASSERT_THAT(parts, SizeIs(2));
  EXPECT_EQ(parts[0].content.kind, "fatigue");
  EXPECT_FALSE(parts[0].content.fail_open);
  EXPECT_EQ(parts[0].content.judge->looks_back(), std::chrono::hours(1));
  EXPECT_TRUE(parts[1].content.fail_open);
}

TEST(parse_filters, reports_unknown_kinds_and_options) {
  problems out;
  parse_filters(laid_out(list({
                    map({{"id", text("a")}, {"kind", text("fatige")}, {"most", text("1")}}),
                    map({{"id", text("b")},
                         {"kind", text("gray_release")},
                         {"percent", text("5")},
                         {"sallt", text("x")}}),
                })),
                {}, out);
  ASSERT_THAT(out, SizeIs(2));
  EXPECT_THAT(out[0].message, HasSubstr("not 'fatige'"));
  EXPECT_EQ(out[0].hint, "did you mean 'fatigue'?");
  EXPECT_EQ(out[0].line, 2);
  EXPECT_EQ(said(out)[1], "7:3: filter 'b' has no key 'sallt'");
  EXPECT_EQ(out[1].hint, "did you mean 'salt'?");
}

TEST(parse_materials, compiles_them) {
  problems out;
  const auto parts = parse_materials(laid_out(list({
                                         map({{"id", text("good")}, {"title", text("{{ a }}")}}),
                                         map({{"id", text("bad")}, {"title", text("{{ a")}}),
                                     })),
                                     out);
  EXPECT_THAT(said(out), ElementsAre("4:10: '{{' without '}}'"));
  ASSERT_THAT(parts, SizeIs(2));
  EXPECT_EQ(parts[0].content->id(), "good");
  EXPECT_EQ(parts[1].content, nullptr);
}

TEST(parse_channels, leaves_a_kinds_own_options_to_it) {
  problems out;
  const auto parts = parse_channels(laid_out(list({map({
                                        {"id", text("inbox")},
                                        {"kind", text("webhook")},
                                        {"retry", map({{"attempts", text("3")},
                                                       {"first", text("2 s")},
                                                       {"longest", text("10 s")},
                                                       {"jitter", text("0")},
                                                       {"budget", text("0.5")}})},
                                        {"breaker", map({{"failures", text("2")},
                                                         {"open_for", text("3 s")},
                                                         {"longest", text("4 s")}})},
                                        {"concurrency", text("7")},
                                        {"url", text("http://127.0.0.1/")},
                                    })})),
                                    {"file", "webhook"}, out);
  EXPECT_THAT(said(out), IsEmpty());
  ASSERT_THAT(parts, SizeIs(1));
  const channel_entry& c = parts[0].content;
  EXPECT_EQ(c.id, "inbox");
  EXPECT_EQ(c.concurrency, 7u);
  EXPECT_EQ(c.retry.most_attempts, 3u);
  EXPECT_EQ(c.retry.first, std::chrono::seconds(2));
  EXPECT_EQ(c.retry.longest, std::chrono::seconds(10));
  EXPECT_EQ(c.retry.jitter, 0.0);
  EXPECT_EQ(c.budget.share, 0.5);
  EXPECT_EQ(c.breaker.failures, 2u);
  EXPECT_EQ(c.breaker.open_for, std::chrono::seconds(3));
  EXPECT_EQ(c.breaker.longest, std::chrono::seconds(4));
  ASSERT_THAT(c.options.members, SizeIs(1));
  EXPECT_EQ(c.options.members[0].key, "url");
  EXPECT_EQ(c.options.members[0].line, 14);
}

TEST(parse_channels, has_the_usual_retry) {
  problems out;
  const auto parts = parse_channels(
      laid_out(list({map({{"id", text("c")}, {"kind", text("file")}})})), {"file"}, out);
  ASSERT_THAT(parts, SizeIs(1));
  EXPECT_EQ(parts[0].content.retry.most_attempts, 8u);
  EXPECT_EQ(parts[0].content.concurrency, 64u);
}

TEST(parse_channels, reports_wrong_figures_and_kinds) {
  problems out;
  parse_channels(
      laid_out(list({map({
          {"id", text("c")},
          {"kind", text("pigeon")},
          {"retry", map({{"first", text("10 s")}, {"longest", text("1 s")}, {"tries", text("3")}})},
          {"concurrency", text("0")},
      })})),
      {"file"}, out);
  EXPECT_THAT(said(out),
              ElementsAre(HasSubstr("2:9: 'kind' must be one of file"),
                          HasSubstr("7:16: 'concurrency'"), "6:5: 'retry' has no key 'tries'"));
  problems longest;
  parse_channels(
      laid_out(list({map({{"id", text("c")},
                          {"kind", text("file")},
                          {"retry", map({{"first", text("10 s")}, {"longest", text("1 s")}})}})})),
      {"file"}, longest);
  EXPECT_THAT(said(longest),
              ElementsAre("4:5: 'first' must be longer than 0 and at most 'longest'"));
}

}  // namespace
}  // namespace beckon

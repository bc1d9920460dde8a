#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/outreach/ask_filter.hpp"

namespace beckon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(filter_kinds, are_found_by_name) {
  EXPECT_THAT(outreach::filter_kinds(),
              ElementsAre("blacklist", "fatigue", "gray_release", "http_predicate", "quiet_hours",
                          "whitelist"));
  EXPECT_EQ(outreach::find_filter_kind("blocklist"), nullptr);
}

TEST(blacklist, refuses_whom_it_lists_by_name_or_by_id) {
  problems out;
  const auto f =
      make_filter("blacklist", map({{"list", text("blocked")}, {"ids", list({text("u7")})}}), out,
                  environment_with("blocked", {"u1"}));
  ASSERT_THAT(out, IsEmpty());
  EXPECT_FALSE(ask(*f, "u1").pass);
  EXPECT_EQ(ask(*f, "u1").reason, "listed");
  EXPECT_FALSE(ask(*f, "u7").pass);
  EXPECT_TRUE(ask(*f, "u2").pass);
}

TEST(whitelist, passes_only_whom_it_lists) {
  problems out;
  const auto f =
      make_filter("whitelist", map({{"list", text("vip")}}), out, environment_with("vip", {"u1"}));
  ASSERT_THAT(out, IsEmpty());
  EXPECT_TRUE(ask(*f, "u1").pass);
  EXPECT_FALSE(ask(*f, "u2").pass);
  EXPECT_EQ(ask(*f, "u2").reason, "not_listed");
}

TEST(whitelist, of_nobody_passes_nobody) {
  problems out;
  const auto f = make_filter("whitelist", map({{"ids", list({})}}), out);
  ASSERT_THAT(out, IsEmpty());
  EXPECT_FALSE(ask(*f, "u1").pass);
}

TEST(lists, an_unknown_list_is_reported_where_it_is_named_with_the_nearest) {
  problems out;
  EXPECT_EQ(make_filter("blacklist", map({{"list", text("blokked")}}), out,
                        environment_with("blocked", {})),
            nullptr);
  EXPECT_THAT(said(out), ElementsAre("1:7: there is no list 'blokked'"));
  EXPECT_EQ(out[0].hint, "did you mean 'blocked'?");
}

TEST(lists, without_any_lists_a_name_is_reported) {
  problems out;
  EXPECT_EQ(make_filter("whitelist", map({{"list", text("vip")}}), out), nullptr);
  EXPECT_THAT(said(out), ElementsAre("1:7: there is no list 'vip'"));
}

TEST(lists, a_filter_that_names_nobody_is_refused) {
  problems out;
  EXPECT_EQ(make_filter("blacklist", map({{"idz", text("u1")}}), out), nullptr);
  EXPECT_THAT(said(out), ElementsAre(HasSubstr("names nobody"), HasSubstr("'idz'")));
}

}  // namespace
}  // namespace beckon::testing

#include "topology/backtest/sends.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/access/subjects.hpp"
#include "tests/support/temporary_directory.hpp"
#include "topology/load.hpp"
#include "topology/shipped_kinds.hpp"

namespace beckon::topology {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

/// A shop of one rule with two actions: one calm, one for people who have a name.
class decide_all_test : public ::testing::Test {
 protected:
  decide_all_test() {
    std::filesystem::create_directories(directory_.path() / "rules");
    write("catalogue.yaml", "events:\n  hello: {fields: {n: int64}}\n");
    write("rules/greet.rule", "RULE greet\nWHEN hello AS h\nFIRE EVERY TIME\nRETURN h.n AS n\n");
    write("filters.yaml",
          "filters:\n  - {id: known, kind: blacklist, ids: [u3]}\n"
          "  - {id: calm, kind: fatigue, scope: user+action, most: 1, within: 1 h}\n"
          "chains: [{id: c, filters: [known, calm]}]\n");
    write("materials.yaml",
          "materials:\n  - {id: plain, text: 'n {{ n | default: \"none\" }}'}\n  - {id: named, "
          "text: '{{ user.name "
          "}}'}\n");
    write("channels.yaml", "channels: [{id: screen, kind: console}]\n");
    write("actions.yaml",
          "actions:\n  - {id: a, rule: greet, priority: 2, chain: c, material: plain, channel: "
          "screen}\n"
          "  - {id: b, rule: greet, priority: 1, material: named, channel: screen}\n"
          "  - {id: off, rule: greet, enabled: false, material: plain, channel: screen}\n");
    config = load_configuration(directory_.path().string(), shipped_kinds());
  }

  void write(const std::string& below, const std::string& text) const {
    std::ofstream(directory_.file(below)) << text;
  }

  void feed(cep::replay& replay, const event& e) {
    const auto subjects = subjects_of(e, *config.names.events);
    profiles.feed(subjects, e);
    replay.feed(subjects, e);
  }

  event make(const char* type, const std::string& user, int second) const {
    event e;
    e.type = *config.names.events->type(type);
    e.time = e.arrival = from_ms(second * 1000);
    if (e.type == type_profile_row) {
      e.extra = {{"user_id", value(user)}, {"name", value("Ann")}};
    } else {
      e.attributes = {{*config.names.events->attribute("user_id"), value(user)}};
    }
    return e;
  }

  backtest_figures decide(const std::vector<event>& events) {
    cep::replay replay(config.plan->rules, {});
    for (const event& e : events) feed(replay, e);
    return decide_all(*config.plan, replay.finish(), profiles);
  }

  tests::temporary_directory directory_;
  configuration config;
  profile_history profiles;
};

TEST_F(decide_all_test, counts_what_each_filter_leaves) {
  ASSERT_NE(config.plan, nullptr);
  const backtest_figures f = decide({make("hello", "u1", 1), make("hello", "u1", 2),
                                     make("hello", "u2", 3), make("hello", "u3", 4)});
  ASSERT_EQ(f.rules.size(), 1U);
  EXPECT_EQ(f.rules[0].firings, 4U);
  EXPECT_EQ(f.rules[0].users, 3U);
  ASSERT_EQ(f.actions.size(), 3U);
  const action_figures& a = f.actions[0];
  EXPECT_EQ(a.action, "a");
  EXPECT_EQ(a.firings, 4U);
  EXPECT_EQ(a.routed, 4U);
  EXPECT_THAT(a.after_filter, ElementsAre(Pair("known", 3U), Pair("calm", 2U)));
  EXPECT_EQ(a.sent, 2U);
  EXPECT_EQ(a.users, 2U);
}

TEST_F(decide_all_test, refuses_what_routing_and_rendering_refuse) {
  const backtest_figures f =
      decide({make("hello", "u1", 1), make("$user", "u1", 2), make("hello", "u1", 3)});
  const action_figures& b = f.actions[1];
  EXPECT_EQ(b.routed, 2U);
  EXPECT_EQ(b.refused, 1U);  // at second 1 nobody knew the name
  EXPECT_EQ(b.sent, 1U);
  const action_figures& off = f.actions[2];
  EXPECT_EQ(off.firings, 2U);
  EXPECT_EQ(off.routed, 0U);
  EXPECT_EQ(off.sent, 0U);
}

TEST_F(decide_all_test, decides_what_waits_at_the_end_of_its_wait) {
  write("filters.yaml",
        "filters:\n  - {id: calm, kind: fatigue, most: 1, within: 1 h, hold: 10 s}\n"
        "  - {id: night, kind: quiet_hours, from: '00:00', to: '00:01'}\n"
        "chains: [{id: c, filters: [calm]}, {id: d, filters: [night]}]\n");
  write("actions.yaml",
        "actions:\n  - {id: last, rule: greet, priority: 1, chain: c, material: plain, channel: "
        "screen}\n"
        "  - {id: first, rule: greet, priority: 2, chain: c, material: plain, channel: screen}\n"
        "  - {id: named, rule: greet, chain: d, material: named, channel: screen}\n");
  config = load_configuration(directory_.path().string(), shipped_kinds());
  ASSERT_NE(config.plan, nullptr);
  const backtest_figures f =
      decide({make("hello", "u1", 1), make("$user", "u1", 2), make("hello", "u2", 5)});
  const auto& first = f.actions[0];
  EXPECT_EQ(first.action, "first");
  EXPECT_THAT(first.after_filter, ElementsAre(Pair("calm", 2U)));
  EXPECT_EQ(first.sent, 2U);
  const auto& last = f.actions[1];
  EXPECT_EQ(last.firings, 2U) << "each is counted once";
  EXPECT_THAT(last.after_filter, ElementsAre(Pair("calm", 0U)));
  const auto& named = f.actions[2];
  EXPECT_THAT(named.after_filter, ElementsAre(Pair("night", 2U)));
  EXPECT_EQ(named.sent, 1U) << "by the profile as it was at the end of the night";
  EXPECT_EQ(named.refused, 1U);
}

TEST_F(decide_all_test, sees_profiles_as_they_were) {
  decide({make("$user", "u1", 5)});
  const subject who{"user", "u1"};
  EXPECT_TRUE(profiles.at(who, from_ms(4999)).empty());
  EXPECT_FALSE(profiles.at(who, from_ms(5000)).empty());
  EXPECT_TRUE(profiles.at({"user", "u2"}, from_ms(9000)).empty());
}

}  // namespace
}  // namespace beckon::topology

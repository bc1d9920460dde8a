#include "engine/plan/decide.hpp"

#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/plan/parts.hpp"
#include "tests/engine/outreach/build_settings.hpp"

namespace beckon {
namespace {

using namespace beckon::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto taken = outreach::routing::taken;
using outcome = decision::outcome;

outreach::action an_action(std::string id, int priority, std::string chain) {
  problems out;
  outreach::action a;
  a.id = std::move(id);
  a.rule = "pay_reminder";
  a.priority = priority;
  a.chain = std::move(chain);
  a.channel = "inbox";
  a.content =
      outreach::material::compile("m", laid_out(map({{"title", text("{{ order_id }}")}})), out);
  EXPECT_THAT(said(out), IsEmpty());
  return a;
}

/// Three actions of one rule: "first" and "second" share a cap of one per second, "free" has no
/// chain.
plan a_plan() {
  plan_parts parts;
  problems out;
  parts.filters = parse_filters(
      laid_out(list({
          map({{"id", text("blocked")}, {"kind", text("blacklist")}, {"ids", list({text("bad")})}}),
          map({{"id", text("calm")},
               {"kind", text("fatigue")},
               {"most", text("1")},
               {"within", text("1 s")}}),
      })),
      {}, out);
  parts.chains = {{"usual", {"blocked", "calm"}, {}}};
  EXPECT_THAT(said(out), IsEmpty());
  plan p = make_plan(std::move(parts), out);
  p.actions = {an_action("free", 9, ""), an_action("first", 5, "usual"),
               an_action("second", 5, "usual")};
  p.actions_of_rule["pay_reminder"] = {0, 1, 2};
  return p;
}

outreach::request a_request(std::string user = "u1", std::uint64_t occurrence = 1) {
  outreach::request what;
  what.occurrence = hash128{0, occurrence};
  what.who.id = std::move(user);
  what.rule = "pay_reminder";
  what.fired = from_ms(1000);
  what.returns = {{"order_id", "o7"}};
  return what;
}

/// All its actions in order; each sees what those before it reserved.
std::vector<decision> decide_request(const plan& p, const outreach::request& what,
                                     outreach::facts& known, timestamp now) {
  std::vector<decision> made;
  for (const candidate& c : candidates_of(p, what)) made.push_back(decide(p, c, what, known, now));
  return made;
}

std::vector<std::string> words(const plan& p, const std::vector<decision>& made) {
  std::vector<std::string> out;
  for (const decision& d : made) {
    std::string line = p.actions[d.action].id + (d.what == outcome::sent ? " sent" : "");
    if (!d.filter.empty()) line += " " + d.filter;
    if (!d.reason.empty()) line += " " + d.reason;
    out.push_back(line);
  }
  return out;
}

TEST(candidates_of, are_the_rules_actions_in_order_with_what_routing_says) {
  plan p = a_plan();
  p.actions[1].enabled = false;
  p.actions[2].valid_to = from_ms(1000);
  const auto found = candidates_of(p, a_request());
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].verdict, taken);
  EXPECT_EQ(found[1].verdict, outreach::routing::disabled);
  EXPECT_EQ(found[2].verdict, outreach::routing::expired);
  auto other = a_request();
  other.rule = "cart";
  EXPECT_THAT(candidates_of(p, other), IsEmpty());
}

TEST(run_chain, names_the_filter_that_refused_first) {
  const plan p = a_plan();
  const auto what = a_request("bad");
  outreach::facts known;
  known.sends.reserve({hash128{0, 9}, "free", "inbox", from_ms(900)});
  const auto refused = run_chain(p, {what, p.actions[1], known, from_ms(1000)});
  EXPECT_FALSE(refused.pass);
  EXPECT_EQ(refused.filter, "blocked");
  EXPECT_EQ(refused.what.reason, "listed");
  const auto other = a_request("u1");
  EXPECT_EQ(run_chain(p, {other, p.actions[1], known, from_ms(1000)}).filter, "calm");
  EXPECT_TRUE(run_chain(p, {other, p.actions[1], known, from_ms(1900)}).pass);
  EXPECT_TRUE(run_chain(p, {what, p.actions[0], known, from_ms(1000)}).pass);
}

TEST(run_chain, a_chain_that_is_not_there_refuses) {
  plan p = a_plan();
  p.actions[1].chain = "gone";
  const auto what = a_request();
  EXPECT_EQ(run_chain(p, {what, p.actions[1], {}, from_ms(1000)}).what.reason, "no_chain");
}

TEST(answer_while_down, follows_the_fail_policy) {
  EXPECT_FALSE(answer_while_down({"calm", "fatigue", nullptr, false}).pass);
  EXPECT_TRUE(answer_while_down({"calm", "fatigue", nullptr, true}).pass);
  EXPECT_EQ(answer_while_down({}).reason, "filter_down");
}

TEST(settle_send, gives_id_content_expiry_and_reserves) {
  plan p = a_plan();
  p.actions[1].expires_after = duration(500);
  outreach::facts known;
  const auto what = a_request();
  const auto end = settle_send(p, what, p.actions[1], known, from_ms(1200));
  ASSERT_TRUE(end.sent);
  EXPECT_EQ(end.sent->delivery, outreach::delivery_id_of(what.occurrence, "first", 0));
  EXPECT_EQ(end.sent->channel, "inbox");
  EXPECT_EQ(end.sent->expires, from_ms(1500));
  EXPECT_THAT(end.sent->content.body, ::testing::HasSubstr(R"("title":"o7")"));
  ASSERT_EQ(known.sends.all().size(), 1u);
  EXPECT_EQ(known.sends.all()[0].delivery, end.sent->delivery);
  EXPECT_EQ(known.sends.all()[0].time, from_ms(1200));
  EXPECT_EQ(known.sends.all()[0].action, "first");
}

TEST(settle_send, a_refusal_reserves_nothing) {
  plan p = a_plan();
  p.actions[1].expires_after = duration(500);
  outreach::facts known;
  auto what = a_request();
  EXPECT_EQ(settle_send(p, what, p.actions[1], known, from_ms(1500)).reason, "too_late");
  what.returns.clear();
  const auto end = settle_send(p, what, p.actions[1], known, from_ms(1200));
  EXPECT_EQ(end.reason, "render");
  EXPECT_THAT(end.detail, ::testing::HasSubstr("'order_id'"));
  EXPECT_TRUE(known.sends.empty());
}

TEST(settle_send, forgets_what_no_filter_can_ask_for) {
  const plan p = a_plan();
  outreach::facts known;
  known.sends.reserve({hash128{0, 9}, "free", "inbox", from_ms(0)});
  settle_send(p, a_request(), p.actions[0], known, from_ms(p.ledger_keeps.count() - 1));
  EXPECT_EQ(known.sends.all().size(), 2u);
  settle_send(p, a_request("u1", 2), p.actions[0], known, from_ms(p.ledger_keeps.count()));
  EXPECT_EQ(known.sends.all().size(), 2u);
}

TEST(decide_request, one_send_is_seen_by_the_next_actions_filters) {
  const plan p = a_plan();
  outreach::facts known;
  EXPECT_THAT(words(p, decide_request(p, a_request(), known, from_ms(1000))),
              ElementsAre("free sent", "first calm capped", "second calm capped"));
  plan calm_first = a_plan();
  calm_first.actions_of_rule["pay_reminder"] = {1, 2, 0};
  outreach::facts fresh;
  EXPECT_THAT(words(calm_first, decide_request(calm_first, a_request(), fresh, from_ms(1000))),
              ElementsAre("first sent", "second calm capped", "free sent"));
}

TEST(decide_request, a_refused_action_leaves_room_for_the_next) {
  plan p = a_plan();
  p.actions[0].enabled = false;
  p.actions[1].expires_after = duration(1);
  outreach::facts known;
  EXPECT_THAT(words(p, decide_request(p, a_request(), known, from_ms(2000))),
              ElementsAre("free disabled", "first too_late", "second sent"));
}

/// The rounds as the actors run them: round k holds the k-th undecided (request, action) of each
/// subject.
struct rounds {
  struct item {
    const outreach::request* what;
    candidate of;
  };
  std::map<std::string, std::vector<item>> undecided;
  std::map<std::string, outreach::facts> known;
  std::map<std::string, std::vector<std::string>> said_of;

  void run(const plan& p) {
    for (std::size_t k = 0; !undecided.empty(); ++k) {
      for (auto at = undecided.begin(); at != undecided.end();) {
        if (k < at->second.size()) decide(p, at->first, at->second[k]);
        at = k < at->second.size() ? std::next(at) : undecided.erase(at);
      }
    }
  }

  void decide(const plan& p, const std::string& user, const item& i) {
    const outreach::action& by = p.actions[i.of.action];
    outreach::facts& facts = known[user];
    for (const std::size_t f : *chain_of(p, by)) {
      const auto v = p.filters[f].judge->judge({*i.what, by, facts, i.what->fired});
      if (!v.pass) return said_of[user].push_back(by.id + " " + p.filters[f].id + " " + v.reason);
    }
    const auto end = settle_send(p, *i.what, by, facts, i.what->fired);
    said_of[user].push_back(by.id + (end.sent ? " sent" : " " + end.reason));
  }
};

TEST(decide_request, decides_as_the_rounds_of_many_subjects_do_and_never_passes_the_cap) {
  std::mt19937 random(5);
  plan p = a_plan();
  p.actions[0].chain = "usual";
  for (int round = 0; round < 300; ++round) {
    std::vector<outreach::request> requests;
    for (std::uint64_t i = 0; i < 30; ++i) {
      requests.push_back(a_request("u" + std::to_string(random() % 4), i));
      requests.back().fired = from_ms(static_cast<std::int64_t>(random() % 6000));
    }
    rounds r;
    std::map<std::string, outreach::facts> known;
    std::map<std::string, std::vector<std::string>> one_by_one;
    std::map<std::string, std::vector<timestamp>> sends;
    for (const auto& what : requests) {
      for (const candidate& c : candidates_of(p, what))
        r.undecided[what.who.id].push_back({&what, c});
      const auto made = decide_request(p, what, known[what.who.id], what.fired);
      for (const auto& line : words(p, made)) one_by_one[what.who.id].push_back(line);
      for (const decision& d : made) {
        if (d.what == outcome::sent) sends[what.who.id].push_back(what.fired);
      }
    }
    r.run(p);
    ASSERT_EQ(r.said_of, one_by_one) << round;
    for (auto& [user, times] : sends) {
      std::sort(times.begin(), times.end());
      for (std::size_t i = 1; i < times.size(); ++i) {
        ASSERT_GE(times[i] - times[i - 1], duration(1000)) << user;
      }
    }
  }
}

}  // namespace
}  // namespace beckon

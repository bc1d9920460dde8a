// Arbitration: who gets the last place of a fatigue filter that holds, decided in time.
#include <algorithm>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/plan/decide_in_time.hpp"
#include "engine/plan/parts.hpp"
#include "tests/engine/cep/market.hpp"
#include "tests/engine/outreach/build_settings.hpp"

namespace beckon {
namespace {

using namespace beckon::testing;
using ::testing::ElementsAre;
using outcome = decision::outcome;
using lines = std::vector<std::string>;

/// An action of its own for each rule a, b, c, …: their priorities.
struct shop {
  explicit shop(std::vector<settings> filters, std::vector<std::string> chain,
                std::vector<int> priorities) {
    plan_parts parts;
    problems out;
    parts.filters = parse_filters(laid_out(list(std::move(filters))), {}, out);
    parts.chains = {{"usual", std::move(chain), {}}};
    p = make_plan(std::move(parts), out);
    std::vector<std::string> rules;
    for (std::size_t i = 0; i < priorities.size(); ++i) {
      outreach::action a;
      a.id = a.rule = std::string(1, static_cast<char>('a' + i));
      a.priority = priorities[i];
      a.chain = "usual";
      a.content = outreach::material::compile("m", laid_out(map({{"title", text("hello")}})), out);
      p.actions.push_back(a);
      p.actions_of_rule[a.rule] = {i};
      rules.push_back("RULE " + a.rule + " WHEN view FIRE EVERY TIME");
    }
    EXPECT_THAT(said(out), ::testing::IsEmpty());
    p.rules = cep::testing::market_rules(rules);
  }

  plan p;
};

settings fatigue_of(const char* id, int most, const char* within, const char* hold) {
  return map({{"id", text(id)},
              {"kind", text("fatigue")},
              {"most", text(std::to_string(most))},
              {"within", text(within)},
              {"hold", text(hold)}});
}

outreach::request firing(std::size_t of, std::int64_t second, const std::string& user = "u") {
  static std::uint64_t last = 0;
  outreach::request what;
  what.occurrence = {0, ++last};
  what.who.id = user;
  what.rule = std::string(1, static_cast<char>('a' + of));
  what.fired = from_ms(second * 1'000);
  return what;
}

/// In the order of decisions: "a at 12: sent".
lines decided(const plan& p, const std::vector<outreach::request>& all) {
  lines out;
  decisions_in_time decisions(
      p, [](const subject&, timestamp) { return field_list{}; },
      [&](const decision& d, const outreach::request& what) {
        out.push_back(what.rule + " at " + std::to_string(to_ms(d.now) / 1'000) + ": " +
                      (d.what == outcome::sent ? "sent" : d.filter + " " + d.reason));
      });
  for (const auto& what : all) decisions.decide(what);
  decisions.finish();
  return out;
}

TEST(hold, the_last_place_is_the_most_urgent_one_s) {
  const shop s({fatigue_of("calm", 1, "1 h", "10 s")}, {"calm"}, {1, 9, 5});
  EXPECT_THAT(
      decided(s.p, {firing(0, 100), firing(1, 103), firing(2, 109)}),
      ElementsAre("b at 110: sent", "c at 110: calm outranked", "a at 110: calm outranked"));
}

TEST(hold, of_the_same_priority_is_who_fired_first) {
  const shop s({fatigue_of("calm", 1, "1 h", "10 s")}, {"calm"}, {5, 5});
  EXPECT_THAT(decided(s.p, {firing(1, 100), firing(0, 101)}),
              ElementsAre("b at 110: sent", "a at 110: calm outranked"));
}

TEST(hold, is_over_when_it_is_over) {
  const shop s({fatigue_of("calm", 1, "1 h", "10 s")}, {"calm"}, {1, 9});
  EXPECT_THAT(decided(s.p, {firing(0, 100), firing(1, 110), firing(1, 111)}),
              ElementsAre("a at 110: sent", "b at 110: calm capped", "b at 111: calm capped"));
}

TEST(hold, is_the_subject_s_own) {
  const shop s({fatigue_of("calm", 1, "1 h", "10 s")}, {"calm"}, {1, 9});
  EXPECT_THAT(decided(s.p, {firing(0, 100, "u"), firing(1, 104, "v")}),
              ElementsAre("a at 110: sent", "b at 114: sent"));
}

TEST(hold, of_two_places_gives_the_first_away_at_once) {
  const shop s({fatigue_of("calm", 2, "1 h", "10 s")}, {"calm"}, {1, 9});
  EXPECT_THAT(decided(s.p, {firing(0, 100), firing(0, 101), firing(1, 102)}),
              ElementsAre("a at 100: sent", "b at 111: sent", "a at 111: calm outranked"));
}

TEST(hold, lets_all_go_when_there_is_room_again) {
  const shop s({fatigue_of("calm", 2, "20 s", "10 s")}, {"calm"}, {1, 9});
  EXPECT_THAT(decided(s.p, {firing(0, 100), firing(0, 112), firing(1, 113)}),
              ElementsAre("a at 100: sent", "b at 122: sent", "a at 122: sent"))
      << "at 120 the first has left the window";
}

TEST(hold, of_each_of_two_filters_is_had_once) {
  const shop s({fatigue_of("calm", 1, "1 h", "10 s"), fatigue_of("quick", 1, "1 min", "5 s")},
               {"calm", "quick"}, {1, 9});
  EXPECT_THAT(decided(s.p, {firing(0, 100), firing(1, 101)}),
              ElementsAre("b at 115: sent", "a at 115: calm outranked"));
  const shop other({fatigue_of("quick", 1, "1 min", "5 s"), fatigue_of("calm", 2, "1 h", "10 s")},
                   {"quick", "calm"}, {1, 9});
  EXPECT_THAT(decided(other.p, {firing(0, 100), firing(0, 200), firing(1, 201)}),
              ElementsAre("a at 105: sent", "b at 215: sent", "a at 215: quick outranked"));
}

TEST(hold, of_somebody_refused_behind_it_leaves_the_place_to_the_next) {
  shop s({fatigue_of("calm", 1, "1 h", "10 s"),
          map({{"id", text("blocked")}, {"kind", text("blacklist")}, {"ids", list({text("u")})}})},
         {"calm", "blocked"}, {9, 1});
  s.p.chains.push_back({"open", {0}});
  s.p.chain_by_id["open"] = 1;
  s.p.actions[1].chain = "open";
  EXPECT_THAT(decided(s.p, {firing(1, 100), firing(0, 101)}),
              ElementsAre("a at 110: blocked listed", "b at 110: sent"));
}

TEST(hold, ends_before_the_quiet_hours_that_begin_meanwhile) {
  const shop s({map({{"id", text("night")},
                     {"kind", text("quiet_hours")},
                     {"from", text("22:00")},
                     {"to", text("08:00")}}),
                fatigue_of("calm", 1, "1 day", "10 min")},
               {"night", "calm"}, {1, 9});
  const std::int64_t evening = 22 * 3'600 - 60, morning = 32 * 3'600;
  EXPECT_THAT(decided(s.p, {firing(0, evening), firing(1, evening + 1)}),
              ElementsAre("b at " + std::to_string(morning) + ": sent",
                          "a at " + std::to_string(morning) + ": calm outranked"))
      << "and nobody is held a second time";
}

/// What must come of it, told from what each got: a place of a list that is searched.
struct world {
  struct asked_for {
    outreach::request what;
    int priority = 0;
    std::int64_t expires_after = 0;
    bool capped = true;
  };
  struct waiting {
    const asked_for* of = nullptr;
    std::size_t turn = 0;
  };
  std::int64_t most = 1, within = 1, hold = 1;  ///< seconds
  std::vector<std::int64_t> sends;
  std::vector<waiting> held;
  std::int64_t held_until = 0;
  std::map<std::uint64_t, std::string> outcomes;  ///< by occurrence: "sent 12"

  std::int64_t count(std::int64_t now) const {
    return std::count_if(sends.begin(), sends.end(), [&](auto s) { return s > now - within; });
  }
  void say(const asked_for& a, const std::string& word, std::int64_t now) {
    EXPECT_TRUE(outcomes.emplace(a.what.occurrence.low, word + " " + std::to_string(now)).second);
    if (word == "sent") sends.push_back(now);
  }
  static bool before(const waiting& x, const waiting& y) {
    return std::tuple(-x.of->priority, x.of->what.fired, x.turn) <
           std::tuple(-y.of->priority, y.of->what.fired, y.turn);
  }
  void end_hold(std::int64_t upto) {
    if (held.empty() || held_until > upto) return;
    std::sort(held.begin(), held.end(), before);
    for (const auto& w : std::exchange(held, {}))
      say(*w.of, count(held_until) < most ? "sent" : "outranked", held_until);
  }
  void ask(const asked_for& a, std::size_t turn) {
    const std::int64_t now = to_ms(a.what.fired) / 1'000;
    end_hold(now);
    if (!a.capped || count(now) + 1 < most) return say(a, "sent", now);
    if (count(now) >= most) return say(a, "capped", now);
    const auto until = held.empty() ? now + hold : held_until;
    if (a.expires_after == 0 || now + a.expires_after > until + 1) {
      held_until = until;
      held.push_back({&a, turn});
    } else {
      const waiting own{&a, turn};
      const bool first =
          std::all_of(held.begin(), held.end(), [&](const waiting& w) { return before(own, w); });
      say(a, first ? "sent" : "outranked", now);
    }
  }
};

/// Several users at random over actions of several priorities: some have no cap, some expire soon.
class random_shop {
 public:
  explicit random_shop(unsigned seed) : random_(seed) {
    wanted_.most = 1 + below(3);
    wanted_.hold = 1 + below(9);
    wanted_.within = wanted_.hold + 1 + below(40);
    std::vector<int> priorities;
    for (int i = 0; i < 6; ++i) priorities.push_back(below(3));
    shop_.emplace(std::vector<settings>{fatigue_of("calm", static_cast<int>(wanted_.most),
                                                   (std::to_string(wanted_.within) + " s").c_str(),
                                                   (std::to_string(wanted_.hold) + " s").c_str())},
                  std::vector<std::string>{"calm"}, priorities);
    if (below(2) == 0) shop_->p.actions[0].chain = "";
    shop_->p.actions[1].expires_after = std::chrono::seconds(below(15));
    std::int64_t now = 0;
    for (int i = 0; i < 60; ++i) {
      now += below(5);
      const auto of = static_cast<std::size_t>(below(6));
      const auto& by = shop_->p.actions[of];
      asked_.push_back({firing(of, now, std::string(1, static_cast<char>('u' + below(3)))),
                        by.priority, by.expires_after / std::chrono::seconds(1),
                        !by.chain.empty()});
    }
  }

  std::map<std::uint64_t, std::string> expected() const {
    std::map<std::string, world> of_user;
    std::map<std::uint64_t, std::string> all;
    for (std::size_t i = 0; i < asked_.size(); ++i)
      of_user.try_emplace(asked_[i].what.who.id, wanted_).first->second.ask(asked_[i], i);
    for (auto& [user, w] : of_user) {
      w.end_hold(std::numeric_limits<std::int64_t>::max());
      all.insert(w.outcomes.begin(), w.outcomes.end());
    }
    return all;
  }

  std::map<std::uint64_t, std::string> found() {
    std::map<std::uint64_t, std::string> all;
    decisions_in_time decisions(
        shop_->p, [](const subject&, timestamp) { return field_list{}; },
        [&](const decision& d, const outreach::request& what) {
          note(d, what);
          const auto word = d.what == outcome::sent ? "sent" : d.reason;
          EXPECT_TRUE(
              all.emplace(what.occurrence.low, word + " " + std::to_string(to_ms(d.now) / 1'000))
                  .second)
              << "decided twice";
        });
    for (const auto& a : asked_) decisions.decide(a.what);
    decisions.finish();
    return all;
  }

  /// What holds whoever decides: a cap is one, nobody waits longer than the hold, and of those
  /// whose hold ends at one moment no refused one goes before one that was sent.
  void check() const {
    for (const auto& [user, all] : noted_) {
      std::vector<std::int64_t> sends;
      std::map<std::int64_t, noted> worst_sent;
      for (const auto& n : all) {
        EXPECT_LE(n.now - n.fired, wanted_.hold);
        if (n.sent && n.capped) {
          EXPECT_LT(std::count_if(sends.begin(), sends.end(),
                                  [&](auto s) { return s > n.now - wanted_.within; }),
                    wanted_.most);
        }
        if (n.sent) sends.push_back(n.now);
        if (n.now == n.fired) continue;
        const auto better = [](const noted& x, const noted& y) {
          return std::pair(-x.priority, x.fired) < std::pair(-y.priority, y.fired);
        };
        const auto at = worst_sent.find(n.now);
        if (n.sent && (at == worst_sent.end() || better(at->second, n))) worst_sent[n.now] = n;
        if (n.sent) continue;
        EXPECT_TRUE(at != worst_sent.end() || uncapped()) << "nobody got the place";
        EXPECT_FALSE(at != worst_sent.end() && better(n, at->second));
      }
    }
  }
  std::size_t waited() const {
    std::size_t n = 0;
    for (const auto& [user, all] : noted_)
      n += static_cast<std::size_t>(
          std::count_if(all.begin(), all.end(), [](const noted& x) { return x.now != x.fired; }));
    return n;
  }

 private:
  struct noted {
    std::int64_t fired = 0, now = 0;
    int priority = 0;
    bool sent = false, capped = true;
  };
  int below(std::uint32_t n) { return static_cast<int>(random_() % n); }
  /// Somebody may take the place without asking for it.
  bool uncapped() const {
    return shop_->p.actions[0].chain.empty() ||
           shop_->p.actions[1].expires_after != duration::zero();
  }
  void note(const decision& d, const outreach::request& what) {
    const auto& by = shop_->p.actions[d.action];
    noted_[what.who.id].push_back({to_ms(what.fired) / 1'000, to_ms(d.now) / 1'000, by.priority,
                                   d.what == outcome::sent, !by.chain.empty()});
  }

  std::mt19937 random_;
  world wanted_;
  std::optional<shop> shop_;
  std::vector<world::asked_for> asked_;
  std::map<std::string, std::vector<noted>> noted_;
};

TEST(hold, does_what_a_list_that_is_searched_does) {
  std::size_t waited = 0;
  for (unsigned seed = 1; seed <= 400 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    random_shop s(seed);
    EXPECT_EQ(s.found(), s.expected());
    s.check();
    waited += s.waited();
  }
  EXPECT_GT(waited, 2'000u);
}

}  // namespace
}  // namespace beckon

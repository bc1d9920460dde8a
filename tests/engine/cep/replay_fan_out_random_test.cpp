// TO EACH in random worlds: against owners first and everyone else over the merged input, and with
// arrival out of order.
#include <algorithm>
#include <random>
#include <tuple>

#include <gtest/gtest.h>

#include "engine/access/subjects.hpp"
#include "engine/cep/derived_event.hpp"
#include "engine/cep/rule_index.hpp"
#include "tests/engine/cep/market.hpp"

namespace beckon::cep::testing {
namespace {

const std::string drop =
    "RULE drop FOR item WHEN price AS p WHERE p.p < 10 FIRE EVERY TIME TO EACH fav "
    "RETURN p.item_id AS item_id, p.p AS now_at";
const std::string quiet =
    "RULE quiet FOR item WHEN price BUT NOT view FOR 5 s FIRE EVERY TIME TO EACH fav "
    "RETURN item_id";

struct placed {
  std::size_t behind;  // index of the input it follows
  bool ahead;          // or precedes
  timestamp time;
  std::string rule, owner;
  event what;
  concerned_subject who;
};

struct world {
  std::vector<std::string> owner_rules, member_rules;
  std::vector<event> inputs;
};

std::string by_definition(const world& w) {
  std::vector<std::string> all = w.owner_rules;
  all.insert(all.end(), w.member_rules.begin(), w.member_rules.end());
  const auto whole = market_rules(all);
  const catalogue& events = whole->events();
  replay owners(market_rules(w.owner_rules), {});
  for (const event& e : w.inputs) owners.feed(subjects_of(e, events), e);
  std::vector<firing> out = owners.finish();

  std::vector<placed> derived;
  for (const firing& f : out) {
    std::size_t at = 0;
    bool ahead = false;
    timestamp clock = beginning;
    for (;; ++at) {
      const event& e = w.inputs[at];
      clock = std::max(clock, e.time);
      if (f.what.by_deadline ? clock >= f.what.time : e.id == f.what.last_id) break;
    }
    if (f.what.by_deadline) {
      const auto concerned = subjects_of(w.inputs[at], events);
      const bool own = std::any_of(concerned.begin(), concerned.end(),
                                   [&](const auto& s) { return s.who == f.who; });
      ahead = clock > f.what.time && !own;
    }
    relation_table then(market_catalogue());
    for (std::size_t i = 0; i < at + (ahead ? 0 : 1); ++i) then.apply(w.inputs[i]);
    const auto& relation = *events.relation("fav");
    for (const std::string& m : then.rows("fav")->members_at(f.who.id, f.what.time, "", 1000)) {
      derived.push_back({at, ahead, f.what.time, f.what.rule->name, f.who.id,
                         derived_event(telling_of(f.what), relation, m, events), member_of(relation, m)});
    }
  }
  std::stable_sort(derived.begin(), derived.end(), [](const placed& a, const placed& b) {
    return std::tie(a.behind, b.ahead, a.time, a.rule, a.owner) <
           std::tie(b.behind, a.ahead, b.time, b.rule, b.owner);
  });
  std::vector<std::shared_ptr<const language::checked_rule>> rest;
  for (const auto& rule : whole->rules()) {
    if (rule->to_each.empty()) rest.push_back(rule);
  }
  replay members(rule_set::build(whole->inside().events, rest), {});
  std::size_t next = 0;
  for (std::size_t i = 0; i < w.inputs.size(); ++i) {
    const auto give = [&](bool ahead) {
      for (; next < derived.size() && derived[next].behind == i && derived[next].ahead == ahead;
           ++next) {
        members.feed({&derived[next].who, 1}, derived[next].what);
      }
    };
    give(true);
    members.feed(subjects_of(w.inputs[i], events), w.inputs[i]);
    give(false);
  }
  for (firing& f : members.finish()) out.push_back(std::move(f));
  std::sort(out.begin(), out.end(), [](const firing& a, const firing& b) {
    return std::tie(a.what.time, a.what.rule->name, a.who) <
           std::tie(b.what.time, b.what.rule->name, b.who);
  });
  return shown(out);
}

std::string as_replayed(const world& w) {
  std::vector<std::string> all = w.owner_rules;
  all.insert(all.end(), w.member_rules.begin(), w.member_rules.end());
  const auto rules = market_rules(all);
  replay r(rules, {});
  for (const event& e : w.inputs) r.feed(subjects_of(e, rules->events()), e);
  return shown(r.finish());
}

TEST(fan_out_at_random, agrees_with_owners_first_and_members_after) {
  std::mt19937 random(7);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::size_t heard = 0;
  for (int round = 0; round < 200; ++round) {
    world w;
    w.owner_rules = {drop, quiet};
    w.member_rules = {"RULE heard WHEN drop THEN view WITHIN 10 s FIRE EVERY TIME",
                      "RULE hushed WHEN quiet OR drop BUT NOT view FOR 4 s FIRE EVERY TIME",
                      "RULE many WHEN quiet AT LEAST 2 TIMES WITHIN 30 s FIRE EVERY TIME",
                      "RULE missed WHEN view BUT NOT drop FOR 6 s FIRE EVERY TIME"};
    const auto events = market_rules(w.owner_rules)->inside().events;
    double now = 0;
    for (int i = 0; i < 40; ++i) {
      now += pick(4);
      const double at = pick(6) == 0 ? std::max(0.0, now - pick(5)) : now;
      const value user("u" + std::to_string(pick(3))), item("i" + std::to_string(pick(3)));
      const int kind = pick(10);
      if (kind < 4) {
        w.inputs.push_back(
            market_event(*events, "price", at, {{"item_id", item}, {"p", pick(20)}}));
      } else {
        const char* type = kind < 6 ? "fav" : kind < 7 ? "unfav" : "view";
        w.inputs.push_back(market_event(*events, type, at, {{"user_id", user}, {"item_id", item}}));
      }
    }
    const std::string expected = by_definition(w);
    ASSERT_EQ(as_replayed(w), expected) << "round " << round;
    heard += expected.find("heard") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(heard, 50U) << "the worlds must have something to say";
}

TEST(fan_out_at_random, a_buffer_makes_arrival_out_of_order_meaningless) {
  std::mt19937 random(11);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const std::vector<std::string> texts = {
      drop, "RULE heard WHEN drop THEN view WITHIN 10 s FIRE EVERY TIME",
      "RULE hushed WHEN drop BUT NOT view FOR 4 s FIRE EVERY TIME",
      "RULE many WHEN drop AT LEAST 2 TIMES WITHIN 9 s FIRE EVERY TIME"};
  const auto rules = market_rules(texts);
  const auto with_waits =
      market_rules({texts[0], texts[1], texts[2], texts[3], quiet,
                    "RULE calm WHEN quiet THEN view WITHIN 9 s FIRE EVERY TIME"});
  const catalogue& events = rules->events();
  const auto fired_by = [&](const std::shared_ptr<const rule_set>& set,
                            const std::vector<event>& inputs, replay_options options) {
    replay r(set, std::move(options));
    for (const event& e : inputs) r.feed(subjects_of(e, events), e);
    return shown(r.finish());
  };
  const auto fired = [&](const std::vector<event>& inputs, replay_options options) {
    return fired_by(rules, inputs, std::move(options));
  };
  replay_options buffered;
  buffered.out_of_order = {{"user", std::chrono::seconds{8}}, {"item", std::chrono::seconds{8}}};
  for (int round = 0; round < 100; ++round) {
    std::vector<event> sorted;
    std::vector<std::pair<timestamp, event>> arriving;
    for (int i = 0; i < 40; ++i) {
      const double at = i * 1.5 + 0.001 * (1 + i);  // no two times or deadlines alike
      const value user("u" + std::to_string(pick(2))), item("i" + std::to_string(pick(2)));
      const int kind = pick(10);
      if (kind < 4) {
        sorted.push_back(market_event(events, "price", at, {{"item_id", item}, {"p", pick(20)}}));
      } else {
        const char* type = kind < 6 ? "fav" : kind < 7 ? "unfav" : "view";
        sorted.push_back(market_event(events, type, at, {{"user_id", user}, {"item_id", item}}));
      }
      arriving.emplace_back(sorted.back().time + duration{pick(7000)}, sorted.back());
    }
    std::stable_sort(arriving.begin(), arriving.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<event> shuffled;
    for (auto& [when, e] : arriving) shuffled.push_back(std::move(e));
    ASSERT_EQ(fired(shuffled, buffered), fired(sorted, {})) << "round " << round;
    ASSERT_EQ(fired_by(with_waits, shuffled, buffered), fired_by(with_waits, sorted, buffered))
        << "round " << round;
  }
}

}  // namespace
}  // namespace beckon::cep::testing

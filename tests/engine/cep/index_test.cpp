// The index against every condition asked by itself, over random rules and events.
#include <limits>
#include <map>

#include <gtest/gtest.h>

#include "engine/cep/rule_index.hpp"
#include "tests/engine/cep/random_worlds.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

std::string number(dice& d) {
  return d.any_of({"0", "1", "2", "3", "-1", "0.5", "1.0", "1.5", "2.5", "9007199254740993",
                   "9007199254740992.0", "1e300"});
}

std::string one_condition(dice& d) {
  const std::string attribute = d.any_of({"v", "v", "x", "m", "m"});
  const std::string op = d.any_of({"=", "=", "!=", "<", "<=", ">", ">="});
  switch (d.below(14)) {
    case 0:
      return attribute + " BETWEEN " + number(d) + " AND " + number(d);
    case 1:
      return attribute + " NOT BETWEEN " + number(d) + " AND " + number(d);
    case 2:
      return attribute + " IN (" + number(d) + ", " + number(d) + ", NULL, 1, 1.0)";
    case 3:
      return attribute + " NOT IN (" + number(d) + ", 1)";
    case 4:
      return std::string("s ") + op + " '" + d.any_of({"p", "q", ""}) + "'";
    case 5:
      return "s IN ('p', 'z')";
    case 6:
      return "t " + op + " TIME '1970-01-01 00:00:0" + std::to_string(d.below(9)) + "'";
    case 7:
      return number(d) + " " + op + " " + attribute;
    case 8:
      return "v IN (l)";
    case 9:
    case 10:
      return random_where(d, 0, false);
    default:
      return attribute + " " + op + " " + number(d);
  }
}

std::string events_of(dice& d) {
  if (d.chance(10)) return "ANY EVENT ";
  std::string types = d.any_of({"a", "b", "c", "e", "bg", "der"});
  if (d.chance(25)) types += std::string(" OR ") + d.any_of({"d", "r", "outreach_opened"});
  return types + " ";
}

std::string pattern(dice& d) {
  std::string text = events_of(d);
  for (int n = d.below(4), i = 0; i < n; ++i) {
    text += i == 0 ? "WHERE " : "AND ";
    text += (d.chance(20) ? "(" + one_condition(d) + " OR " + one_condition(d) + ")"
                          : one_condition(d)) +
            " ";
  }
  return text;
}

std::shared_ptr<const language::checked_rule> random_start(dice& d, int serial) {
  std::string text = "RULE r" + std::to_string(serial) + "\nWHEN " + pattern(d) + "\n";
  for (int n = d.below(3), i = 0; i < n; ++i)
    text += "BUT NOT " + pattern(d) + " IN THE LAST 5 s\n";
  text += "FIRE EVERY TIME\n";
  return language::compile(text, "random.rule", {small_catalogue(), nullptr, "UTC"}).rule;
}

/// Values an event of these declarations can carry and some it cannot: the index believes none.
event odd_event(dice& d, int serial) {
  const std::string type =
      d.any_of({"a", "a", "b", "b", "c", "d", "e", "bg", "r", "der", "outreach_opened"});
  std::vector<std::pair<std::string, value>> attributes;
  const auto some = [&](const char* name, std::initializer_list<value> values) {
    if (d.chance(20)) return;
    const auto at = static_cast<std::size_t>(d.below(static_cast<int>(values.size())));
    attributes.emplace_back(name, values.begin()[at]);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  some("v", {0, 1, 2, 3, 1.0, 0.5, from_ms(1), "1", true, std::int64_t{9007199254740993}});
  some("x", {1, 2, -1, nan, from_ms(2), std::int64_t{9007199254740992}});
  some("m", {0.5, 1.0, 1.5, -0.0, nan, infinite, 2, std::int64_t{9007199254740993}, "p"});
  some("s", {"p", "q", "", "z", 1});
  some("t", {from_ms(0), from_ms(1000), from_ms(3000), std::int64_t{3000}, 2.5});
  some("l", {value_list{1, 2}, value_list{}});
  return made_event(type, d.below(9), std::move(attributes), "i" + std::to_string(serial));
}

/// What every creating pattern says of the event, as (rule, which pattern): asked one by one.
std::map<std::pair<std::string, std::size_t>, bool> asked_one_by_one(const rule_set& set,
                                                                     const event& e) {
  std::map<std::pair<std::string, std::size_t>, bool> found;
  const language::scope s = set.inside().scope_of(e);
  for (const prepared_rule& rule : set.inside().prepared) {
    const auto creating = rule.creating();
    for (std::size_t i = 0; i < creating.size(); ++i) {
      const language::event_pattern& p = *creating[i];
      if (!prepared_rule::names(p, e.type, set.inside().is_ordinary(e.type))) continue;
      if (p.where == nullptr || p.where->holds(s)) found[{rule.rule().name, i}] = true;
    }
  }
  return found;
}

std::string shown(const event& e) {
  std::string text(small_catalogue()->name(e.type));
  for (const attribute& a : e.attributes) {
    text += " " + std::string(small_catalogue()->name(a.name)) + "=" + to_display(a.content) +
            " (" + std::string(to_string(a.content.type())) + ")";
  }
  return text;
}

struct seen {
  std::size_t hits = 0, sure = 0, misses = 0;
};

void compare(const rule_set& set, const event& e, index_scratch& scratch, seen& count) {
  std::vector<hit> hits;
  set.inside().collect(e, scratch, hits);
  EXPECT_EQ(set.can_begin(e), !hits.empty());
  auto expected = asked_one_by_one(set, e);
  count.misses += expected.empty() ? 1 : 0;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    EXPECT_TRUE(i == 0 || hits[i - 1].entry < hits[i].entry);
    const std::uint32_t rule = set.inside().rule_of[hits[i].entry];
    const std::size_t which = hits[i].entry - set.inside().first_entry[rule];
    const bool holds = expected.erase({set.rules()[rule]->name, which}) > 0;
    EXPECT_TRUE(holds || !hits[i].sure) << set.rules()[rule]->canonical;
    ++(hits[i].sure ? count.sure : count.hits);
  }
  for (const prepared_rule& rule : set.inside().prepared) {
    for (std::size_t i = 0; i < rule.creating().size(); ++i) {
      if (expected.contains({rule.rule().name, i}))
        ADD_FAILURE() << "pattern " << i << " was not found of\n"
                      << rule.rule().canonical << shown(e);
    }
  }
}

TEST(index, finds_what_asking_every_condition_finds) {
  seen count;
  index_scratch scratch;  // of all sets alike, as a thread's is
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    dice d(seed);
    std::vector<std::shared_ptr<const language::checked_rule>> rules;
    const int n = seed % 20 == 0 ? 300 : 1 + d.below(40);
    for (int i = 0; i < n; ++i) {
      if (auto rule = random_start(d, i)) rules.push_back(std::move(rule));
    }
    const auto set = rule_set::build(small_catalogue(), std::move(rules));
    for (int i = 0; i < 60; ++i) compare(*set, odd_event(d, i), scratch, count);
    if (HasFailure()) FAIL() << "seed " << seed;
  }
  EXPECT_GT(count.sure, 10000U);
  EXPECT_GT(count.hits, 1000U);
  EXPECT_GT(count.misses, 1000U);
}

TEST(index, asks_an_equal_condition_once) {
  std::vector<std::shared_ptr<const language::checked_rule>> rules;
  for (int i = 0; i < 200; ++i)
    rules.push_back(compiled("RULE r" + std::to_string(1000 + i) +
                             " WHEN a WHERE s LIKE 'p%' AND m > 0.5 FIRE ONCE"));
  const auto set = rule_set::build(small_catalogue(), rules);
  index_scratch scratch;
  std::vector<hit> hits;
  set->inside().collect(made_event("a", 0, {{"s", "pq"}, {"m", 0.7}}), scratch, hits);
  EXPECT_EQ(hits.size(), 200U);
  hits.clear();
  set->inside().collect(made_event("a", 0, {{"s", "q"}, {"m", 0.7}}), scratch, hits);
  EXPECT_TRUE(hits.empty());
  EXPECT_EQ(
      set->inside().starts[static_cast<std::size_t>(*small_catalogue()->type("a"))].predicates(),
      1U);
}

TEST(index, leaves_the_profile_and_the_clock_to_who_knows_the_subject) {
  const auto set = set_of({"RULE p WHEN a WHERE user.level > 1 AND v = 1 FIRE ONCE",
                           "RULE n WHEN a WHERE now > event.time AND v = 1 FIRE ONCE",
                           "RULE z WHEN a WHERE hour_of_day(t) = 0 AND v = 1 FIRE ONCE"});
  index_scratch scratch;
  std::vector<hit> hits;
  set->inside().collect(made_event("a", 0, {{"v", 1}}), scratch, hits);
  ASSERT_EQ(hits.size(), 3U);
  for (const hit& h : hits) EXPECT_FALSE(h.sure);
  EXPECT_FALSE(set->can_begin(made_event("a", 0, {{"v", 2}})));
}

}  // namespace
}  // namespace beckon::cep::testing

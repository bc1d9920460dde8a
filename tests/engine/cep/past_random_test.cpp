// Random worlds, half of whose inputs are recorded before a rule with look-backs is in force:
// warmed from them, the rule's look-backs answer what they would answer had it been in force, and
// no other rule notices.
#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "engine/cep/past.hpp"
#include "engine/cep/state.hpp"
#include "tests/engine/cep/random_compare.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

using rule_ptr = std::shared_ptr<const language::checked_rule>;

std::string some_events(dice& d) {
  std::string text = d.any_of({"a", "b", "c", "d", "e", "r"});
  if (d.chance(25)) text += d.any_of({" OR a", " OR bg", " OR c"});
  return d.chance(8) ? "ANY EVENT" : text;
}

/// Whether it fires depends on its look-backs alone: one event completes it, and nothing limits it.
std::string rule_of_look_backs(dice& d) {
  const bool keyed = d.chance(50);
  const auto where = [&] { return d.chance(35) ? " WHERE " + random_where(d, 0, false) : ""; };
  std::string text = keyed ? "RULE warm\nSAME k\n" : "RULE warm\n";
  text += "WHEN " + std::string(d.any_of({"a", "b", "c", "d"})) + where() + "\n";
  for (int n = 1 + d.below(3); n > 0; --n)
    text += "BUT NOT " + some_events(d) + where() + " IN THE LAST " +
            std::to_string(1 + d.below(25)) + " s\n";
  return text + "FIRE EVERY TIME";
}

struct world {
  explicit world(std::uint64_t seed) {
    dice d(seed);
    warm = compiled_or_null(rule_of_look_backs(d));
    other = compiled_or_null(random_rule(d, "other", false));
    if (warm == nullptr || other == nullptr || other->subject_kind != "user") {
      warm = nullptr;
      return;
    }
    inputs = random_inputs(d, types_named({warm, other}), false);
    // In order of time: what is judged late is judged at a rule's clock, which another past has
    // moved.
    std::int64_t latest = 0;
    for (input& in : inputs) {
      latest = std::max(latest, to_ms(in.content.time));
      in.content.time = from_ms(latest);
      in.clock_before = std::min(in.clock_before, in.content.time);
    }
    recorded = static_cast<std::size_t>(d.below(static_cast<int>(inputs.size())));
  }

  rule_ptr warm, other;  ///< null: refused
  std::deque<input> inputs;
  std::size_t recorded = 0;  ///< of the inputs: those before the rule
};

void feed(one_subject& u, const input& in) {
  const std::int64_t clock = to_ms(in.clock_before) / 1000;
  u.settle(clock);
  if (in.only_profile) {
    set_field(u.profile, "muted", true);
    set_field(u.profile, "level", in.level);
  }
  if (!in.only_clock && !in.only_profile) u.feed(in.content, clock);
}

void feed_recorded(one_subject& u, const world& w) {
  for (std::size_t i = 0; i < w.recorded; ++i) feed(u, w.inputs[i]);
}

/// Firings of both rules behind what was recorded.
std::string fired_behind(one_subject& u, const world& w) {
  u.matches.clear();
  for (std::size_t i = w.recorded; i < w.inputs.size(); ++i) feed(u, w.inputs[i]);
  return "warm\n" + show(u.matches, *w.warm) + "other\n" + show(u.matches, *w.other);
}

std::string describe(const world& w) {
  return w.warm->canonical + w.other->canonical + "recorded: " + std::to_string(w.recorded) + "\n" +
         describe(w.inputs);
}

TEST(random_past, warmed_rules_answer_as_if_they_had_been_in_force) {
  const char* asked = std::getenv("BECKON_RANDOM_WORLDS");
  const std::uint64_t worlds = asked == nullptr ? 8000 : std::strtoull(asked, nullptr, 10);
  std::size_t compared = 0, noted = 0, differs_without = 0;
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    const world w(seed);
    if (w.warm == nullptr) continue;
    const auto both = rule_set::build(small_catalogue(), {w.other, w.warm});
    one_subject always(both, "s"), node(rule_set::build(small_catalogue(), {w.other}), "s"),
        log(rules_that_look_back(*both), "s");
    for (one_subject* u : {&always, &node, &log}) feed_recorded(*u, w);
    node.store_and_load(both);
    one_subject cold(both, "s");
    cold.state = *subject_state::decode(node.state.encode(), *both);
    cold.profile = node.profile;
    const auto past = [&] { return *subject_state::decode(log.state.encode(), *log.rules); };
    noted += take_past(node.state, past(), *both, beginning).times;
    const std::string once = node.state.encode();
    EXPECT_EQ(take_past(node.state, past(), *both, beginning).times, 0U) << describe(w);
    ASSERT_EQ(node.state.encode(), once) << describe(w);
    node.store_and_load();
    ASSERT_EQ(node.state.encode(), once) << describe(w);
    const std::string expected = fired_behind(always, w);
    ASSERT_EQ(fired_behind(node, w), expected) << "seed " << seed << "\n" << describe(w);
    differs_without += fired_behind(cold, w) != expected ? 1 : 0;
    ++compared;
  }
  std::cout << compared << " worlds, " << noted << " look-backs noted, " << differs_without
            << " fire otherwise when they are not warmed\n";
  if (worlds < 1000) return;
  EXPECT_GT(compared, worlds / 3);
  EXPECT_GT(differs_without, compared / 20);
}

/// Any rules, each warmed from its own history: they know it all already.
TEST(random_past, of_their_own_history_changes_nothing) {
  std::size_t looked = 0;
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    const random_world w(seed);
    if (w.rules.empty()) continue;
    const auto rules = rule_set::build(small_catalogue(), w.rules);
    const auto looking = rules_that_look_back(*rules);
    if (looking == nullptr) continue;
    const std::string kind = w.of_item ? "item" : "user";
    one_subject whole(rules, "s", kind), log(looking, "s", kind);
    for (const input& in : w.inputs) {
      feed(whole, in);
      feed(log, in);
      const std::string before = whole.state.encode();
      auto past = subject_state::decode(log.state.encode(), *looking);
      ASSERT_EQ(take_past(whole.state, *std::move(past), *rules, beginning).times, 0U)
          << "seed " << seed << "\n"
          << describe(w);
      ASSERT_EQ(whole.state.encode(), before) << "seed " << seed << "\n" << describe(w);
    }
    ++looked;
  }
  EXPECT_GT(looked, 300U);
}

}  // namespace
}  // namespace beckon::cep::testing

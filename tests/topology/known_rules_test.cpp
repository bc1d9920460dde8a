// The eighteen moments that must work: each a rule of the demo shop, with tests that fire and tests that
// stay silent.
#include <algorithm>

#include <gtest/gtest.h>

#include "engine/cep/run_tests.hpp"
#include "topology/shipped_kinds.hpp"
#include "topology/load.hpp"

namespace beckon::topology {
namespace {

const configuration& demo() {
  static const configuration made = load_configuration(BECKON_SOURCE_DIR "/config/demo", shipped_kinds());
  return made;
}

class known_rule : public ::testing::TestWithParam<const char*> {};

TEST_P(known_rule, fires_and_stays_silent_as_its_tests_say) {
  const auto& rules = demo().rules;
  const auto at = std::find_if(rules.begin(), rules.end(),
                               [](const loaded_rule& r) { return r.name == GetParam(); });
  ASSERT_NE(at, rules.end());
  ASSERT_NE(at->compiled.rule, nullptr) << at->compiled.found.front().to_string();
  const auto silent = [](const language::rule_test& t) { return t.expected.empty(); };
  const auto& tests = at->compiled.tests;
  EXPECT_TRUE(std::any_of(tests.begin(), tests.end(), silent));
  EXPECT_FALSE(std::all_of(tests.begin(), tests.end(), silent));
  for (const auto& o : cep::run_tests(at->compiled, demo().names.events, demo().names.zone))
    EXPECT_TRUE(o.passed) << o.title << "\n" << o.explanation;
}

INSTANTIATE_TEST_SUITE_P(
    of, known_rule,
    ::testing::Values("price_drop_on_favorite", "nudge_to_chat", "red_packet", "pay_reminder",
                      "golden_scale_game", "high_risk", "spam_broadcast", "snatch_bot",
                      "cart_abandoned", "rental_seeker", "coupon_unused", "reward_999",
                      "fav_then_cart", "hotel_hesitant", "venue_free_shipping", "login_brute_force",
                      "still_reading", "second_try"),
    [](const auto& rule) { return std::string(rule.param); });

}  // namespace
}  // namespace beckon::topology

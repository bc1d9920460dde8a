// Rule files compiled together: derived events, their order, circles, versions.
#include "engine/language/compile_set.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/language/rule_circle.hpp"
#include "tests/engine/language/market.hpp"
#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

using ::testing::HasSubstr;

const std::string cheaper =
    "RULE cheaper FOR item WHEN item_price_changed AS p FIRE EVERY TIME TO EACH favorite "
    "RETURN p.item_id, p.new_price AS price, event.time AS at, CASE WHEN 1 = 1 THEN 2 END AS n";
const std::string and_viewed =
    "RULE and_viewed WHEN cheaper AS c WHERE price < 10 AND item.title = 'kite' "
    "THEN item_view WHERE item_id = c.item_id WITHIN 1 day FIRE EVERY TIME RETURN c.at AS at";

compiled_set together(const std::vector<std::string>& texts) {
  std::vector<rule_text> files;
  for (const std::string& text : texts) {
    files.push_back({text, "f" + std::to_string(files.size()) + ".rule"});
  }
  return compile_set(files, market());
}

std::string all_found(const compiled_set& set) {
  std::string out;
  for (const compiled_file& f : set.files) out += listed(f.found);
  return out;
}

TEST(rules_together, know_each_others_derived_events) {
  const compiled_set set = together({and_viewed, cheaper});
  EXPECT_EQ(all_found(set), "");
  ASSERT_NE(set.files[0].rule, nullptr);
  ASSERT_NE(set.files[1].rule, nullptr);
  EXPECT_EQ(set.files[0].rule->name, "and_viewed");
  const auto type = set.events->type("cheaper");
  ASSERT_TRUE(type);
  const event_declaration& made = set.events->declaration(*type);
  EXPECT_TRUE(made.derived);
  ASSERT_EQ(made.subjects.size(), 1U);
  EXPECT_EQ(made.subjects[0].first, "user");
  const auto type_of = [&](const char* a) {
    return set.events->attribute_type_in(*type, *set.events->attribute(a));
  };
  EXPECT_EQ(type_of("user_id"), value_type::text);
  EXPECT_EQ(type_of("price"), value_type::real);
  EXPECT_EQ(type_of("at"), value_type::time);
  EXPECT_EQ(type_of("item.title"), value_type::text);
  EXPECT_EQ(market().events->type("cheaper"), std::nullopt);
}

TEST(rules_together, mean_the_same_as_alone) {
  const auto alone = in_market(cheaper).rule;
  ASSERT_NE(alone, nullptr);
  const auto beside = together({and_viewed, cheaper}).files[1].rule;
  ASSERT_NE(beside, nullptr);
  EXPECT_EQ(alone->version, beside->version);
  EXPECT_EQ(std::get<step>(alone->clauses[0]).structure,
            std::get<step>(beside->clauses[0]).structure);
  EXPECT_EQ(together({and_viewed, cheaper + ", 1 AS more"}).files[0].rule->version,
            together({and_viewed, cheaper}).files[0].rule->version);
}

TEST(rules_together, number_derived_events_alike_in_any_order) {
  std::vector<std::string> texts = {and_viewed, cheaper,
                                    "RULE dearer FOR item WHEN item_price_changed FIRE EVERY TIME "
                                    "TO EACH favorite RETURN new_price"};
  const compiled_set first = together(texts);
  std::reverse(texts.begin(), texts.end());
  const compiled_set second = together(texts);
  EXPECT_EQ(first.events->type("cheaper"), second.events->type("cheaper"));
  EXPECT_EQ(first.events->type("dearer"), second.events->type("dearer"));
}

TEST(rules_together, a_broken_maker_is_told_alone) {
  const compiled_set set = together({and_viewed, cheaper + ", nonsense"});
  EXPECT_EQ(set.files[0].found.size(), 0U) << all_found(set);
  EXPECT_NE(set.files[0].rule, nullptr);
  EXPECT_EQ(set.files[1].rule, nullptr);
  EXPECT_THAT(all_found(set), HasSubstr("nonsense"));
}

TEST(rules_together, returned_names_become_attributes) {
  EXPECT_THAT(all_found(together({"RULE r FOR item WHEN item_price_changed FIRE EVERY TIME "
                                  "TO EACH favorite RETURN item_id AS user_id"})),
              HasSubstr("1:92 'user_id' is the user whom TO EACH favorite reaches"));
  EXPECT_THAT(all_found(together({"RULE r FOR item WHEN item_price_changed FIRE EVERY TIME "
                                  "TO EACH favorite RETURN event.time"})),
              HasSubstr("every event has its own 'time'"));
  EXPECT_THAT(all_found(together({"RULE item_view FOR item WHEN item_price_changed FIRE EVERY TIME "
                                  "TO EACH favorite"})),
              HasSubstr("1:6 TO EACH makes an event of the rule's name"));
}

const environment& followers() {
  static const environment made = [] {
    const event_declaration posted{
        "posted", {{"user_id", value_type::text, true}}, {{"user", {"user_id"}}}};
    const event_declaration follow{
        "follow",
        {{"user_id", value_type::text, true}, {"author_id", value_type::text, true}},
        {{"user", {"user_id"}}}};
    const relation_declaration follows{"follows",   "user",     "user_id", "user",
                                       "author_id", {"follow"}, {}};
    environment env;
    env.events = *catalogue::build({}, {posted, follow}, {follows});
    return env;
  }();
  return made;
}

std::string chain(std::string_view name, std::string_view of) {
  return "RULE " + std::string(name) + " WHEN " + std::string(of) +
         " FIRE EVERY TIME TO EACH follows";
}

std::vector<std::string> found_in_chain(const std::vector<std::string>& texts) {
  std::vector<rule_text> files;
  for (const std::string& text : texts) files.push_back({text, "x.rule"});
  std::vector<std::string> found;
  for (const compiled_file& f : compile_set(files, followers()).files) {
    found.push_back(f.rule != nullptr ? "" : listed(f.found));
  }
  return found;
}

TEST(rules_in_a_circle, are_refused_with_the_circle) {
  const auto found = found_in_chain({chain("a", "posted OR c"), chain("b", "a"), chain("c", "b"),
                                     chain("d", "c"), chain("e", "posted")});
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(found[i], HasSubstr("1:6 rules cause each other in a circle: a → b → c → a"));
  }
  EXPECT_EQ(found[3], "");
  EXPECT_EQ(found[4], "");
  EXPECT_THAT(found_in_chain({chain("a", "a")})[0], HasSubstr("a → a"));
}

TEST(rules_in_a_circle, hops_have_a_limit) {
  std::vector<std::string> texts = {chain("r1", "posted")};
  for (int i = 2; i <= 5; ++i) {
    texts.push_back(chain("r" + std::to_string(i), "r" + std::to_string(i - 1)));
  }
  texts.push_back("RULE last WHEN r4 FIRE EVERY TIME");
  const auto found = found_in_chain(texts);
  for (int i : {0, 1, 2, 3, 5}) EXPECT_EQ(found[static_cast<std::size_t>(i)], "") << i;
  EXPECT_THAT(found[4], HasSubstr("more than 4 derived events away"));
}

std::string circle_of(const std::vector<std::string>& texts, std::vector<rule_action> actions) {
  std::vector<std::shared_ptr<const checked_rule>> rules;
  const compiled_set set = together(texts);
  EXPECT_FALSE(has_errors(set.files[0].found)) << all_found(set);
  for (const compiled_file& f : set.files) {
    if (f.rule) rules.push_back(f.rule);
  }
  return find_circle(rules, *set.events, actions);
}

TEST(rules_in_a_circle, also_by_what_their_actions_send) {
  const std::string opened = "RULE opened WHEN outreach_opened FIRE EVERY TIME";
  EXPECT_EQ(circle_of({opened}, {{"thanks", "opened"}}), "opened → action thanks → opened");
  EXPECT_EQ(circle_of({opened}, {{"thanks", "another"}}), "");
  EXPECT_EQ(circle_of({opened + " RETURN 1 AS n", "RULE viewed WHEN item_view FIRE ONCE"},
                      {{"hello", "viewed"}}),
            "");
  const std::string asks = "RULE asks WHEN outreach_opened WHERE action = 'hello' FIRE EVERY TIME";
  EXPECT_EQ(circle_of({asks}, {{"thanks", "asks"}}), "");
  EXPECT_EQ(circle_of({asks}, {{"hello", "asks"}}), "asks → action hello → asks");
  EXPECT_EQ(
      circle_of({"RULE w WHEN item_view UNLESS outreach_sent FIRE EVERY TIME"}, {{"hello", "w"}}),
      "")
      << "what only cancels causes nothing";
}

TEST(rules_in_a_circle, by_derived_events_and_actions_together) {
  const std::string told = "RULE told WHEN cheaper FIRE EVERY TIME";
  const std::string heard =
      "RULE heard FOR user WHEN outreach_opened WHERE rule = 'told' FIRE EVERY TIME";
  EXPECT_EQ(circle_of({cheaper, told, heard}, {{"a", "told"}, {"b", "heard"}}), "");
  EXPECT_EQ(circle_of({cheaper, told, "RULE heard WHEN outreach_opened OR cheaper FIRE EVERY TIME"},
                      {{"a", "told"}, {"b", "heard"}}),
            "heard → action b → heard");
}

}  // namespace
}  // namespace beckon::language::testing

// Items, relations and TO EACH from configuration files to a backtest: what the commands say.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"
#include "topology/load.hpp"
#include "topology/shipped_kinds.hpp"

namespace beckon::topology {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class subjects_of_a_shop : public ::testing::Test {
 protected:
  subjects_of_a_shop() {
    std::filesystem::create_directories(directory_.path() / "rules");
    write("catalogue.yaml", R"(entities:
  item: {fields: {title: string}}
events:
  favorite: {fields: {item_id: {type: string, required: true}}}
  unfavorite: {fields: {item_id: {type: string, required: true}}}
  item_price_changed:
    fields: {item_id: {type: string, required: true}, old_price: double, new_price: double}
    subjects: {item: item_id}
  item_view: {fields: {item_id: string}}
relations:
  favorite: {member: user_id, owner: item_id, added_by: favorite, removed_by: unfavorite}
)");
    write("rules/price_drop_on_favorite.rule",
          R"(RULE price_drop_on_favorite "A favourite got cheaper"
FOR item
WHEN item_price_changed AS p WHERE new_price < old_price * 0.95
FIRE ONCE PER 1 day
TO EACH favorite
RETURN p.item_id AS item_id, p.new_price AS price
TEST "cheaper"
  GIVEN favorite {user_id: "u", item_id: "7"}
  00:00:00 item_price_changed {item_id: "7", old_price: 10, new_price: 9}
  EXPECT FIRE AT 00:00:00 FOR 7 {item_id: "7", price: 9}
TEST "hardly cheaper"
  00:00:00 item_price_changed {item_id: "7", old_price: 10, new_price: 9.6}
  EXPECT NOTHING
)");
    write("rules/comes_back.rule", R"(RULE comes_back
WHEN price_drop_on_favorite AS p WHERE item.title = 'kite'
THEN item_view WHERE item_id = p.item_id WITHIN 1 hour
FIRE EVERY TIME
RETURN p.price AS price
TEST "comes"
  GIVEN item {item_id: "7", title: "kite"}
  00:00:00 price_drop_on_favorite {item_id: "7", price: 9}
  00:10:00 item_view {item_id: "7"}
  EXPECT FIRE AT 00:10:00 {price: 9}
)");
    write("materials.yaml", "materials: [{id: cheaper, text: '{{ item_id }} now {{ price }}'}]\n");
    write("channels.yaml", "channels: [{id: screen, kind: console}]\n");
    write("actions.yaml",
          "actions: [{id: tell, rule: price_drop_on_favorite, material: cheaper, channel: "
          "screen}]\n");
  }

  std::string write(const std::string& below, const std::string& text) const {
    std::ofstream(directory_.file(below)) << text;
    return directory_.file(below);
  }
  std::string here() const { return directory_.path().string(); }

  tests::temporary_directory directory_;
};

constexpr const char* log = R"({"type":"$item","item_id":"7","title":"kite"}
{"type":"$relation.favorite","time":500,"user_id":"a","item_id":"7"}
{"type":"favorite","time":1000,"user_id":"b","item_id":"7"}
{"type":"favorite","time":1000,"user_id":"c","item_id":"7"}
{"type":"unfavorite","time":2000,"user_id":"c","item_id":"7"}
{"type":"item_price_changed","time":3000,"item_id":"7","old_price":10,"new_price":9}
{"type":"item_view","time":4000,"user_id":"b","item_id":"7"}
{"type":"item_price_changed","time":5000,"item_id":"7","old_price":9,"new_price":5}
)";

TEST_F(subjects_of_a_shop, a_backtest_tells_each_and_judges_what_follows) {
  const command_outcome o = run_words(
      {"rule", "backtest", "-c", here(), "--events", write("log.ndjson", log), "--output", "json"});
  ASSERT_EQ(o.exit, 0) << o.err;
  std::vector<std::string> fired;
  std::istringstream lines(o.out);
  for (std::string line; std::getline(lines, line);) {
    const auto j = nlohmann::json::parse(line);
    fired.push_back(j["rule"].get<std::string>() + " " + j["subject"].get<std::string>() + " " +
                    j["returns"].dump());
  }
  EXPECT_THAT(fired, ElementsAre(R"(price_drop_on_favorite 7 {"item_id":"7","price":9.0})",
                                 R"(comes_back b {"price":9.0})"));
  const auto report = nlohmann::json::parse(o.err);
  EXPECT_EQ(report["derived"], 2);
  EXPECT_EQ(report["refused"], 0);
  EXPECT_EQ(report["actions"][0]["firings"], 2) << "one for each who was told";
  EXPECT_EQ(report["actions"][0]["sent"], 2);
  EXPECT_EQ(report["actions"][0]["users"], 2);
  EXPECT_EQ(report["rules"][1]["withheld_by_fire_limit"], 1);
}

TEST_F(subjects_of_a_shop, is_valid_and_counts_only_what_is_declared) {
  const command_outcome o = run_words({"validate", here(), "--output", "json"});
  ASSERT_EQ(o.exit, 0) << o.out << o.err;
  EXPECT_EQ(nlohmann::json::parse(o.out)["summary"]["events"], 4);
}

TEST_F(subjects_of_a_shop, rule_test_knows_the_other_rules_events) {
  const command_outcome one = run_words({"rule", "test", here() + "/rules/comes_back.rule"});
  EXPECT_EQ(one.exit, 0) << one.out << one.err;
  EXPECT_THAT(one.out, HasSubstr("1 passed, 0 failed"));
  EXPECT_THAT(one.out, Not(HasSubstr("price_drop_on_favorite.rule")));
  const command_outcome all = run_words({"rule", "test", here() + "/rules"});
  EXPECT_EQ(all.exit, 0) << all.out << all.err;
  EXPECT_THAT(all.out, HasSubstr("3 passed, 0 failed"));
}

TEST_F(subjects_of_a_shop, rule_test_prefers_the_file_it_is_given) {
  const std::string other = write("comes_back.rule", R"(RULE comes_back
WHEN price_drop_on_favorite FIRE EVERY TIME
TEST "told"
  00:00:00 price_drop_on_favorite
  EXPECT FIRE
)");
  const command_outcome o = run_words({"rule", "test", "-c", here(), other});
  EXPECT_EQ(o.exit, 0) << o.out << o.err;
  EXPECT_THAT(o.out, HasSubstr("1 passed"));
}

TEST_F(subjects_of_a_shop, circles_are_refused_at_a_rule) {
  write("rules/opened.rule", "RULE opened WHEN outreach_opened FIRE EVERY TIME RETURN 1 AS n\n");
  write("actions.yaml",
        "actions: [{id: thanks, rule: opened, material: plain, channel: screen}]\n");
  write("materials.yaml", "materials: [{id: plain, text: 'thanks'}]\n");
  const command_outcome o = run_words({"validate", here()});
  EXPECT_EQ(o.exit, 78) << o.out;
  EXPECT_THAT(o.out, HasSubstr("opened.rule:1:6"));
  EXPECT_THAT(o.out, HasSubstr("in a circle: opened → action thanks → opened"));
}

TEST_F(subjects_of_a_shop, an_action_needs_a_user_to_tell) {
  write("rules/wanted.rule", "RULE wanted FOR item WHEN item_price_changed FIRE EVERY TIME\n");
  write("materials.yaml", "materials: [{id: plain, text: 'wanted'}]\n");
  write("actions.yaml", "actions: [{id: shout, rule: wanted, material: plain, channel: screen}]\n");
  const command_outcome o = run_words({"validate", here()});
  EXPECT_EQ(o.exit, 78) << o.out;
  EXPECT_THAT(o.out, HasSubstr("actions.yaml:1:29"));
  EXPECT_THAT(o.out, HasSubstr("rule 'wanted' fires for one item, and messages go to users"));
}

TEST_F(subjects_of_a_shop, rules_that_cause_each_other_are_refused) {
  write("rules/a.rule", "RULE a FOR item WHEN b FIRE EVERY TIME TO EACH favorite\n");
  write("rules/b.rule", "RULE b FOR item WHEN a FIRE EVERY TIME TO EACH favorite\n");
  const command_outcome o = run_words({"validate", here()});
  EXPECT_EQ(o.exit, 78) << o.out;
  EXPECT_THAT(o.out, HasSubstr("a.rule:1:6"));
  EXPECT_THAT(o.out, HasSubstr("b.rule:1:6"));
  EXPECT_THAT(o.out, HasSubstr("rules cause each other in a circle: a → b → a"));
}

}  // namespace
}  // namespace beckon::topology

// TO EACH in a replay: who is told, when, and in which order; items' attributes; rules of items.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/access/subjects.hpp"
#include "engine/cep/derived_event.hpp"
#include "tests/engine/cep/market.hpp"

namespace beckon::cep::testing {
namespace {

using ::testing::ElementsAre;

const std::string drop =
    "RULE drop FOR item WHEN price AS p WHERE p.p < 10 FIRE EVERY TIME TO EACH fav "
    "RETURN p.item_id AS item_id, p.p AS now_at";
const std::string quiet =
    "RULE quiet FOR item WHEN price BUT NOT view FOR 5 s FIRE EVERY TIME TO EACH fav "
    "RETURN item_id";

class fan_out : public ::testing::Test {
 protected:
  void begin(const std::vector<std::string>& texts, replay_options options = {}) {
    rules_ = market_rules(texts);
    replay_ = std::make_unique<replay>(rules_, std::move(options));
  }
  void feed(std::string_view type, double seconds,
            std::vector<std::pair<std::string, value>> attributes) {
    const event e = market_event(rules_->events(), type, seconds, std::move(attributes));
    replay_->feed(subjects_of(e, rules_->events()), e);
  }
  void fav(double seconds, const char* user, const char* item) {
    feed("fav", seconds, {{"user_id", user}, {"item_id", item}});
  }
  void view(double seconds, const char* user, const char* item) {
    feed("view", seconds, {{"user_id", user}, {"item_id", item}});
  }
  void price(double seconds, const char* item, int p) {
    feed("price", seconds, {{"item_id", item}, {"p", p}});
  }
  std::string finish() {
    firings_ = replay_->finish();
    return shown(firings_);
  }

  std::shared_ptr<const rule_set> rules_;
  std::unique_ptr<replay> replay_;
  std::vector<firing> firings_;
};

TEST_F(fan_out, tells_everyone_related_when_it_fired) {
  begin({drop, "RULE heard WHEN drop AS d FIRE EVERY TIME RETURN d.item_id AS i, d.now_at AS p"});
  fav(1, "u", "7");
  fav(1, "v", "7");
  fav(1, "w", "8");
  price(2, "7", 5);
  feed("unfav", 3, {{"user_id", "u"}, {"item_id", "7"}});
  fav(3, "x", "7");
  price(4, "7", 4);
  price(5, "7", 20);
  price(1200, "7", 3);  // all have expired
  EXPECT_EQ(finish(), "drop:7@2 heard:u@2 heard:v@2 drop:7@4 heard:v@4 heard:x@4 drop:7@1200");
  EXPECT_EQ(replay_->counts().derived, 4U);
  EXPECT_EQ(firings_[1].what.returns, (field_list{{"i", "7"}, {"p", 5}}));
  EXPECT_THAT(firings_[0].recipients, ElementsAre(subject{"user", "u"}, subject{"user", "v"}));
  EXPECT_TRUE(firings_[1].recipients.empty());
}

TEST_F(fan_out, rows_relate_as_events_do) {
  begin({drop, "RULE heard WHEN drop FIRE EVERY TIME"});
  feed("$relation.fav", 1, {{"user_id", "u"}, {"item_id", "7"}});
  price(2, "7", 5);
  feed("$unrelation.fav", 3, {{"user_id", "u"}, {"item_id", "7"}});
  price(4, "7", 5);
  EXPECT_EQ(finish(), "drop:7@2 heard:u@2 drop:7@4");
}

TEST_F(fan_out, rows_before_any_time_count_from_the_first_one_on) {
  begin({drop, "RULE heard WHEN drop FIRE EVERY TIME"});
  feed("$relation.fav", 0, {{"user_id", "u"}, {"item_id", "7"}});
  feed("$relation.fav", 0, {{"user_id", "v"}, {"item_id", "7"}});
  feed("$unrelation.fav", 0, {{"user_id", "v"}, {"item_id", "7"}});
  view(100'000, "w", "8");
  price(100'999, "7", 5);
  price(101'000, "7", 5);
  EXPECT_EQ(finish(), "drop:7@100999 heard:u@100999 drop:7@101000");
}

TEST_F(fan_out, a_members_oldest_goes_beyond_the_cap) {
  begin({drop, "RULE heard WHEN drop FIRE EVERY TIME"});
  fav(1, "u", "7");
  fav(2, "u", "8");
  fav(3, "u", "9");
  for (const char* item : {"7", "8", "9"}) price(4, item, 1);
  EXPECT_EQ(finish(), "drop:7@4 drop:8@4 drop:9@4 heard:u@4 heard:u@4");
}

TEST_F(fan_out, fire_limits_count_per_owner) {
  begin({"RULE once FOR item WHEN price FIRE ONCE PER 1 day TO EACH fav RETURN item_id",
         "RULE heard WHEN once FIRE EVERY TIME"});
  fav(1, "u", "7");
  fav(1, "v", "7");
  fav(1, "u", "8");
  price(2, "7", 5);
  price(3, "7", 4);
  price(3, "8", 4);
  EXPECT_EQ(finish(), "heard:u@2 heard:v@2 once:7@2 heard:u@3 once:7@3! once:8@3");
}

TEST_F(fan_out, what_an_input_caused_follows_directly_behind_it) {
  begin({drop, "RULE seen WHEN drop THEN view WITHIN 60 s FIRE EVERY TIME",
         "RULE before WHEN view THEN drop WITHIN 60 s FIRE EVERY TIME"});
  fav(1, "u", "7");
  price(2, "7", 5);
  view(2, "u", "8");
  EXPECT_EQ(finish(), "drop:7@2 seen:u@2");
}

TEST_F(fan_out, a_deadline_tells_at_its_own_time) {
  begin({quiet, "RULE seen WHEN quiet THEN view WITHIN 60 s FIRE EVERY TIME",
         "RULE calm WHEN fav BUT NOT quiet FOR 10 s FIRE EVERY TIME"});
  fav(1, "u", "7");
  price(2, "7", 5);
  view(40, "u", "8");  // long after the deadline at 7, and not about item 7
  EXPECT_EQ(finish(), "quiet:7@7 seen:u@40") << "and quiet came within 10 s of the favourite";
}

TEST_F(fan_out, only_those_related_at_the_deadline_are_told) {
  begin({quiet, "RULE heard WHEN quiet FIRE EVERY TIME"});
  price(2, "7", 5);
  fav(6, "u", "7");
  fav(7, "v", "7");
  fav(8, "w", "7");
  EXPECT_EQ(finish(), "heard:u@7 heard:v@7 quiet:7@7");
}

TEST_F(fan_out, an_input_about_the_owner_comes_before_the_deadline_it_overtakes) {
  begin({quiet, "RULE seen WHEN quiet THEN view WITHIN 60 s FIRE EVERY TIME",
         "RULE heard WHEN quiet FIRE EVERY TIME"});
  fav(1, "u", "7");
  price(2, "7", 5);
  view(40, "u", "7");
  EXPECT_EQ(finish(), "heard:u@7 quiet:7@7");
}

TEST_F(fan_out, deadlines_left_at_the_end_tell_in_order_of_time) {
  begin({quiet, "RULE calm WHEN quiet AS q BUT NOT quiet FOR 3 s FIRE EVERY TIME"},
        {.until = from_ms(60'000)});
  fav(1, "u", "7");
  fav(1, "u", "8");
  price(2, "8", 5);
  price(3, "7", 5);
  EXPECT_EQ(finish(), "quiet:8@7 quiet:7@8 calm:u@11");
}

TEST_F(fan_out, with_a_buffer_derived_events_take_their_place_in_time) {
  replay_options options;
  options.out_of_order = {{"user", std::chrono::seconds{10}}, {"item", std::chrono::seconds{10}}};
  begin({drop, "RULE seen WHEN drop THEN view WITHIN 60 s FIRE EVERY TIME"}, options);
  fav(1, "u", "7");
  view(5, "u", "8");
  price(4, "7", 5);  // late, but within the buffer
  view(30, "v", "9");
  EXPECT_EQ(finish(), "drop:7@4 seen:u@5");
}

TEST_F(fan_out, derived_events_are_neither_any_event_nor_break_a_row) {
  begin({drop, "RULE row WHEN view AT LEAST 2 TIMES IN A ROW WITHIN 60 s FIRE EVERY TIME",
         "RULE any WHEN ANY EVENT WHERE item_id = '7' FIRE EVERY TIME"});
  feed("$relation.fav", 0, {{"user_id", "u"}, {"item_id", "7"}});
  view(1, "u", "8");
  price(2, "7", 5);
  view(3, "u", "8");
  EXPECT_EQ(finish(), "drop:7@2 row:u@3");
}

TEST_F(fan_out, derived_events_follow_from_derived_events) {
  // Users who favour an item are told; the second rule makes its own event of it.
  begin({drop, "RULE heard WHEN drop AS d THEN view WITHIN 60 s FIRE EVERY TIME"});
  fav(1, "u", "7");
  price(2, "7", 5);
  price(3, "7", 4);
  view(4, "u", "7");
  EXPECT_EQ(finish(), "drop:7@2 drop:7@3 heard:u@4");
}

TEST_F(fan_out, an_events_id_is_the_occurrence_of_firing_and_member) {
  begin({drop, "RULE heard WHEN drop FIRE EVERY TIME"});
  fav(1, "u", "7");
  fav(1, "v", "7");
  price(2, "7", 5);
  finish();
  const match& m = firings_.at(0).what;
  EXPECT_NE(occurrence_for(m.occurrence, "u"), occurrence_for(m.occurrence, "v"));
  const auto& relation = *rules_->events().relation("fav");
  const event e = derived_event(telling_of(m), relation, "u", rules_->events());
  EXPECT_EQ(e.id, to_hex(occurrence_for(m.occurrence, "u")));
  EXPECT_EQ(e.source, derived_source);
  EXPECT_EQ(e.time, m.time);
  EXPECT_EQ(*e.find(*rules_->events().attribute("user_id")), value("u"));
  EXPECT_EQ(*e.find(*rules_->events().attribute("now_at")), value(5));
}

TEST_F(fan_out, items_are_read_as_they_were_when_the_event_came) {
  begin({"RULE cheap WHEN view AS v WHERE item.cost < 10 FIRE EVERY TIME RETURN item.title AS t",
         "RULE late WHEN view AS v BUT NOT fav FOR 5 s FIRE EVERY TIME RETURN v.item_id AS i"},
        {.until = never});
  view(1, "u", "7");
  feed("$item", 2, {{"item_id", "7"}, {"title", "kite"}, {"cost", 5}});
  view(3, "u", "7");
  feed("$item", 4, {{"item_id", "7"}, {"cost", 50}});
  view(5, "u", "7");
  view(6, "u", "8");
  EXPECT_EQ(finish(), "cheap:u@3 late:u@11") << "the last view is the anchor that counts";
  EXPECT_EQ(firings_[0].what.returns, (field_list{{"t", "kite"}}));
}

TEST_F(fan_out, derived_events_carry_the_items_fields) {
  begin({drop, "RULE heard WHEN drop WHERE item.title = 'kite' FIRE EVERY TIME"});
  feed("$item", 0, {{"item_id", "7"}, {"title", "kite"}});
  for (const char* item : {"7", "8"}) {
    fav(1, "u", item);
    price(2, item, 5);
  }
  EXPECT_EQ(finish(), "drop:7@2 drop:8@2 heard:u@2");
}

TEST_F(fan_out, rules_about_items_see_events_of_items_alone) {
  begin({"RULE wanted FOR item WHEN view AT LEAST 2 DIFFERENT user_id WITHIN 60 s FIRE EVERY TIME",
         "RULE curious WHEN view AT LEAST 2 DIFFERENT item_id WITHIN 60 s FIRE EVERY TIME"});
  view(1, "u", "7");
  view(2, "v", "7");
  view(3, "u", "8");
  EXPECT_EQ(finish(), "wanted:7@2 curious:u@3");
}

}  // namespace
}  // namespace beckon::cep::testing

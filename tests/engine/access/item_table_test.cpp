#include "engine/access/item_table.hpp"

#include <gtest/gtest.h>

#include "tests/engine/access/access_fixture.hpp"

namespace beckon {
namespace {

class items : public ::testing::Test {
 protected:
  void upsert(field_list fields) {
    event row;
    row.type = *types_->type("$item");
    row.extra = std::move(fields);
    table_.upsert(row);
  }
  /// "title,price" as attached to an event about the item.
  std::string attached(std::string id) const {
    event e;
    e.type = *types_->type("favorite");
    e.attributes = {{*types_->attribute("user_id"), "u"},
                    {*types_->attribute("item_id"), std::move(id)}};
    EXPECT_LE(table_.attach(e), 1u);
    const auto shown = [&](const char* name) {
      const value* found = e.find(*types_->attribute(name));
      return found == nullptr ? std::string("-") : to_display(*found);
    };
    return shown("item.title") + "," + shown("item.price");
  }

  std::shared_ptr<const catalogue> types_ = testing::market_catalogue();
  item_table table_{types_};
};

TEST_F(items, events_carry_what_the_row_says_when_they_arrive) {
  upsert({{"item_id", "7"}, {"title", "kite"}, {"price", 3.5}});
  EXPECT_EQ(attached("7"), "kite,3.5");
  upsert({{"item_id", "7"}, {"price", 2.5}});
  EXPECT_EQ(attached("7"), "kite,2.5");
  upsert({{"item_id", "7"}, {"title", value()}});
  EXPECT_EQ(attached("7"), "-,2.5");
  EXPECT_EQ(table_.size(), 1u);
}

TEST_F(items, without_a_row_carry_nothing) {
  upsert({{"item_id", "7"}, {"title", "kite"}});
  EXPECT_EQ(attached("8"), "-,-");
  EXPECT_EQ(attached(""), "-,-");
  EXPECT_EQ(table_.find("item", "8"), std::nullopt);
  EXPECT_EQ(table_.find("user", "7"), std::nullopt);
}

TEST_F(items, are_missed_where_an_event_names_one_without_a_row) {
  upsert({{"item_id", "7"}});
  event e;
  e.type = *types_->type("favorite");
  EXPECT_EQ(table_.attach(e), 0u) << "names nobody";
  e.attributes = {{*types_->attribute("item_id"), "7"}};
  EXPECT_EQ(table_.attach(e), 0u);
  e.attributes = {{*types_->attribute("item_id"), "8"}};
  EXPECT_EQ(table_.attach(e), 1u);
}

TEST_F(items, keep_what_the_catalogue_declares_and_nothing_else) {
  upsert({{"item_id", "7"}, {"price", 3.5}, {"unknown", "x"}, {"title", "kite"}});
  EXPECT_EQ(table_.find("item", "7"), (field_list{{"title", "kite"}, {"price", 3.5}}));
  table_.replace("item", "7", {{"price", 2.0}});
  EXPECT_EQ(table_.find("item", "7"), (field_list{{"price", 2.0}})) << "the whole row";
  table_.replace("shop", "7", {{"price", 2.0}});
  EXPECT_EQ(table_.size(), 1u) << "a kind the catalogue lacks";
}

TEST_F(items, leave_attributes_sorted_and_the_event_else_as_it_was) {
  upsert({{"item_id", "7"}, {"title", "kite"}, {"price", 1.0}, {"unknown", "x"}});
  event e;
  e.type = *types_->type("favorite");
  e.attributes = {{*types_->attribute("item_id"), "7"}};
  EXPECT_EQ(table_.attach(e), 0u);
  ASSERT_EQ(e.attributes.size(), 3u);
  for (std::size_t i = 1; i < e.attributes.size(); ++i) {
    EXPECT_LT(e.attributes[i - 1].name, e.attributes[i].name);
  }
  EXPECT_TRUE(e.extra.empty());
}

}  // namespace
}  // namespace beckon

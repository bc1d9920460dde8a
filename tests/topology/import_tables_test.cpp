#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "topology/import/tables.hpp"

namespace beckon::topology {
namespace {

class rows_of_an_import : public ::testing::Test {
 protected:
  rows_of_an_import() {
    const event_declaration fav{"fav",
                                {{"user_id", value_type::text}, {"item_id", value_type::text}},
                                {{"user", {"user_id"}}}};
    const relation_declaration favorite{"favorite", "user",  "user_id", "item",
                                        "item_id",  {"fav"}, {}};
    events_ =
        *catalogue::build({{"item", "item_id", {{"title", value_type::text}}}}, {fav}, {favorite});
    tables_ = std::make_unique<import_tables>(events_, [this] {
      ++looked_;
      return first_;
    });
  }
  event of(const char* type) const {
    event e;
    e.type = *events_->type(type);
    if (events_->row_of(e.type) != nullptr) {
      e.extra = {{"user_id", "u"}, {"item_id", "7"}, {"title", "kite"}};
    } else {
      e.attributes = {{*events_->attribute("user_id"), "u"}, {*events_->attribute("item_id"), "7"}};
    }
    return e;
  }

  std::shared_ptr<const catalogue> events_;
  result<std::optional<timestamp>> first_ = std::optional<timestamp>{};
  int looked_ = 0;
  std::unique_ptr<import_tables> tables_;
};

TEST_F(rows_of_an_import, of_items_are_applied_to_what_follows) {
  event before = of("fav"), row = of("$item"), after = of("fav");
  EXPECT_TRUE(tables_->take(before, 1));
  EXPECT_TRUE(tables_->take(row, 2));
  EXPECT_TRUE(tables_->take(after, 3));
  const attribute_id title = *events_->attribute("item.title");
  EXPECT_EQ(before.find(title), nullptr);
  ASSERT_NE(after.find(title), nullptr);
  EXPECT_EQ(*after.find(title), value("kite"));
}

TEST_F(rows_of_an_import, of_users_go_on) {
  event row = of("$user");
  EXPECT_TRUE(tables_->take(row, 1));
}

TEST_F(rows_of_an_import, of_relations_go_on_and_get_the_first_time_where_they_have_none) {
  first_ = std::optional(from_ms(70));
  for (const char* type : {"$relation.favorite", "$unrelation.favorite"}) {
    event timed = of(type), before = of(type), after = of(type);
    timed.time = from_ms(9);
    EXPECT_TRUE(tables_->take(before, 1));
    EXPECT_TRUE(tables_->take(timed, 2));
    EXPECT_TRUE(tables_->take(after, 3));
    EXPECT_EQ(timed.time, from_ms(9));
    EXPECT_EQ(before.time, from_ms(70));
    EXPECT_EQ(after.time, from_ms(70));
  }
  EXPECT_EQ(looked_, 1) << "the files are read again once";
}

TEST_F(rows_of_an_import, of_relations_without_any_time_hold_from_their_arrival) {
  event row = of("$relation.favorite");
  row.arrival = from_ms(500);
  EXPECT_TRUE(tables_->take(row, 1));
  EXPECT_EQ(row.time, from_ms(500));
}

TEST_F(rows_of_an_import, a_file_that_went_meanwhile_is_an_error_at_the_row) {
  first_ = error{errc::not_found, "no such file", "x.ndjson"};
  event row = of("$relation.favorite");
  EXPECT_EQ(tables_->take(row, 12).error().where, "row 12");
}

}  // namespace
}  // namespace beckon::topology

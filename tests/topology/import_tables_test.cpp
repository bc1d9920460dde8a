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
    tables_ = std::make_unique<import_tables>(events_);
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
  std::unique_ptr<import_tables> tables_;
};

TEST_F(rows_of_an_import, of_items_are_applied_to_what_follows) {
  event before = of("fav"), row = of("$item"), after = of("fav");
  EXPECT_TRUE(*tables_->take(before, 1));
  EXPECT_FALSE(*tables_->take(row, 2));
  EXPECT_TRUE(*tables_->take(after, 3));
  const attribute_id title = *events_->attribute("item.title");
  EXPECT_EQ(before.find(title), nullptr);
  ASSERT_NE(after.find(title), nullptr);
  EXPECT_EQ(*after.find(title), value("kite"));
}

TEST_F(rows_of_an_import, of_users_go_on) {
  event row = of("$user");
  EXPECT_TRUE(*tables_->take(row, 1));
}

TEST_F(rows_of_an_import, of_relations_are_refused_as_nobody_keeps_them) {
  for (const char* type : {"$relation.favorite", "$unrelation.favorite"}) {
    event row = of(type);
    const auto taken = tables_->take(row, 12);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().where, "row 12 /type");
    EXPECT_THAT(taken.error().message, ::testing::HasSubstr(type));
  }
}

}  // namespace
}  // namespace beckon::topology

// Favourites sent to a node by HTTP: who is related, as its store says after a stop, and after more
// on the same data.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/access/relation_log.hpp"
#include "tests/actors/small_shop.hpp"

namespace beckon::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* catalogue_text = R"(entities: {item: {}}
events:
  ping: {}
  pong: {}
  favorite: {fields: {item_id: string}}
  unfavorite: {fields: {item_id: string}}
relations:
  favorite: {member: user_id, owner: item_id, added_by: favorite, removed_by: unfavorite, most_per_member: 3}
)";

/// An item of a batch, `at` seconds after a fixed time.
std::string sent(const std::string& name, const std::string& user, const std::string& item,
                 int at) {
  return R"({"type":"track","event":")" + name + R"(","userId":")" + user +
         R"(","properties":{"item_id":")" + item + R"("},"timestamp":)" +
         std::to_string(1'700'000'000'000 + at * 1'000) + "}";
}

class stored_relations : public ::testing::Test {
 protected:
  stored_relations() { shop_.write("catalogue.yaml", catalogue_text); }

  int post(const std::vector<std::string>& items) {
    std::string all;
    for (const std::string& i : items) all += (all.empty() ? "[" : ",") + i;
    return shop_.post_items(all + "]");
  }
  bool changed(double changes) const {
    return shop_.comes_true([&] {
      return shop_.metric(R"(beckon_relation_changes_total{relation="favorite"})") == changes;
    });
  }
  /// Whom the rows of one side relate to `id` at any time after all that was sent.
  std::vector<std::string> related(port::row_kind side, const std::string& id) const {
    relation_declaration favorite;
    favorite.name = "favorite";
    std::vector<relation_row> own;
    for (auto& row : shop_.rows(side)) {
      if (row.first.starts_with(side_prefix(favorite, id))) own.push_back(std::move(row));
    }
    return related_at(own, favorite, never, true).ids;
  }
  std::vector<std::string> members_of(const std::string& item) const {
    return related(port::row_kind::relation, item);
  }
  std::vector<std::string> owners_of(const std::string& user) const {
    return related(port::row_kind::membership, user);
  }

  small_shop shop_;
};

TEST_F(stored_relations, follow_events_and_rows_over_a_restart) {
  shop_.start();
  EXPECT_EQ(post({sent("favorite", "u", "a", 1), sent("favorite", "v", "a", 2),
                  sent("unfavorite", "v", "a", 4), sent("favorite", "v", "a", 3),
                  sent("$relation.favorite", "w", "a", 1), sent("favorite", "u", "b", 9)}),
            202);
  ASSERT_TRUE(changed(6));
  ASSERT_TRUE(shop_.stop());
  EXPECT_THAT(members_of("a"), ElementsAre("u", "w"));
  EXPECT_THAT(owners_of("u"), ElementsAre("a", "b"));
  EXPECT_THAT(owners_of("v"), IsEmpty());

  shop_.start();
  EXPECT_EQ(post({sent("$unrelation.favorite", "w", "a", 20), sent("favorite", "v", "a", 21)}),
            202);
  ASSERT_TRUE(changed(2));
  ASSERT_TRUE(shop_.stop());
  EXPECT_THAT(members_of("a"), ElementsAre("u", "v"));
  EXPECT_THAT(owners_of("w"), IsEmpty());
}

TEST_F(stored_relations, beyond_a_members_cap_the_oldest_ends_on_both_sides) {
  shop_.start();
  std::vector<std::string> five;
  for (int i = 0; i < 5; ++i) five.push_back(sent("favorite", "u", std::string(1, 'a' + i), i));
  EXPECT_EQ(post(five), 202);
  ASSERT_TRUE(shop_.comes_true([this] {
    return shop_.metric(R"(beckon_relation_dropped_total{relation="favorite",side="member"})") == 2;
  }));
  ASSERT_TRUE(changed(7)) << "two of them by what the member's side told the owners'";
  ASSERT_TRUE(shop_.stop());
  EXPECT_THAT(owners_of("u"), ElementsAre("c", "d", "e"));
  EXPECT_THAT(members_of("a"), IsEmpty());
  EXPECT_THAT(members_of("b"), IsEmpty());
  EXPECT_THAT(members_of("c"), ElementsAre("u"));
}

TEST_F(stored_relations, need_both_ids) {
  shop_.start();
  EXPECT_EQ(post({R"({"type":"track","event":"$relation.favorite","userId":"u"})"}), 400);
  EXPECT_EQ(post({sent("$relation.favorite", "u", "", 1)}), 400);
}

}  // namespace
}  // namespace beckon::tests

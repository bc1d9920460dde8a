#include "engine/access/subjects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/access/normalise.hpp"
#include "tests/engine/access/access_fixture.hpp"

namespace beckon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class subjects : public ::testing::Test {
 protected:
  std::vector<concerned_subject> of(std::string type, field_list attributes) const {
    raw_event raw{std::move(type), std::nullopt, "", "", std::move(attributes)};
    return subjects_of(*normalise(std::move(raw), *types_, {from_ms(0)}), *types_);
  }

  std::shared_ptr<const catalogue> types_ = testing::shop_catalogue();
};

TEST_F(subjects, come_in_the_order_of_the_catalogue) {
  EXPECT_THAT(of("user_blocked", {{"item_id", "i"}, {"user_id", 1}, {"target_user_id", 2}}),
              ElementsAre(concerned_subject{{"user", "2"}, {"target_user_id"}},
                          concerned_subject{{"user", "1"}, {"user_id"}},
                          concerned_subject{{"item", "i"}, {"item_id"}}));
}

TEST_F(subjects, one_in_two_roles_is_one_subject) {
  EXPECT_THAT(of("user_blocked", {{"user_id", 5}, {"target_user_id", 5}}),
              ElementsAre(concerned_subject{{"user", "5"}, {"target_user_id", "user_id"}}));
}

TEST_F(subjects, missing_and_empty_ids_name_nobody) {
  EXPECT_THAT(of("user_blocked", {{"target_user_id", -3}}),
              ElementsAre(concerned_subject{{"user", "-3"}, {"target_user_id"}}));
  EXPECT_THAT(of("order_placed", {{"user_id", ""}, {"order_id", "o"}}), IsEmpty());
}

TEST_F(subjects, a_user_row_concerns_its_user) {
  EXPECT_THAT(of("$user", {{"user_id", "u"}, {"tz", "UTC"}}),
              ElementsAre(concerned_subject{{"user", "u"}, {"user_id"}}));
}

TEST_F(subjects, rows_concern_what_they_are_about) {
  types_ = testing::market_catalogue();
  event row;
  row.type = *types_->type("$item");
  row.extra = {{"item_id", "7"}};
  EXPECT_THAT(subjects_of(row, *types_),
              ElementsAre(concerned_subject{{"item", "7"}, {"item_id"}}));
  event related;
  related.type = *types_->type("$relation.favorite");
  related.attributes = {{*types_->attribute("user_id"), "u"}, {*types_->attribute("item_id"), "7"}};
  EXPECT_THAT(subjects_of(related, *types_),
              ElementsAre(concerned_subject{{"user", "u"}, {"user_id"}},
                          concerned_subject{{"item", "7"}, {"item_id"}}));
}

TEST_F(subjects, whom_only_a_relation_names_get_the_event_without_a_role) {
  types_ = *catalogue::build(
      {{"item", "item_id", {}}},
      {{"fav",
        {{"user_id", value_type::text}, {"item_id", value_type::text}},
        {{"user", {"user_id"}}}},
       {"seen", {{"user_id", value_type::text}, {"item_id", value_type::text}}, {}}},
      {{"favorite", "user", "user_id", "item", "item_id", {"fav", "seen"}, {}}});
  event e;
  e.attributes = {{*types_->attribute("user_id"), "u"}, {*types_->attribute("item_id"), "7"}};
  e.type = *types_->type("fav");
  EXPECT_THAT(queue_subjects(e, *types_), ElementsAre(concerned_subject{{"user", "u"}, {"user_id"}},
                                                      concerned_subject{{"item", "7"}, {}}));
  e.type = *types_->type("seen");
  const auto seen = queue_subjects(e, *types_);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen.back(), (concerned_subject{{"item", "7"}, {}}));
  e.attributes.pop_back();
  EXPECT_EQ(queue_subjects(e, *types_), subjects_of(e, *types_)) << "one id is missing";
  e.attributes = {{*types_->attribute("user_id"), "u"}, {*types_->attribute("item_id"), "7"}};
  e.type = *types_->type("$relation.favorite");
  EXPECT_EQ(queue_subjects(e, *types_), subjects_of(e, *types_)) << "it names both anyway";
  e.type = *types_->type("outreach_sent");
  EXPECT_EQ(queue_subjects(e, *types_), subjects_of(e, *types_));
}

TEST_F(subjects, are_split_by_partition_and_none_is_lost) {
  std::vector<concerned_subject> many;
  for (int i = 0; i < 100; ++i) many.push_back({{"user", std::to_string(i)}, {"user_id"}});
  const auto shares = split_by_partition(many, 16);
  std::size_t total = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (i > 0) {
      EXPECT_LT(shares[i - 1].partition, shares[i].partition);
    }
    for (const auto& s : shares[i].subjects) {
      EXPECT_EQ(partition_of(key_of(s.who), 16), shares[i].partition);
    }
    total += shares[i].subjects.size();
  }
  EXPECT_EQ(total, 100u);
  EXPECT_EQ(shares.size(), 16u);
  EXPECT_THAT(split_by_partition({}, 16), IsEmpty());
}

}  // namespace
}  // namespace beckon

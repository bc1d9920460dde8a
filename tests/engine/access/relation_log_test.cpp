// Rows of changes: their names, who is related at a time in any pieces, and random changes against
// the table a replay uses.
#include "engine/access/relation_log.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/access/relation_table.hpp"
#include "tests/engine/access/access_fixture.hpp"
#include "tests/engine/access/relation_rows.hpp"

namespace beckon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::string_literals;

relation_declaration favorite() {
  return {"favorite", "user", "user_id", "item", "item_id", {"favorite"}, {"unfavorite"}};
}

TEST(relation_log, a_row_says_what_was_written) {
  const auto r = favorite();
  for (const std::string& id : {"u"s, ""s, "\0"s, "a\0b"s, "\0\xFF\0\0"s, "\xFF\xFF"s}) {
    for (const std::int64_t at : {-5'000LL, 0LL, 1'700'000'000'000LL}) {
      const related_change c{0, "m" + id, id + "o", from_ms(at), at != 0};
      const auto owner = read_change(relation_key(r, c), change_content(c.adds));
      ASSERT_TRUE(owner);
      EXPECT_EQ(owner->id, c.owner);
      EXPECT_EQ(owner->other, c.member);
      EXPECT_EQ(owner->at, c.at);
      EXPECT_EQ(owner->adds, c.adds);
      const auto member = read_change(membership_key(r, c), change_content(c.adds));
      ASSERT_TRUE(member);
      EXPECT_EQ(member->id, c.member);
      EXPECT_EQ(member->other, c.owner);
    }
  }
}

TEST(relation_log, what_is_no_row_is_not_read) {
  const auto key = relation_key(favorite(), {0, "m", "o", from_ms(1), true});
  EXPECT_FALSE(read_change(key, ""));
  EXPECT_FALSE(read_change(key, "x"));
  EXPECT_FALSE(read_change(key + "x", "a"));
  for (std::size_t size = 0; size < key.size(); ++size) {
    EXPECT_FALSE(read_change(key.substr(0, size), "a")) << size;
  }
}

TEST(relation_log, rows_stand_by_id_then_other_then_time) {
  const auto r = favorite();
  const auto key = [&](const std::string& owner, const std::string& member, std::int64_t at) {
    return relation_key(r, {0, member, owner, from_ms(at), true});
  };
  const std::vector<std::string> keys{
      key("a", "x", -1),     key("a", "x", 1),   key("a", "x\0"s, 0), key("a", "x\0y"s, 0),
      key("a", "x\1"s, 0),   key("a", "y", -9),  key("a\0"s, "", 0),  key("a\0\xFF"s, "", 0),
      key("a\1"s, "b", 300), key("ab", "b", -1), key("b", "", 0)};
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  for (const std::string& k : keys) {
    EXPECT_EQ(k.starts_with(side_prefix(r, "a")),
              *read_change(k, "a")->id.c_str() == 'a' && read_change(k, "a")->id.size() == 1);
  }
  EXPECT_LT(key("a", "x", 1LL << 60), behind(r, "a", "x"));
  EXPECT_LT(behind(r, "a", "x"), key("a", "x\0"s, -1));
  EXPECT_EQ(pair_in(keys[0]), pair_in(keys[1]));
  EXPECT_NE(pair_in(keys[1]), pair_in(keys[2]));
}

TEST(relation_log, other_relations_rows_stand_elsewhere) {
  auto other = favorite();
  other.name = "viewed";
  EXPECT_FALSE(side_prefix(other, "a").starts_with(relation_prefix(favorite())));
  EXPECT_TRUE(side_prefix(other, "a").starts_with(relation_prefix(other)));
}

TEST(relation_log, a_pair_with_more_changes_than_a_piece_holds_is_read_to_its_end) {
  const auto r = favorite();
  testing::stored_rows rows;
  for (int i = 0; i < 20; ++i) {
    rows.put(r, {0, "u", "i", from_ms(i), i % 2 == 0}, relation_side::owner);
  }
  rows.put(r, {0, "v", "i", from_ms(3), true}, relation_side::owner);
  for (std::size_t most = 2; most < 25; ++most) {
    EXPECT_THAT(rows.related(r, "i", from_ms(18), most), ElementsAre("u", "v"));
    EXPECT_THAT(rows.related(r, "i", from_ms(19), most), ElementsAre("v"));
    EXPECT_THAT(rows.related(r, "i", from_ms(2), most), ElementsAre("u"));
    EXPECT_THAT(rows.related(r, "i", from_ms(-1), most), IsEmpty());
  }
}

TEST(relation_log, changes_of_an_event_name_both_sides_or_nothing) {
  const auto types = testing::market_catalogue();
  event e;
  e.type = *types->type("unfavorite");
  e.time = from_ms(7);
  e.attributes = {{*types->attribute("user_id"), "u"}, {*types->attribute("item_id"), 12}};
  const auto changes = changes_of(e, *types);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].member, "u");
  EXPECT_EQ(changes[0].owner, "12");
  EXPECT_EQ(changes[0].at, from_ms(7));
  EXPECT_FALSE(changes[0].adds);
  e.attributes.pop_back();
  EXPECT_THAT(changes_of(e, *types), IsEmpty());
  e.type = *types->type("outreach_sent");
  EXPECT_THAT(changes_of(e, *types), IsEmpty());
}

TEST(relation_log, a_removal_as_an_event_changes_the_same_row) {
  const auto types = testing::market_catalogue();
  const relation_declaration& r = *types->relation("favorite");
  const related_change c{0, "u", "7", from_ms(9), false};
  const event e = removal_event(*types, r, c, from_ms(50));
  EXPECT_EQ(types->name(e.type), "$unrelation.favorite");
  EXPECT_EQ(e.arrival, from_ms(50));
  EXPECT_FALSE(e.client_id);
  const auto changes = changes_of(e, *types);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(relation_key(r, changes[0]), relation_key(r, c));
  EXPECT_FALSE(changes[0].adds);
  EXPECT_NE(e.id, removal_event(*types, r, {0, "u", "8", from_ms(9), false}, from_ms(50)).id);
}

/// Both sides, written in any order, some rows twice; asked in pieces of any size.
TEST(relation_log, agrees_with_the_table_of_a_replay) {
  std::mt19937 random(20241112);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 150; ++round) {
    auto declared = favorite();
    if (pick(2) == 0) declared.ttl = duration{1 + pick(20)};
    relation_rows table(declared);
    testing::stored_rows owners;
    std::vector<related_change> log;
    for (int i = 0; i < 60; ++i) {
      related_change c{0, "u" + std::to_string(pick(4)), "i" + std::to_string(pick(3)),
                       from_ms(pick(30)), pick(4) != 0};
      if (!log.empty() && pick(5) == 0) c = log.back();
      log.push_back(c);
      c.adds ? table.add(c.member, c.owner, c.at) : table.remove(c.member, c.owner, c.at);
      owners.put(declared, c, relation_side::owner);
    }
    for (std::int64_t when = -1; when <= 52; ++when) {
      for (const char* owner : {"i0", "i1", "i2"}) {
        ASSERT_EQ(
            owners.related(declared, owner, from_ms(when), 2 + static_cast<std::size_t>(pick(9))),
            table.members_at(owner, from_ms(when), "", 1000))
            << "round " << round << " at " << when << " of " << owner;
      }
    }
  }
}

}  // namespace
}  // namespace beckon

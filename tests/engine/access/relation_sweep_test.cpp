// What a pass finds: what nobody asks for, and who has too many; in any pieces, and random changes
// against the table a replay uses.
#include "engine/access/relation_sweep.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/access/relation_table.hpp"
#include "tests/engine/access/relation_rows.hpp"

namespace beckon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::stored_rows;

std::shared_ptr<const catalogue> catalogue_of(std::size_t per_member, std::size_t per_owner,
                                              std::optional<duration> ttl = std::nullopt) {
  using enum value_type;
  relation_declaration favorite{"favorite", "user", "user_id", "item", "item_id", {"fav"}, {}};
  favorite.most_per_member = per_member;
  favorite.most_per_owner = per_owner;
  favorite.ttl = ttl;
  return *catalogue::build(
      {{"item", "item_id", {}}},
      {{"fav", {{"user_id", text}, {"item_id", text}}, {{"user", {"user_id"}}}}}, {favorite});
}

class sweeps : public ::testing::Test {
 protected:
  const relation_declaration& declared() const { return events_->relations().front(); }
  void change(const std::string& member, const std::string& owner, std::int64_t at, bool adds) {
    const related_change c{0, member, owner, from_ms(at), adds};
    owners_.put(declared(), c, relation_side::owner);
    members_.put(declared(), c, relation_side::member);
  }
  void add(const std::string& member, const std::string& owner, std::int64_t at) {
    change(member, owner, at, true);
  }
  void remove(const std::string& member, const std::string& owner, std::int64_t at) {
    change(member, owner, at, false);
  }
  stored_rows& of(relation_side side) { return side == relation_side::owner ? owners_ : members_; }
  swept_rows sweep(relation_side side, std::int64_t asked_from, std::int64_t now,
                   std::size_t most = 1'000, std::size_t most_dropped = 10'000) {
    relation_sweep pass(events_, side, most_dropped);
    const sweep_times times{from_ms(asked_from), from_ms(now)};
    swept_rows found;
    std::string after;
    while (true) {
      const auto [rows, whole] = of(side).read("", after, most);
      pass.pass(rows, times, found);
      if (whole) break;
      after = rows.back().first;
    }
    pass.finish(times, found);
    return found;
  }
  /// Times of rows that go, by (id, other, time).
  std::vector<std::string> gone(std::int64_t asked_from) {
    std::vector<std::string> out;
    for (const std::string& key : sweep(relation_side::owner, asked_from, 0).gone) {
      const auto c = *read_change(key, "a");
      out.push_back(c.id + " " + c.other + " " + std::to_string(to_ms(c.at)));
    }
    return out;
  }

  std::shared_ptr<const catalogue> events_ = catalogue_of(1000, 1000);
  stored_rows owners_, members_;
};

TEST_F(sweeps, what_a_later_change_supersedes_goes_once_nobody_asks_before_that) {
  add("u", "i", 10);
  add("u", "i", 20);
  EXPECT_THAT(gone(19), IsEmpty());
  EXPECT_THAT(gone(20), ElementsAre("i u 10"));
  EXPECT_THAT(gone(1'000'000), ElementsAre("i u 10")) << "it is still related";
}

TEST_F(sweeps, a_removal_goes_with_what_it_removed) {
  add("u", "i", 10);
  remove("u", "i", 20);
  add("v", "i", 15);
  EXPECT_THAT(gone(19), IsEmpty());
  EXPECT_THAT(gone(20), ElementsAre("i u 10", "i u 20"));
}

TEST_F(sweeps, what_expired_goes) {
  events_ = catalogue_of(10, 10, duration{100});
  add("u", "i", 10);
  add("u", "i", 50);
  EXPECT_THAT(gone(49), IsEmpty());
  EXPECT_THAT(gone(149), ElementsAre("i u 10"));
  EXPECT_THAT(gone(150), ElementsAre("i u 10", "i u 50"));
}

TEST_F(sweeps, rows_of_a_relation_that_is_not_declared_stay) {
  auto unknown = declared();
  unknown.name = "viewed";
  owners_.put(unknown, {0, "u", "i", from_ms(1), true}, relation_side::owner);
  owners_.put(unknown, {0, "u", "i", from_ms(2), false}, relation_side::owner);
  add("u", "i", 1);
  remove("u", "i", 2);
  EXPECT_EQ(gone(100).size(), 2u);
  EXPECT_EQ(sweep(relation_side::owner, 100, 100).gone.at(0).substr(0, 8),
            relation_prefix(declared()));
}

TEST_F(sweeps, an_owner_beyond_the_cap_loses_the_oldest) {
  events_ = catalogue_of(1, 2);
  for (int i = 0; i < 5; ++i) add("u" + std::to_string(i), "i", 100 - i);
  add("u0", "j", 500);
  const auto found = sweep(relation_side::owner, 0, 1'000);
  EXPECT_THAT(found.beyond, ElementsAre(relation_drop{"favorite", "u4", "i", from_ms(100)},
                                        relation_drop{"favorite", "u3", "i", from_ms(100)},
                                        relation_drop{"favorite", "u2", "i", from_ms(100)}));
  EXPECT_THAT(sweep(relation_side::owner, 0, 1'000, 1'000, 2).beyond,
              ElementsAre(relation_drop{"favorite", "u4", "i", from_ms(100)},
                          relation_drop{"favorite", "u3", "i", from_ms(100)}))
      << "so many a pass";
}

TEST_F(sweeps, a_member_beyond_the_cap_loses_the_oldest) {
  events_ = catalogue_of(2, 1);
  for (const char* item : {"c", "b", "a"}) add("u", item, 5);
  add("v", "a", 5);
  add("v", "b", 6);
  EXPECT_THAT(sweep(relation_side::member, 0, 1'000).beyond,
              ElementsAre(relation_drop{"favorite", "u", "a", from_ms(5)}));
}

TEST_F(sweeps, what_was_removed_or_expired_takes_no_room) {
  events_ = catalogue_of(1, 1, duration{10});
  add("u", "i", 0);
  add("u", "j", 10);
  remove("u", "j", 11);
  add("u", "k", 12);
  EXPECT_THAT(sweep(relation_side::member, 0, 12).beyond, IsEmpty());
  EXPECT_EQ(sweep(relation_side::member, 0, 9).beyond.size(), 1u) << "i has not expired then";
}

TEST_F(sweeps, find_the_same_in_any_pieces) {
  std::mt19937 random(7);
  events_ = catalogue_of(2, 3, duration{40});
  for (int i = 0; i < 200; ++i) {
    change("u" + std::to_string(random() % 8), "i" + std::to_string(random() % 5),
           static_cast<std::int64_t>(random() % 100), random() % 3 != 0);
  }
  for (const auto side : {relation_side::owner, relation_side::member}) {
    const auto whole = sweep(side, 50, 80);
    EXPECT_FALSE(whole.gone.empty());
    EXPECT_FALSE(whole.beyond.empty());
    for (std::size_t most = 1; most < 30; ++most) {
      const auto pieces = sweep(side, 50, 80, most);
      EXPECT_EQ(pieces.gone, whole.gone) << most;
      EXPECT_EQ(pieces.beyond, whole.beyond) << most;
    }
  }
}

/// Whoever asks at or after the bound hears the same before and after, and nothing that went
/// was needed to say so.
TEST_F(sweeps, change_no_answer) {
  std::mt19937 random(20241113);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::size_t went = 0;
  for (int round = 0; round < 200; ++round) {
    owners_ = members_ = {};
    events_ = catalogue_of(1000, 1000,
                           pick(2) == 0 ? std::optional(duration{1 + pick(30)}) : std::nullopt);
    for (int i = 0; i < 50; ++i) {
      change("u" + std::to_string(pick(4)), "i" + std::to_string(pick(3)), pick(40), pick(3) != 0);
    }
    const int asked_from = pick(50);
    stored_rows swept = owners_;
    for (const std::string& key : sweep(relation_side::owner, asked_from, 0).gone) swept.erase(key);
    went += owners_.size() - swept.size();
    for (int when = asked_from; when < 80; ++when) {
      for (const char* owner : {"i0", "i1", "i2"}) {
        ASSERT_EQ(swept.related(declared(), owner, from_ms(when), 5),
                  owners_.related(declared(), owner, from_ms(when), 5))
            << "round " << round << ", from " << asked_from << ", at " << when;
      }
    }
  }
  EXPECT_GT(went, 1'000u);
}

/// Counted after each change, both caps leave what a replay's table leaves, changes in order of
/// time and no two at once.
TEST_F(sweeps, leave_of_too_many_what_a_replay_leaves) {
  std::mt19937 random(20241114);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 100; ++round) {
    owners_ = members_ = {};
    events_ =
        catalogue_of(1 + static_cast<std::size_t>(pick(3)), 1 + static_cast<std::size_t>(pick(4)),
                     pick(2) == 0 ? std::optional(duration{5 + pick(20)}) : std::nullopt);
    relation_rows table(declared());
    std::int64_t latest = 0;
    for (int at = 1; at < 60; ++at) {
      const std::string member = "u" + std::to_string(pick(4));
      const std::string owner = "i" + std::to_string(pick(3));
      const bool adds = pick(4) != 0;
      change(member, owner, at, adds);
      if (adds) latest = at;
      adds ? table.add(member, owner, from_ms(at)) : table.remove(member, owner, from_ms(at));
      for (const auto side : {relation_side::member, relation_side::owner}) {
        for (const relation_drop& d : sweep(side, -1, latest).beyond) {
          remove(d.member, d.owner, to_ms(d.at));
        }
      }
    }
    for (int when = 0; when < 90; ++when) {
      for (const char* owner : {"i0", "i1", "i2"}) {
        ASSERT_EQ(owners_.related(declared(), owner, from_ms(when), 7),
                  table.members_at(owner, from_ms(when), "", 1000))
            << "round " << round << " at " << when << " of " << owner;
      }
    }
  }
}

}  // namespace
}  // namespace beckon

// Relations by event time: examples, and random changes against a list that is searched through.
#include "engine/access/relation_table.hpp"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/access/access_fixture.hpp"

namespace beckon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

relation_declaration bounded(std::size_t per_member, std::size_t per_owner) {
  relation_declaration r{"favorite", "user", "user_id", "item", "item_id", {"favorite"}, {}};
  r.most_per_member = per_member;
  r.most_per_owner = per_owner;
  return r;
}

std::vector<std::string> all_at(const relation_rows& rows, const std::string& owner,
                                std::int64_t when) {
  return rows.members_at(owner, from_ms(when), "", 1000);
}

TEST(relations, hold_from_the_adding_to_the_removing_time) {
  const auto declared = bounded(10, 10);
  relation_rows rows(declared);
  rows.add("u", "i", from_ms(10));
  rows.remove("u", "i", from_ms(20));
  EXPECT_THAT(all_at(rows, "i", 9), IsEmpty());
  EXPECT_THAT(all_at(rows, "i", 10), ElementsAre("u"));
  EXPECT_THAT(all_at(rows, "i", 19), ElementsAre("u"));
  EXPECT_THAT(all_at(rows, "i", 20), IsEmpty());
  EXPECT_THAT(all_at(rows, "j", 15), IsEmpty());
}

TEST(relations, end_by_their_ttl_unless_added_again) {
  auto declared = bounded(10, 10);
  declared.ttl = duration{100};
  relation_rows rows(declared);
  rows.add("u", "i", from_ms(0));
  EXPECT_THAT(all_at(rows, "i", 99), ElementsAre("u"));
  EXPECT_THAT(all_at(rows, "i", 100), IsEmpty());
  rows.add("u", "i", from_ms(50));
  EXPECT_THAT(all_at(rows, "i", 149), ElementsAre("u"));
  EXPECT_THAT(all_at(rows, "i", 150), IsEmpty());
}

TEST(relations, late_changes_take_their_place) {
  const auto declared = bounded(10, 10);
  relation_rows rows(declared);
  rows.add("u", "i", from_ms(30));
  rows.remove("u", "i", from_ms(20));
  EXPECT_THAT(all_at(rows, "i", 30), ElementsAre("u"));
  rows.add("u", "i", from_ms(10));
  EXPECT_THAT(all_at(rows, "i", 15), ElementsAre("u"));
  EXPECT_THAT(all_at(rows, "i", 25), IsEmpty());
}

TEST(relations, a_members_oldest_goes_beyond_its_cap) {
  const auto declared = bounded(2, 10);
  relation_rows rows(declared);
  rows.add("u", "i1", from_ms(1));
  rows.add("u", "i2", from_ms(2));
  rows.add("u", "i1", from_ms(3));  // renewed
  rows.add("u", "i3", from_ms(4));
  EXPECT_THAT(all_at(rows, "i2", 3), ElementsAre("u"));
  EXPECT_THAT(all_at(rows, "i2", 4), IsEmpty());
  EXPECT_THAT(all_at(rows, "i1", 4), ElementsAre("u"));
  EXPECT_EQ(rows.counts().beyond_member, 1u);
}

TEST(relations, an_owners_oldest_goes_beyond_its_cap) {
  const auto declared = bounded(10, 2);
  relation_rows rows(declared);
  for (const char* u : {"c", "b", "a"}) rows.add(u, "i", from_ms(5));
  EXPECT_THAT(all_at(rows, "i", 5), ElementsAre("a", "b"));
  EXPECT_EQ(rows.counts().beyond_owner, 1u);
}

TEST(relations, what_expired_takes_no_room) {
  auto declared = bounded(1, 1);
  declared.ttl = duration{10};
  relation_rows rows(declared);
  rows.add("u", "i", from_ms(0));
  rows.add("u", "j", from_ms(10));
  rows.add("v", "i", from_ms(10));
  EXPECT_EQ(rows.counts().beyond_member + rows.counts().beyond_owner, 0u);
  EXPECT_THAT(all_at(rows, "i", 9), ElementsAre("u"));
  EXPECT_THAT(all_at(rows, "i", 10), ElementsAre("v"));
}

TEST(relations, give_members_in_chunks_that_join) {
  const auto declared = bounded(10, 1000);
  relation_rows rows(declared);
  std::vector<std::string> all;
  for (int i = 0; i < 100; ++i) all.push_back("u" + std::to_string(i));
  for (const std::string& u : all) rows.add(u, "i", from_ms(1));
  std::sort(all.begin(), all.end());
  std::vector<std::string> joined;
  while (true) {
    const auto some = rows.members_at("i", from_ms(1), joined.empty() ? "" : joined.back(), 7);
    joined.insert(joined.end(), some.begin(), some.end());
    if (some.size() < 7) break;
  }
  EXPECT_EQ(joined, all);
}

TEST(relations, of_a_catalogue_follow_events_and_rows) {
  const auto types = testing::market_catalogue();
  relation_table table(types);
  const auto apply = [&](const char* type, std::int64_t at) {
    event e;
    e.type = *types->type(type);
    e.time = from_ms(at);
    e.attributes = {{*types->attribute("user_id"), "u"}, {*types->attribute("item_id"), "7"}};
    table.apply(e);
  };
  apply("favorite", 1);
  apply("unfavorite", 2);
  apply("$relation.favorite", 3);
  apply("$unrelation.favorite", 4);
  apply("outreach_sent", 5);
  const relation_rows* rows = table.rows("favorite");
  ASSERT_NE(rows, nullptr);
  EXPECT_EQ(table.rows("viewed"), nullptr);
  std::string held;
  for (std::int64_t t = 0; t < 6; ++t) held += all_at(*rows, "7", t).empty() ? '-' : 'u';
  EXPECT_EQ(held, "-u-u--");
}

/// Every change there ever was, in the order it came; caps and questions look through all of them.
class slow_relation {
 public:
  explicit slow_relation(relation_declaration declared) : declared_(std::move(declared)) {}

  void change(const std::string& member, const std::string& owner, std::int64_t at, bool adds) {
    log_.push_back({member, owner, at, adds});
    if (adds) latest_ = std::max(latest_, at);
    const entry* newest = last(member, owner, never_ms);
    if (!adds || newest != &log_.back()) return;
    trim(&entry::member, member, declared_.most_per_member, at);
    trim(&entry::owner, owner, declared_.most_per_owner, at);
  }

  std::vector<std::string> members_at(const std::string& owner, std::int64_t when) const {
    std::vector<std::string> found;
    for (const entry& e : log_) {
      const entry* holds = last(e.member, owner, when);
      if (e.owner == owner && holds != nullptr && holds->adds && !expired(*holds, when))
        found.push_back(e.member);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

 private:
  struct entry {
    std::string member, owner;
    std::int64_t at;
    bool adds;
  };
  static constexpr std::int64_t never_ms = 1'000'000;

  bool expired(const entry& e, std::int64_t when) const {
    return declared_.ttl && when >= e.at + declared_.ttl->count();
  }
  const entry* last(const std::string& member, const std::string& owner, std::int64_t when) const {
    const entry* best = nullptr;
    for (const entry& e : log_) {
      if (e.member == member && e.owner == owner && e.at <= when && (!best || e.at >= best->at))
        best = &e;
    }
    return best;
  }
  void trim(std::string entry::*side, const std::string& id, std::size_t most, std::int64_t at) {
    while (true) {
      std::vector<const entry*> held;
      for (const entry& e : log_) {
        if (e.*side == id && e.adds && last(e.member, e.owner, never_ms) == &e &&
            !expired(e, latest_))
          held.push_back(&e);
      }
      if (held.size() <= most) return;
      const entry* oldest = *std::min_element(held.begin(), held.end(),
                                              [](auto* a, auto* b) { return a->at < b->at; });
      log_.push_back({std::string(oldest->member), std::string(oldest->owner), at, false});
    }
  }

  relation_declaration declared_;
  std::vector<entry> log_;
  std::int64_t latest_ = 0;
};

TEST(relations, agree_with_a_list_of_all_changes) {
  std::mt19937 random(20241111);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 150; ++round) {
    auto declared = bounded(1 + pick(3), 1 + pick(4));
    if (pick(2) == 0) declared.ttl = duration{5 + pick(20)};
    relation_rows rows(declared);
    slow_relation slow(declared);
    std::int64_t clock = 0;
    for (int i = 0; i < 60; ++i) {
      clock += pick(3);
      const std::int64_t at = pick(4) == 0 ? std::max<std::int64_t>(0, clock - pick(12)) : clock;
      const std::string member = "u" + std::to_string(pick(4));
      const std::string owner = "i" + std::to_string(pick(3));
      const bool adds = pick(4) != 0;
      adds ? rows.add(member, owner, from_ms(at)) : rows.remove(member, owner, from_ms(at));
      slow.change(member, owner, at, adds);
    }
    for (std::int64_t when = 0; when <= clock + 2; ++when) {
      for (const char* owner : {"i0", "i1", "i2"}) {
        ASSERT_EQ(all_at(rows, owner, when), slow.members_at(owner, when))
            << "round " << round << " at " << when << " of " << owner;
      }
    }
  }
}

}  // namespace
}  // namespace beckon

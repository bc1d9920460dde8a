// The keeper driven as a partition drives it: scans answered from rows, writes applied.
#include "engine/epoch/relation_keeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/access/access_fixture.hpp"
#include "tests/engine/access/relation_rows.hpp"

namespace beckon::epoch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class keeper : public ::testing::Test {
 protected:
  static constexpr timestamp start = from_ms(1'000'000);

  const relation_declaration& declared() const { return events_->relations().front(); }
  void change(const std::string& member, const std::string& owner, std::int64_t at,
              bool adds = true) {
    const related_change c{0, member, owner, from_ms(at), adds};
    owners_.put(declared(), c, relation_side::owner);
    members_.put(declared(), c, relation_side::member);
  }
  std::optional<relation_scan> ask(timestamp now) { return tested_.next_scan(events_, now); }
  void answer(const relation_scan& s) {
    const auto& rows = s.side == relation_side::owner ? owners_ : members_;
    const auto [found, whole] = rows.read(s.prefix, s.after, s.most);
    tested_.scanned(found, whole, times_);
  }
  void commit() {
    tested_.sealed();
    tested_.committed();
  }
  /// The two empty scans with which a keeper begins, until only members are counted.
  void pass_over_nothing() {
    for (int i = 0; i < 2; ++i) {
      const auto s = ask(start - relation_keeper::pace * (2 - i));
      ASSERT_TRUE(s);
      EXPECT_EQ(s->prefix, "");
      tested_.scanned({}, true, times_);
    }
  }

  std::shared_ptr<const catalogue> events_ = testing::market_catalogue();  // 2 a user, 3 an item
  testing::stored_rows owners_, members_;
  sweep_times times_{from_ms(0), from_ms(0)};
  relation_keeper tested_;
};

TEST_F(keeper, looks_at_an_empty_store_once_a_minute) {
  pass_over_nothing();
  EXPECT_FALSE(ask(start));
  EXPECT_FALSE(ask(start - relation_keeper::pace + relation_keeper::pause - duration{1}));
  const auto again = ask(start - relation_keeper::pace + relation_keeper::pause);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->side, relation_side::owner);
  EXPECT_FALSE(tested_.has_writes());
}

TEST_F(keeper, passes_over_all_rows_piece_by_piece_at_its_pace) {
  for (int i = 0; i < 2'500; ++i) change("u" + std::to_string(i), "i" + std::to_string(i), 1);
  std::vector<std::pair<relation_side, std::size_t>> read;
  timestamp now = start;
  for (int i = 0; i < 6; ++i) {
    const auto s = ask(now);
    ASSERT_TRUE(s);
    EXPECT_FALSE(ask(now)) << "one is under way";
    answer(*s);
    EXPECT_FALSE(ask(now + relation_keeper::pace - duration{1}));
    now += relation_keeper::pace;
    read.emplace_back(s->side, s->most);
  }
  EXPECT_EQ(read[2].first, relation_side::owner);
  EXPECT_EQ(read[3].first, relation_side::member);
  EXPECT_FALSE(ask(now)) << "the pass is over";
  EXPECT_GE(duration(std::chrono::minutes(15)) / relation_keeper::pace,
            1'000'000 / static_cast<int>(relation_keeper::piece) - 1)
      << "a million rows in a quarter of an hour";
}

TEST_F(keeper, gives_what_goes_to_an_epoch_and_reads_on_after_its_commit) {
  for (int i = 0; i < 100; ++i) {
    change("u", "i" + std::to_string(i), 1);
    change("u", "i" + std::to_string(i), 2, false);
  }
  times_.asked_from = from_ms(50);
  answer(*ask(start));
  ASSERT_TRUE(tested_.has_writes());
  EXPECT_FALSE(ask(start + relation_keeper::pace)) << "nothing before that is written";
  const auto first = tested_.take(150);
  EXPECT_EQ(first.side, relation_side::owner);
  EXPECT_EQ(first.gone.size(), 150u);
  commit();
  EXPECT_FALSE(ask(start + relation_keeper::pace));
  EXPECT_EQ(tested_.take(150).gone.size(), 50u);
  EXPECT_TRUE(tested_.take(150).empty());
  EXPECT_FALSE(ask(start + relation_keeper::pace)) << "not committed yet";
  commit();
  EXPECT_TRUE(ask(start + relation_keeper::pace));
}

TEST_F(keeper, counts_a_member_who_got_more_after_the_commit) {
  pass_over_nothing();
  for (int i = 0; i < 5; ++i) change("u", "i" + std::to_string(i), 10 + i);
  tested_.added(declared(), "u");
  tested_.added(declared(), "u");
  EXPECT_FALSE(ask(start));
  commit();
  const auto s = ask(start);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->side, relation_side::member);
  EXPECT_EQ(s->prefix, side_prefix(declared(), "u"));
  answer(*s);
  const auto found = tested_.take(100);
  EXPECT_EQ(found.side, relation_side::member);
  EXPECT_THAT(found.beyond, ElementsAre(relation_drop{"favorite", "u", "i0", from_ms(14)},
                                        relation_drop{"favorite", "u", "i1", from_ms(14)},
                                        relation_drop{"favorite", "u", "i2", from_ms(14)}));
  commit();
  EXPECT_FALSE(ask(start)) << "counted once";
}

TEST_F(keeper, counts_a_member_not_before_the_epoch_that_adds_is_durable) {
  pass_over_nothing();
  tested_.sealed();
  for (int i = 0; i < 5; ++i) change("u", "i" + std::to_string(i), 10 + i);
  tested_.added(declared(), "u");
  tested_.committed();
  EXPECT_FALSE(ask(start)) << "that was the epoch before";
  commit();
  const auto s = ask(start);
  ASSERT_TRUE(s);
  answer(*s);
  tested_.sealed();
  EXPECT_EQ(tested_.take(100).beyond.size(), 3u);
  tested_.committed();
  EXPECT_FALSE(ask(start + relation_keeper::pause)) << "what is read would be found again";
  tested_.sealed();
  EXPECT_FALSE(ask(start + relation_keeper::pause)) << "with the committer";
  tested_.committed();
  EXPECT_TRUE(ask(start + relation_keeper::pause));
}

TEST_F(keeper, counts_a_member_in_pieces_between_those_of_a_pass) {
  pass_over_nothing();
  for (int i = 0; i < 2'500; ++i) {
    change("u", "i" + std::to_string(i), 1);
    change("u", "i" + std::to_string(i), 2, i < 3);
  }
  tested_.added(declared(), "u");
  commit();
  auto s = ask(start);
  answer(*s);
  const auto pass = ask(start + relation_keeper::pause);
  EXPECT_EQ(pass->prefix, "");
  answer(*pass);
  for (int i = 0; i < 4; ++i) {
    s = ask(start + relation_keeper::pause);
    ASSERT_TRUE(s) << i;
    EXPECT_EQ(s->prefix, side_prefix(declared(), "u"));
    EXPECT_THAT(tested_.take(1).beyond, IsEmpty());
    answer(*s);
  }
  EXPECT_EQ(tested_.take(10).beyond.size(), 1u) << "three of two";
}

TEST_F(keeper, leaves_members_beyond_its_bound_to_the_pass) {
  pass_over_nothing();
  for (std::size_t i = 0; i < relation_keeper::most_checks + 10; ++i) {
    tested_.added(declared(), std::to_string(i));
  }
  commit();
  tested_.added(declared(), "more");
  commit();
  std::size_t counted = 0;
  while (const auto s = ask(start)) {
    ++counted;
    answer(*s);
  }
  EXPECT_EQ(counted, relation_keeper::most_checks);
  for (int i = 0; i < 4; ++i) change("v", "i" + std::to_string(i), 10);
  answer(*ask(start + relation_keeper::pause));
  answer(*ask(start + relation_keeper::pause + relation_keeper::pace));
  EXPECT_EQ(tested_.take(10).beyond.size(), 2u);
}

TEST(relations_asked_from, the_earlier_of_what_may_come_and_what_is_open) {
  EXPECT_EQ(relations_asked_from(from_ms(500), never, duration{100}), from_ms(400));
  EXPECT_EQ(relations_asked_from(from_ms(500), from_ms(300), duration{100}), from_ms(300));
  EXPECT_EQ(relations_asked_from(beginning, never, duration{100}), beginning);
}

}  // namespace
}  // namespace beckon::epoch

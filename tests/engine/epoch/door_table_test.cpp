#include "engine/epoch/door_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::epoch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr timestamp at(std::int64_t ms) {
  return from_ms(ms);
}

/// A partition with one live source.
struct live_table : door_table {
  live_table() { add_source("web", true); }
};

// ---- admission

TEST(door_admission, takes_what_follows_and_nothing_else) {
  live_table t;
  const auto h = t.open("web", "http/n@1");
  EXPECT_EQ(t.admit(h, 0, 3), admission::take) << "positions of other queues may lie between";
  t.taken(h, 3);
  EXPECT_EQ(t.admit(h, 0, 3), admission::duplicate);
  EXPECT_EQ(t.admit(h, 0, 2), admission::duplicate);
  EXPECT_EQ(t.admit(h, 5, 6), admission::gap) << "5 is missing";
  EXPECT_EQ(t.admit(h, 3, 6), admission::take);
}

TEST(door_admission, is_by_source_and_door) {
  live_table t;
  t.add_source("shop", true);
  t.taken(t.open("web", "a"), 7);
  EXPECT_EQ(t.position(t.open("web", "a")), 7u);
  EXPECT_EQ(t.admit(t.open("web", "b"), 0, 7), admission::take);
  EXPECT_EQ(t.admit(t.open("shop", "a"), 0, 7), admission::take);
}

TEST(door_admission, of_a_resend_neither_doubles_nor_overtakes) {
  live_table t;
  const auto h = t.open("web", "d");
  t.taken(h, 1);
  EXPECT_EQ(t.admit(h, 2, 3), admission::gap) << "2 failed, 3 was stored";
  EXPECT_EQ(t.admit(h, 1, 2), admission::take) << "2 again";
  t.taken(h, 2);
  EXPECT_EQ(t.admit(h, 2, 3), admission::take) << "3 again";
  t.taken(h, 3);
  EXPECT_EQ(t.admit(h, 2, 3), admission::duplicate);
}

TEST(door_admission, after_a_skip_takes_the_next_entry_whatever_it_follows) {
  live_table t;
  const auto known = t.open("web", "http/n");
  t.taken(known, 10);
  t.skip("web");
  EXPECT_EQ(t.admit(known, 50, 51), admission::take);
  t.taken(known, 51);
  EXPECT_EQ(t.admit(known, 60, 61), admission::gap) << "once";
  EXPECT_EQ(t.admit(t.open("web", "another"), 7, 8), admission::take)
      << "nor is it known what it follows";
}

TEST(door_admission, after_a_skip_believes_whoever_begins) {
  live_table t;
  const auto h = t.open("web", "http/n");
  t.taken(h, 10);
  t.skip("web");
  t.begins_behind(h, 50);
  EXPECT_EQ(t.admit(h, 60, 61), admission::gap);
  EXPECT_EQ(t.admit(h, 50, 51), admission::take);
  live_table other;
  other.begins_behind(other.open("web", "http/n"), 50);
  EXPECT_EQ(other.admit(0, 50, 51), admission::gap) << "without a skip nothing is missing";
}

TEST(door_admission, after_a_skip_that_missed_nothing_knows_gaps) {
  live_table t;
  const auto h = t.open("web", "http/n");
  t.taken(h, 10);
  t.skip("web");
  EXPECT_EQ(t.admit(h, 9, 10), admission::duplicate);
  EXPECT_EQ(t.admit(h, 12, 13), admission::gap) << "12 was refused and will be sent again";
}

// ---- clock

TEST(door_clock, of_a_live_source_without_doors_is_when_its_queue_was_read_to_the_end) {
  live_table t;
  EXPECT_EQ(t.clock(), beginning);
  t.queue_read_to_end("web", at(100));
  EXPECT_EQ(t.clock(), at(100));
  t.queue_read_to_end("web", at(90));
  EXPECT_EQ(t.clock(), at(100));
}

TEST(door_clock, is_unknown_while_one_live_source_says_nothing) {
  live_table t;
  t.add_source("shop", true);
  t.queue_read_to_end("web", at(100));
  EXPECT_EQ(t.clock(), beginning);
  t.queue_read_to_end("shop", at(70));
  EXPECT_EQ(t.clock(), at(70));
}

TEST(door_clock, follows_the_door_that_is_furthest_behind) {
  live_table t;
  const auto a = t.open("web", "a");
  const auto b = t.open("web", "b");
  t.begin(a, at(100), {});
  EXPECT_EQ(t.clock(), at(100));
  t.begin(b, at(120), {});
  EXPECT_EQ(t.tick(a, at(200)), at(120));
  EXPECT_EQ(t.tick(b, at(150)), at(150));
  EXPECT_EQ(t.tick(b, at(300)), at(200));
}

TEST(door_clock, does_not_listen_to_an_empty_queue_while_a_door_counts) {
  live_table t;
  t.begin(t.open("web", "a"), at(100), {});
  t.queue_read_to_end("web", at(500));
  EXPECT_EQ(t.clock(), at(100));
}

TEST(door_clock, of_a_door_never_moves_back) {
  live_table t;
  const auto a = t.open("web", "a");
  t.begin(a, at(100), {});
  EXPECT_EQ(t.tick(a, at(40)), at(100));
  t.begin(t.open("web", "late"), at(50), {});
  EXPECT_EQ(t.clock(), at(100))
      << "a door that begins behind holds the clock, it does not turn it back";
  EXPECT_EQ(t.tick(a, at(400)), at(100));
}

TEST(door_clock, goes_on_when_a_door_ends) {
  live_table t;
  const auto a = t.open("web", "a");
  const auto b = t.open("web", "b");
  t.begin(a, at(100), {});
  t.begin(b, at(500), {});
  t.end(a, at(110));
  EXPECT_EQ(t.clock(), at(500));
  t.tick(a, at(600));
  t.tick(b, at(900));
  EXPECT_EQ(t.clock(), at(900)) << "an ended door does not count, whatever still comes from it";
  t.queue_read_to_end("web", at(2000));
  t.end(b, at(1000));
  EXPECT_EQ(t.clock(), at(2000)) << "the last door has ended";
}

TEST(door_clock, is_freed_of_the_predecessors_a_new_door_ends) {
  live_table t;
  const auto old = t.open("web", "http/n1@1");
  const auto other = t.open("web", "http/n10@1");
  t.begin(old, at(100), {});
  t.begin(other, at(5000), {});
  t.begin(t.open("web", "http/n1@2"), at(900), {"http/n1@"});
  EXPECT_EQ(t.clock(), at(900));
  EXPECT_THAT(t.door_name(other), "http/n10@1");
  t.tick(t.open("web", "http/n1@2"), at(9000));
  EXPECT_EQ(t.clock(), at(5000)) << "another node's door is nobody's predecessor";
}

TEST(door_clock, is_freed_of_predecessors_even_when_the_new_door_spoke_before_its_begin) {
  live_table t;
  t.begin(t.open("web", "http/n@1"), at(100), {});
  const auto fresh = t.open("web", "http/n@2");
  t.tick(fresh, at(900));
  EXPECT_EQ(t.clock(), at(100));
  t.begin(fresh, at(800), {"http/n@"});
  EXPECT_EQ(t.clock(), at(900));
}

TEST(door_clock, waits_for_an_import_only_while_it_is_under_way) {
  live_table t;
  t.add_source("history", false);
  t.queue_read_to_end("web", at(1000));
  EXPECT_EQ(t.clock(), at(1000));
  const auto import = t.open("history", "import-1");
  t.begin(import, at(1010), {});
  t.queue_read_to_end("web", at(3000));
  EXPECT_EQ(t.clock(), at(1010));
  t.end(import, at(1020));
  EXPECT_EQ(t.clock(), at(3000));
}

TEST(door_clock, leaves_a_removed_source_out) {
  live_table t;
  t.add_source("shop", true);
  t.begin(t.open("shop", "a"), at(10), {});
  t.queue_read_to_end("web", at(800));
  EXPECT_EQ(t.clock(), at(10));
  t.remove_source("shop");
  EXPECT_EQ(t.clock(), at(800));
}

TEST(silent_doors, are_given_time_when_their_queue_is_read_again) {
  live_table t;
  const auto door = t.open("web", "door");
  t.begin(door, at(100), {});
  t.hear(door, at(100));
  t.queue_is_back("web", at(300'000));
  t.queue_read_to_end("web", at(300'000));
  EXPECT_THAT(t.drop_silent(at(270'000)), IsEmpty()) << "nobody could hear it meanwhile";
  EXPECT_EQ(t.clock(), at(100));
  t.queue_read_to_end("web", at(331'000));
  EXPECT_THAT(t.drop_silent(at(301'000)), ElementsAre("door"));
}

TEST(silent_doors, leave_the_clock_and_come_back_when_they_speak) {
  live_table t;
  const auto dead = t.open("web", "dead");
  const auto alive = t.open("web", "alive");
  t.begin(dead, at(100), {});
  t.begin(alive, at(100), {});
  t.hear(dead, at(100));
  t.hear(alive, at(40'000));
  t.tick(alive, at(40'000));
  EXPECT_THAT(t.drop_silent(at(10'000)), IsEmpty())
      << "the queue was not read to its end: it may hold their words";
  t.queue_read_to_end("web", at(39'000));
  EXPECT_THAT(t.drop_silent(at(100)), IsEmpty()) << "heard exactly then";
  EXPECT_THAT(t.drop_silent(at(10'000)), ElementsAre("dead"));
  EXPECT_EQ(t.clock(), at(40'000));
  EXPECT_THAT(t.drop_silent(at(10'000)), IsEmpty()) << "said once";

  t.hear(dead, at(41'000));
  t.tick(dead, at(200));
  t.tick(alive, at(50'000));
  EXPECT_EQ(t.clock(), at(40'000)) << "it counts again, and holds the clock where it is";
  t.tick(dead, at(49'000));
  EXPECT_EQ(t.clock(), at(49'000));
}

// ---- rows

TEST(door_rows, bring_a_table_back) {
  live_table before;
  before.taken(before.open("web", "http/n@1"), 12);
  before.begin(before.open("web", "http/n@1"), at(100), {});
  before.begin(before.open("web", "import"), at(300), {});
  before.end(before.open("web", "import"), at(310));

  live_table after;
  after.restore(before.positions(), before.clock());
  EXPECT_EQ(after.clock(), at(100));
  EXPECT_EQ(after.admit(after.open("web", "http/n@1"), 0, 12), admission::duplicate);
  EXPECT_EQ(after.admit(after.open("web", "http/n@1"), 12, 13), admission::take);
  after.tick(after.open("web", "http/n@1"), at(700));
  EXPECT_EQ(after.clock(), at(700)) << "the ended import does not hold it";
}

TEST(door_rows, forget_ended_doors_that_never_come_again) {
  live_table t;
  for (const auto* door : {"http/n@1", "import-x"}) {
    t.begin(t.open("web", door), at(100), {});
    t.end(t.open("web", door), at(200));
  }
  const auto rows = t.positions();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows.front().door, "import-x") << "the same file imported again goes on where it was";
  EXPECT_TRUE(rows.front().ended);
}

// ---- a source that no clock waits for

TEST(door_clock, of_a_source_that_does_not_count_changes_nothing) {
  live_table t;
  t.add_source("derived", false, false);
  const auto web = t.open("web", "http/n@1");
  t.begin(web, at(100), {});
  const auto h = t.open("derived", "derived/3");
  EXPECT_EQ(t.tick(h, at(5)), at(100)) << "its entries get the clock that stands";
  EXPECT_EQ(t.tick(h, at(500)), at(100));
  t.queue_read_to_end("derived", at(700));
  t.tick(web, at(200));
  EXPECT_EQ(t.clock(), at(200));
}

TEST(door_admission, of_a_source_that_does_not_count_outlives_a_restart) {
  live_table t;
  t.add_source("derived", false, false);
  const auto h = t.open("derived", "derived/3");
  t.tick(h, at(5));
  t.taken(h, 9);
  live_table again;
  again.add_source("derived", false, false);
  again.restore(t.positions(), at(100));
  const auto same = again.open("derived", "derived/3");
  EXPECT_EQ(again.admit(same, 0, 9), admission::duplicate);
  EXPECT_EQ(again.admit(same, 0, 11), admission::take);
  again.tick(again.open("web", "http/n@1"), at(150));
  EXPECT_EQ(again.clock(), at(150));
}

}  // namespace
}  // namespace beckon::epoch

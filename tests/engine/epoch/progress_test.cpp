// What the record of a partition's starts leads to: when inputs are taken one at a time, which one
// is given up, and when all is well again.
#include "engine/epoch/progress.hpp"

#include <gtest/gtest.h>

namespace beckon::epoch {
namespace {

reached at(std::uint64_t message, std::int64_t clock = 0) {
  reached r;
  r.messages[0] = message;
  r.clock_ms = clock;
  return r;
}

constexpr hash128 poison{1, 2};
constexpr hash128 other{3, 4};
constexpr hash128 somebody{5, 6};

class starts : public ::testing::Test {
 protected:
  /// The process ends over an epoch that would have come to there.
  void dies_at(reached to, bool crashed = true) {
    progress life(record);
    life.take_begins();
    life.judge_begins(to);
    begin_life(record, crashed);
  }
  void dies_alone_with(hash128 input, bool crashed = true) {
    progress life(record);
    EXPECT_TRUE(life.isolates());
    life.mark(input);
    life.judge_begins(at(10));
    begin_life(record, crashed);
  }
  start_record record{};
};

TEST_F(starts, of_a_process_that_was_idle_are_no_failures) {
  progress life(record);
  life.take_begins();
  life.nothing_taken();
  begin_life(record, true);
  EXPECT_EQ(progress(record).failures(), 0u);
}

TEST_F(starts, isolate_from_the_second_failure_on) {
  dies_at(at(10));
  EXPECT_FALSE(progress(record).isolates()) << "anybody is killed once";
  dies_at(at(10));
  EXPECT_TRUE(progress(record).isolates());
}

TEST_F(starts, that_commit_without_coming_past_the_place_are_failures_all_the_same) {
  dies_at(at(10));
  progress life(record);
  life.judge_begins(at(9));
  life.commit_begins();
  EXPECT_FALSE(life.committed(at(9)));
  dies_at(at(10));
  EXPECT_TRUE(progress(record).isolates());
}

TEST_F(starts, are_forgiven_past_the_place) {
  dies_at(at(10, 500));
  progress life(record);
  life.judge_begins(at(12, 400));
  life.commit_begins();
  EXPECT_FALSE(life.committed(at(12, 400))) << "a deadline may have ended it";
  life.commit_begins();
  EXPECT_TRUE(life.committed(at(12, 500)));
  EXPECT_EQ(life.failures(), 0u);
}

TEST_F(starts, are_forgiven_when_there_is_nothing_more) {
  dies_at(at(10, 500));
  progress life(record);
  EXPECT_FALSE(life.caught_up(499));
  life.take_begins();
  EXPECT_FALSE(life.caught_up(500)) << "something is under way";
  life.nothing_taken();
  EXPECT_TRUE(life.caught_up(500)) << "a queue that was made anew never comes to that message";
  EXPECT_FALSE(life.caught_up(501)) << "said once";
}

TEST_F(starts, while_a_commit_is_under_way_are_failures) {
  progress life(record);
  life.judge_begins(at(10));
  life.commit_begins();
  begin_life(record, true);
  EXPECT_EQ(record.failures, 1u);
}

TEST_F(starts, a_new_incarnation_has_nothing_under_way) {
  progress(record).judge_begins(at(10));
  progress again(record);
  begin_life(record, true);
  EXPECT_EQ(record.failures, 0u);
}

TEST_F(starts, condemn_what_was_marked_when_the_process_crashed) {
  dies_at(at(10));
  dies_at(at(10));
  dies_alone_with(poison);
  progress life(record);
  EXPECT_FALSE(life.mark(other));
  EXPECT_TRUE(life.mark(poison));
  EXPECT_FALSE(life.condemn(somebody));
  life.commit_begins();
  life.committed(at(10));
  EXPECT_FALSE(life.mark(poison)) << "its dead letter is committed";
}

TEST_F(starts, do_not_condemn_who_was_marked_once_when_the_process_was_killed) {
  dies_at(at(10), false);
  dies_at(at(10), false);
  dies_alone_with(other, false);
  EXPECT_FALSE(progress(record).mark(other));
  begin_life(record, false);
  EXPECT_TRUE(progress(record).mark(other)) << "twice: out of memory looks like that";
}

TEST_F(starts, keep_a_condemned_input_until_its_letter_is_committed) {
  dies_at(at(10));
  dies_at(at(10));
  dies_alone_with(poison);
  {
    progress life(record);
    life.mark(poison);
    life.condemn(somebody);
    life.commit_begins();
    begin_life(record, true);  // before the commit was done
  }
  EXPECT_TRUE(progress(record).mark(poison));
}

TEST_F(starts, remember_whose_input_was_condemned_last) {
  progress life(record);
  EXPECT_FALSE(life.condemn(somebody));
  EXPECT_FALSE(progress(record).condemn(somebody)) << "its letter was not committed";
  life.commit_begins();
  life.committed(at(1));
  EXPECT_TRUE(progress(record).condemn(somebody)) << "its state may be what is wrong";
  EXPECT_FALSE(progress(record).condemn({7, 8}));
}

TEST(reached, is_past_a_place_when_no_queue_and_no_clock_is_before_it) {
  auto r = at(5, 100);
  EXPECT_TRUE(r.is_past(at(5, 100)));
  EXPECT_FALSE(r.is_past(at(6, 100)));
  EXPECT_FALSE(r.is_past(at(5, 101)));
  r.extend(at(6, 50));
  EXPECT_EQ(r, at(6, 100));
}

}  // namespace
}  // namespace beckon::epoch

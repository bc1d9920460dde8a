// A partition whose epoch has concerned nobody so far: it stays open for what comes next, and is
// committed when somebody waits for it, after its time, or when nothing may be added any more.
#include "tests/actors/firing_partition.hpp"

namespace beckon::tests {
namespace {

using strings = std::vector<std::string>;

class quiet : public firing_partition {
 protected:
  quiet() { settings.quiet_epoch_time = duration{100}; }

  /// Events of a type that only a later step of a rule names: without that rule's run, they concern
  /// nobody.
  void bring_nothing(const strings& users = {"x"}) { bring("fav", users); }
  static std::uint64_t position_in(const actors::commit_request& r) {
    return codec::decode_head(r.record)->doors.at(0).position;
  }
};

TEST_F(quiet, what_concerns_nobody_is_committed_with_what_does) {
  start();
  clock.step = 0;
  bring_nothing();
  bring_nothing();
  bring("view", "a");
  const auto r = committed_firing();
  EXPECT_EQ(fired(r), strings{"seen a"});
  EXPECT_EQ(codec::decode_head(r.record)->who.epoch, 2u) << "the first since the start";
  EXPECT_EQ(taken_up_to(r), 5u);
}

TEST_F(quiet, it_is_committed_after_so_long) {
  start();
  clock.step = 0;
  bring_nothing();
  bring_nothing();
  clock.step = 100;
  caf::anon_send(tested, actors::node_tick{clock.now()});
  EXPECT_EQ(taken_up_to(committed()), 4u);
}

TEST_F(quiet, it_is_committed_under_the_plan_it_began_with) {
  start();
  clock.step = 0;
  bring_nothing();
  comes_true([&] { return metric("beckon_events_total") == 1; });
  under.revision = 7;
  put_in_force();
  bring("view", "a");
  EXPECT_EQ(taken_up_to(committed()), 3u);
  answer_commit(2);
  const auto r = committed_firing();
  EXPECT_EQ(taken_up_to(r), 4u);
  EXPECT_EQ(codec::decode_head(r.record)->who.plan_revision, 7u);
}

TEST_F(quiet, a_drain_commits_it) {
  start();
  clock.step = 0;
  bring_nothing();
  caf::anon_send(tested, actors::drain{});
  EXPECT_EQ(taken_up_to(committed()), 3u);
  answer_commit(2);
  EXPECT_EQ(next<actors::drained>().station, "partition 0");
}

TEST_F(quiet, it_takes_no_more_than_an_epoch_may) {
  settings.epoch_events = 4;
  start();
  clock.step = 0;
  bring_nothing({"a", "b", "c", "d", "e"});
  EXPECT_EQ(position_in(committed()), 4u);
  answer_commit(2);
  bring("view", "a");
  EXPECT_EQ(position_in(committed_firing()), 6u);
}

TEST_F(quiet, what_is_left_of_an_epoch_that_took_too_long_is_taken_at_once) {
  settings.epoch_time = duration{5};
  start();  // whoever looks at the clock moves it
  for (int i = 0; i < 10; ++i) bring_nothing();
  bring("view", "a");
  std::uint64_t epoch = 1;
  for (std::uint64_t upto = 2; upto < 13;) {
    const auto r = committed_firing();
    EXPECT_GT(taken_up_to(r), upto);
    upto = taken_up_to(r);
    answer_commit(++epoch);
  }
}

}  // namespace
}  // namespace beckon::tests

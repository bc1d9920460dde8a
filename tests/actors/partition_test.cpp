// A partition between its peers: how long an epoch may take, how many dead letters are kept, and a
// drain that comes at a bad moment.
#include <google/protobuf/arena.h>

#include "messages/codec/commit_codec.hpp"
#include "tests/actors/lone_partition.hpp"

namespace beckon::tests {
namespace {

class partition : public lone_partition {
 protected:
  /// Keys of dead letters a record writes and removes.
  static std::pair<std::vector<std::string>, std::vector<std::string>> letters_of(
      const actors::commit_request& r) {
    google::protobuf::Arena arena;
    std::pair<std::vector<std::string>, std::vector<std::string>> all;
    const auto record = codec::decode_commit(r.record, arena);
    EXPECT_TRUE(record.ok());
    for (const auto& row : (*record)->rows()) {
      if (row.kind() == v1::Row::DEAD_LETTER)
        (row.has_content() ? all.first : all.second).push_back(row.key());
    }
    return all;
  }
};

TEST_F(partition, takes_all_that_is_there_in_one_epoch) {
  spawn();
  pass_barrier();
  recover();
  offer(20);
  EXPECT_EQ(taken_up_to(committed()), 20u);
}

TEST_F(partition, ends_an_epoch_that_takes_too_long_and_begins_the_next) {
  settings.epoch_time = duration{5};
  spawn();
  pass_barrier();
  recover();
  clock.step = 1;  // every look at the clock costs a millisecond
  offer(20);
  std::uint64_t before = 0;
  for (std::uint64_t epoch = 1; before < 20; ++epoch) {
    const auto now = taken_up_to(committed());
    EXPECT_GT(now, before);
    EXPECT_LE(now, before + 5);
    before = now;
    answer_commit(epoch);
  }
}

TEST_F(partition, reads_a_lost_queue_from_its_first_message_once_what_it_has_is_taken) {
  spawn();
  pass_barrier();
  recover();
  offer(5);
  EXPECT_EQ(taken_up_to(committed()), 5u);
  offer(3);
  caf::anon_send(tested, actors::queue_trouble{1, 0, false, "made anew"});
  answer_commit(1);
  EXPECT_EQ(taken_up_to(committed()), 8u) << "what was handed over is taken";
  EXPECT_EQ(bus.readers, 1);
  EXPECT_FALSE(board.ready());
  answer_commit(2);
  caf::anon_send(tested, actors::node_tick{clock.now()});
  caf::anon_send(tested, actors::queue_trouble{1, 0, true, {}, 77});
  caf::anon_send(tested, actors::queue_trouble{1, 0, true, {}});
  sequence = 0;
  offer(2);
  const auto head = codec::decode_head(committed().record);
  EXPECT_EQ(bus.readers, 2);
  ASSERT_EQ(head->offsets.size(), 1u);
  EXPECT_EQ(head->offsets[0].created_ns, 77) << "the new stream's";
  EXPECT_EQ(head->offsets[0].sequence, 2u);
  EXPECT_TRUE(board.ready());
  EXPECT_EQ(metric("beckon_queue_rewinds_total{source=\"web\"}"), 1);
}

TEST_F(partition, takes_one_message_however_slow_it_is) {
  settings.epoch_time = duration{5};
  spawn();
  pass_barrier();
  recover();
  clock.step = 1'000;
  offer(3);
  for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
    EXPECT_EQ(taken_up_to(committed()), epoch);
    answer_commit(epoch);
  }
}

TEST_F(partition, keeps_so_many_dead_letters_and_drops_the_oldest) {
  settings.dead_letters = 4;
  spawn();
  pass_barrier();
  recover({{from_ms(20), {0, 20}}, {from_ms(10), {0, 10}}});
  offer(3);
  const auto first = letters_of(committed());
  EXPECT_EQ(first.first.size(), 3u);
  EXPECT_EQ(first.second, std::vector<std::string>{to_bytes(hash128{0, 10})});
  answer_commit(1);
  offer(2);
  const auto second = letters_of(committed());
  EXPECT_EQ(second.second, (std::vector<std::string>{to_bytes(hash128{0, 20}), first.first[0]}));
  EXPECT_EQ(metric("beckon_dead_letters_total"), 5);
  EXPECT_EQ(metric("beckon_dead_letters_dropped_total"), 3);
}

TEST_F(partition, asked_to_drain_while_it_recovers_answers_when_it_has) {
  spawn();
  pass_barrier();
  caf::anon_send(tested, actors::drain{});
  recover();
  EXPECT_EQ(next<actors::drained>().station, "partition 0");
  EXPECT_EQ(bus.readers, 0) << "nothing is taken any more";
}

TEST_F(partition, asked_to_drain_before_it_began_answers_when_it_has) {
  spawn();
  caf::anon_send(tested, actors::drain{});
  pass_barrier();
  recover();
  EXPECT_EQ(next<actors::drained>().station, "partition 0");
}

TEST_F(partition, asked_to_drain_while_it_commits_answers_after_the_commit) {
  spawn();
  pass_barrier();
  recover();
  offer(3);
  committed();
  caf::anon_send(tested, actors::drain{});
  answer_commit(1);
  EXPECT_EQ(next<actors::drained>().station, "partition 0");
}

}  // namespace
}  // namespace beckon::tests

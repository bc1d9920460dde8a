// The committer: batches, a full disk, a writer that fails.
#include "actors/committer/committer.hpp"

#include <map>
#include <thread>

#include "tests/actors/lone_station.hpp"
#include "tests/support/commit_records.hpp"
#include "tests/support/memory_store.hpp"

namespace beckon::tests {
namespace {

class committer : public lone_station {
 protected:
  static constexpr actors::restart_limits quick{
      .restarts = 2, .first = duration{5}, .longest = duration{5}};

  void SetUp() override {
    const auto give_up = [to = peer<caf::actor>()](const actors::give_up& g) {
      caf::anon_send(to, g);
    };
    tested = actors::spawn_committer(system, {&store, around, give_up}, quick);
  }
  void TearDown() override { end(tested); }

  void ask(std::uint64_t epoch, std::uint64_t incarnation = 1, std::uint32_t partition = 0) {
    const auto record = epoch == 0 ? std::string() : commit_record(partition, epoch).bytes();
    caf::anon_send(tested, actors::commit_request{partition, incarnation, epoch, record},
                   peer<actors::partition_actor>());
  }
  bool store_is_well() {
    for (const auto& check : board.checks()) {
      if (check.name == "store") return check.ok;
    }
    return true;
  }

  memory_store store;
  actors::committer_actor tested;
};

TEST_F(committer, answers_when_the_record_is_durable) {
  ask(1);
  const auto done = next<actors::commit_done>();
  EXPECT_EQ(done.epoch, 1u);
  EXPECT_FALSE(done.failed);
  EXPECT_EQ(store.commits(), 1u);
}

TEST_F(committer, writes_epochs_of_a_partition_in_the_order_they_came) {
  for (std::uint64_t epoch = 1; epoch <= 5; ++epoch) ask(epoch);
  for (std::uint64_t epoch = 1; epoch <= 5; ++epoch) {
    const auto done = next<actors::commit_done>();
    EXPECT_EQ(done.epoch, epoch);
    EXPECT_FALSE(done.failed) << done.failed->to_string();
  }
}

TEST_F(committer, behind_a_refused_epoch_writes_no_other_of_that_partition_but_all_of_others) {
  ask(7);  // follows nothing
  ask(8);
  ask(1, 1, 1);
  ask(2, 1, 1);
  ask(9);
  ask(0, 2);
  std::map<std::uint64_t, bool> well;
  for (int i = 0; i < 4; ++i) {
    const auto done = next<actors::commit_done>();
    well[done.epoch] = !done.failed;
  }
  EXPECT_EQ(well, (std::map<std::uint64_t, bool>{{0, true}, {1, true}, {2, true}, {7, false}}));
  ask(1, 2);
  EXPECT_FALSE(next<actors::commit_done>().failed);
  EXPECT_EQ(metric("beckon_commit_records_total"), 3);
  EXPECT_EQ(metric("beckon_restarts_total{station=\"committer\"}"), 0);
}

TEST_F(committer, refuses_an_older_incarnation) {
  ask(0, 2);
  EXPECT_EQ(next<actors::commit_done>().incarnation, 2u) << "the barrier";
  ask(1, 1);
  ask(1, 2);
  EXPECT_EQ(next<actors::commit_done>().incarnation, 2u);
}

TEST_F(committer, waits_out_a_full_disk) {
  store.fail_next_commit(errc::exhausted);
  store.fail_reopen(2);
  ask(1);
  const auto done = next<actors::commit_done>();
  EXPECT_FALSE(done.failed) << done.failed->to_string();
  EXPECT_EQ(store.commits(), 1u);
  EXPECT_TRUE(store_is_well());
  EXPECT_EQ(metric("beckon_restarts_total{station=\"committer\"}"), 0) << "no budget spent";
}

TEST_F(committer, ends_while_the_disk_is_full) {
  store.fail_next_commit(errc::exhausted);
  store.fail_reopen(1'000'000);
  ask(1);
  while (store_is_well()) std::this_thread::yield();
  end(tested);
  EXPECT_EQ(store.commits(), 0u);
}

TEST_F(committer, whose_fsync_failed_gives_up) {
  store.fail_next_commit(errc::internal);
  ask(1);
  EXPECT_EQ(next<actors::give_up>().station, "committer");
}

TEST_F(committer, whose_writer_fails_tells_the_partition_and_goes_on) {
  faults.throw_at({"committer", "0", "", 1});
  ask(1);
  const auto lost = next<actors::commit_done>();
  EXPECT_EQ(lost.epoch, 1u);
  ASSERT_TRUE(lost.failed);
  ask(1, 2);
  EXPECT_FALSE(next<actors::commit_done>().failed);
  EXPECT_EQ(metric("beckon_restarts_total{station=\"committer\"}"), 1);
}

TEST_F(committer, over_its_budget_gives_up) {
  faults.throw_at({"committer", "0", ""});
  for (std::uint64_t incarnation = 1; incarnation <= 3; ++incarnation) {
    ask(1, incarnation);
    EXPECT_TRUE(next<actors::commit_done>().failed);
  }
  const auto why = next<actors::give_up>();
  EXPECT_EQ(why.station, "committer writer");
  EXPECT_EQ(why.reason, throwing_faults::reason);
}

}  // namespace
}  // namespace beckon::tests

// The committer: batches, a full disk, a writer that fails.
#include "actors/committer/committer.hpp"

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

  void ask(std::uint64_t epoch, std::uint64_t incarnation = 1) {
    const auto record = epoch == 0 ? std::string() : commit_record(0, epoch).bytes();
    caf::anon_send(tested, actors::commit_request{0, incarnation, epoch, record},
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

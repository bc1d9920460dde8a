// A partition that works on an epoch while the one before is with the committer, alone between its
// peers: nothing of an epoch is told to anybody before it is durable, and what it reads is never
// older than what it answered.
#include "tests/actors/firing_partition.hpp"

namespace beckon::tests {
namespace {

using strings = std::vector<std::string>;

class overlap : public firing_partition {
 protected:
  std::uint64_t tracked() {
    return next_from<actors::track_batch, actors::partition_actor>().epoch;
  }
  static std::optional<std::string> state_in(const actors::commit_request& r) {
    for (const auto& [key, content] : rows_in(r, v1::Row::STATE)) {
      if (content) return content;
    }
    return std::nullopt;
  }
  void answer(const actors::load_request& asked, std::optional<std::string> state) {
    EXPECT_EQ(asked.slots.size(), 1u);
    actors::load_done done{1, asked.epoch, asked.slots, {}, {}};
    done.rows.push_back(std::make_shared<actors::subject_rows>(
        actors::subject_rows{std::move(state), std::nullopt, std::nullopt}));
    caf::anon_send(tested, std::move(done));
  }
  using loads = actors::load_request;
  using asker = actors::partition_actor;
};

TEST_F(overlap, an_epoch_is_decided_while_the_one_before_is_written_and_told_after_its_own_commit) {
  start();
  bring("view", "a");
  EXPECT_EQ(fired(committed_firing()), strings{"seen a"});
  bring("view", "b");
  const auto second = committed_firing();
  EXPECT_EQ(fired(second), strings{"seen b"});
  const auto head = codec::decode_head(second.record);
  EXPECT_EQ(head->who.epoch, 3u);
  EXPECT_EQ(head->who.previous, 2u);
  EXPECT_EQ(head->offsets.at(0).sequence, 4u);
  EXPECT_FALSE((has<actors::track_batch, asker>()));
  EXPECT_FALSE((has<actors::attempt_request, actors::outbox_actor>()));

  answer_commit(2);
  EXPECT_EQ(tracked(), 2u);
  EXPECT_EQ(attempted(), "a");
  bring("view", "c");
  const auto third = committed_firing();  // whatever else the commit released was sent before it
  EXPECT_FALSE((has<actors::track_batch, asker>()));
  answer_commit(3);
  EXPECT_EQ(tracked(), 3u);
  EXPECT_EQ(attempted(), "b");
}

TEST_F(overlap, behind_two_epochs_not_durable_what_comes_waits_for_one_epoch) {
  start();
  bring("view", "a");
  committed_firing();
  bring("view", "b");
  committed_firing();
  bring("view", "c");
  bring("view", "d");
  answer_commit(2);
  EXPECT_EQ(route(), 2u);
  EXPECT_EQ(fired(committed()).size(), 2u);
}

TEST_F(overlap, a_commit_just_begun_is_waited_for) {
  start();
  clock.step = 0;
  bring("view", "a");
  committed_firing();
  bring("view", "b");
  bring("view", "c");
  answer_commit(2);
  EXPECT_EQ(route(), 2u);
  EXPECT_EQ(fired(committed()).size(), 2u);
}

TEST_F(overlap, of_a_failed_commit_discards_the_epoch_behind) {
  start();
  bring("view", "a");
  committed_firing();
  bring("view", "b");
  committed_firing();
  caf::anon_send(tested, actors::commit_done{1, 2, error{errc::unavailable, "by a test", {}}});
  system.registry().await_running_count_equal(1);
  EXPECT_FALSE((has<actors::track_batch, asker>()));
  EXPECT_FALSE((has<actors::attempt_request, actors::outbox_actor>()));
}

TEST_F(overlap, a_session_that_fails_goes_on_from_what_it_answered_last) {
  start();
  bring("view", "a");
  const auto first = committed_firing();
  faults.throw_at({"session", "a", "", 1});
  bring("fav", "a");
  comes_true([&] { return metric("beckon_restarts_total{station=\"session\"}") == 1; });
  tick();
  EXPECT_FALSE((has<loads, asker>())) << "the store does not hold it yet";
  answer_commit(2);
  answer(next_from<loads, asker>(), state_in(first));
  EXPECT_EQ(fired(committed_firing()), strings{"wanted a"});
}

TEST_F(overlap, other_subjects_rows_are_loaded_at_once) {
  settings.session_idle = duration{1'000};
  start();
  bring("view", "a");
  const auto first = committed_firing();
  answer_commit(2);
  tick();
  comes_true([&] { return metric("beckon_sessions_passivated_total") == 1; });
  bring("view", "b");
  committed_firing();
  bring("fav", "a");
  answer(next_from<loads, asker>(), state_in(first));
  EXPECT_EQ(fired(committed_firing()), strings{"wanted a"}) << "b's epoch is not durable";
}

TEST_F(overlap, a_session_stays_until_what_it_answered_is_durable) {
  acts = false;
  settings.session_idle = duration{1'000};
  start();
  bring("view", "a");
  committed_firing();
  tick();
  EXPECT_EQ(metric("beckon_sessions_passivated_total"), 0);
  bring("fav", "a");
  EXPECT_EQ(fired(committed_firing()), strings{"wanted a"}) << "nothing had to be loaded";
  answer_commit(2);
  tick();
  EXPECT_EQ(metric("beckon_subjects_known"), 1) << "it remembers nothing, which is not durable";
  answer_commit(3);
  tick();
  comes_true([&] { return metric("beckon_subjects_known") == 0; });
  EXPECT_EQ(metric("beckon_sessions_resident"), 0);
}

TEST_F(overlap, sessions_that_take_too_much_memory_end_least_recently_used_first) {
  settings.session_bytes = 8'200;  // three small ones, or two beside the large one
  settings.session_idle = duration{1'000'000'000};
  start();
  std::uint64_t epoch = 2;
  const auto bring_and_commit = [&](const std::string& user) {
    bring("view", user);
    committed_firing();
    answer_commit(epoch++);
    tick();
  };
  for (const auto* user : {"a", "b", "c", "a"}) bring_and_commit(user);
  EXPECT_EQ(metric("beckon_sessions_resident"), 3);
  EXPECT_GT(metric("beckon_session_bytes"), 3 * 1'300);
  bring_and_commit(std::string(4'000, 'x'));
  EXPECT_EQ(metric("beckon_sessions_passivated_total"), 2) << "b and c";
  bring("fav", "a");
  committed_firing();
  EXPECT_FALSE((has<loads, asker>()));
  bring("fav", "b");
  EXPECT_EQ((next_from<loads, asker>()).slots.size(), 1u);
}

TEST_F(overlap, memory_goes_back_to_the_system_when_most_sessions_have_ended) {
  acts = false;
  settings.session_idle = duration{1'000};
  start();
  strings users;
  for (int i = 0; i < 1'000; ++i) users.push_back("u" + std::to_string(i));
  bring("view", users);
  committed_firing();
  answer_commit(2);
  tick();
  comes_true([&] { return metric("beckon_sessions_resident") == 0; });
  EXPECT_EQ(trims, 0) << "the actors may not be gone yet";
  tick();
  EXPECT_EQ(trims, 1);
  tick();
  EXPECT_EQ(trims, 1);
}

TEST_F(overlap, what_is_not_durable_is_not_purged) {
  start();
  offer(3);
  EXPECT_EQ(taken_up_to(committed()), 5u);
  tick();
  EXPECT_EQ(purged_below, 2u);
  answer_commit(2);
  tick();
  EXPECT_EQ(purged_below, 5u);
}

TEST_F(overlap, a_drain_waits_for_both) {
  start();
  offer(3);
  committed();
  offer(2);
  committed();
  caf::anon_send(tested, actors::drain{});
  answer_commit(2);
  tick();
  peers->receive([](const actors::drained&) { ADD_FAILURE() << "one is not durable"; },
                 caf::after(std::chrono::seconds(0)) >> [] {});
  answer_commit(3);
  EXPECT_EQ(next<actors::drained>().station, "partition 0");
}

}  // namespace
}  // namespace beckon::tests

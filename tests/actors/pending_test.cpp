// Pending decisions in a partition alone between its peers: what a filter puts off is committed,
// taken up again at its time, decided once, and ends when it must.
#include "actors/partition/start_book.hpp"
#include "tests/actors/pending_partition.hpp"

namespace beckon::tests {
namespace {

using strings = std::vector<std::string>;

class pending : public pending_partition {
 protected:
  /// User a's `seen`, then the more urgent `wanted`, both for an hour.
  void put_off_both() {
    under.actions[1].priority = 5;
    put_in_force();
    start();
    put_off("a", defer(hour));
    answer_commit(2);
    bring("fav", "a");
    route();
    judge(pass(), defer(hour));
    committed();
    answer_commit(3);
  }
};

TEST_F(pending, a_deferral_is_stored_and_told_once_after_its_time) {
  start();
  const auto parked = put_off("a", defer(hour));
  EXPECT_EQ(steps(parked), strings{"POSTPONED a quiet_hours"});
  const auto record = decisions_of(parked).back();
  EXPECT_EQ(record.filter(), "night");
  EXPECT_EQ(record.action(), "tell_seen");
  EXPECT_EQ(record.until_ms(), to_ms(began + hour));
  ASSERT_EQ(stored(parked).size(), 1u);
  EXPECT_TRUE(rows_in(parked, v1::Row::OUTBOX).empty());
  answer_commit(2);
  at(hour - duration{60'000});
  nothing_but("b", 3);

  at(hour);
  const auto woken = judge(pass(), pass());
  EXPECT_EQ(woken.position, 0u) << "the whole chain";
  EXPECT_EQ(woken.users(), strings{"a"});
  EXPECT_GE(woken.items.at(0).now, began + hour);
  const auto sent = committed();
  EXPECT_EQ(steps(sent), strings{"SENT a"});
  EXPECT_TRUE(fired(sent).empty()) << "it is the same match";
  EXPECT_TRUE(erases(sent, 1));
  EXPECT_EQ(rows_in(sent, v1::Row::OUTBOX).size(), 1u);
  EXPECT_EQ(rows_in(sent, v1::Row::LEDGER).size(), 1u);
  EXPECT_FALSE((has<actors::attempt_request, actors::outbox_actor>())) << "it is not durable yet";
  answer_commit(4);
  EXPECT_EQ(attempted(), "a");
  at(2 * hour);
  nothing_but("c", 5);
}

TEST_F(pending, keeps_its_session_no_longer_than_others) {
  settings.session_idle = duration{1'000};
  start();
  put_off("a", defer(hour));
  answer_commit(2);
  tick();
  comes_true([&] { return metric("beckon_sessions_resident") == 0; });
  EXPECT_EQ(metric("beckon_pending_decisions{why=\"deferred\"}"), 1);
  at(hour);
  const auto load = next_from<actors::load_request, asker>();
  actors::load_done none{1, load.epoch, load.slots, {}, {}};
  none.rows.push_back(std::make_shared<actors::subject_rows>());
  caf::anon_send(tested, std::move(none));
  judge(pass(), pass());
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
}

TEST_F(pending, is_decided_by_what_its_subject_got_meanwhile) {
  start();
  put_off("a", defer(hour));
  answer_commit(2);
  bring("view", "a");
  route();
  judge(pass(), pass());
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
  answer_commit(3);
  attempted();
  at(hour);
  const auto woken = judge(
      [](const auto& item) {
        return item.known->sends.all().empty() ? pass() : outreach::verdict{false, "capped", {}};
      },
      [](const auto&) { return pass(); });
  EXPECT_EQ(woken.items.at(0).known->sends.all().size(), 1u);
  const auto end = committed();
  EXPECT_EQ(steps(end), strings{"FILTERED a capped"});
  EXPECT_TRUE(erases(end, 1));
}

TEST_F(pending, of_one_subject_are_decided_by_priority_before_what_is_new) {
  put_off_both();
  strings order;
  const auto note = [&](const auto& item) {
    order.push_back(item.what->rule + " " + std::to_string(item.known->sends.all().size()));
    return pass();
  };
  at(hour);
  for (int round = 0; round < 2; ++round)
    EXPECT_EQ(judge(note, [](const auto&) { return pass(); }).items.size(), 1u);
  EXPECT_EQ(order, (strings{"wanted 0", "seen 1"}));
  EXPECT_EQ(steps(committed()).size(), 2u);
}

TEST_F(pending, may_be_put_off_again) {
  start();
  const auto first = put_off("a", defer(hour));
  answer_commit(2);
  at(hour);
  judge(pass(), defer(2 * hour));
  const auto again = committed();
  EXPECT_EQ(steps(again), strings{"POSTPONED a quiet_hours"});
  EXPECT_EQ(pending_rows(again).size(), 2u) << "the former erased, a new one written";
  EXPECT_EQ(stored(again).size(), 1u);
  EXPECT_FALSE(pending_rows(again).at(stored(first)[0].first));
}

TEST_F(pending, is_found_after_a_restart) {
  start();
  const auto parked = put_off("a", defer(hour));
  end(tested);
  start_with(stored(parked));
  at(hour);
  EXPECT_EQ(judge(pass(), pass()).users(), strings{"a"});
  const auto sent = committed();
  EXPECT_EQ(steps(sent), strings{"SENT a"});
  EXPECT_TRUE(erases(sent, 1));
}

TEST_F(pending, whose_commit_fails_was_never_one) {
  start();
  put_off("a", ask(hour));
  caf::anon_send(tested, actors::commit_done{1, 2, error{errc::unavailable, "by a test", {}}});
  system.registry().await_running_count_equal(1);
  EXPECT_FALSE((has<actors::predicate_ask, asker>()));
}

TEST_F(pending, whose_decision_was_not_committed_is_decided_again) {
  start();
  const auto parked = put_off("a", defer(hour));
  answer_commit(2);
  at(hour);
  judge(pass(), pass());
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
  caf::anon_send(tested, actors::commit_done{1, 3, error{errc::unavailable, "by a test", {}}});
  system.registry().await_running_count_equal(1);
  EXPECT_FALSE((has<actors::attempt_request, actors::outbox_actor>()));
  start_with(stored(parked));
  at(hour);
  judge(pass(), pass());
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
}

TEST_F(pending, may_wake_while_the_record_that_holds_it_is_written) {
  start();
  put_off("a", defer(hour));
  at(hour);
  judge(pass(), pass());
  const auto sent = committed();
  EXPECT_EQ(sent.epoch, 3u);
  EXPECT_EQ(steps(sent), strings{"SENT a"});
  EXPECT_TRUE(erases(sent, 1));
  EXPECT_FALSE((has<actors::attempt_request, actors::outbox_actor>()));
  answer_commit(2);
  answer_commit(3);
  EXPECT_EQ(attempted(), "a");
}

TEST_F(pending, under_another_plan_is_decided_by_it) {
  start();
  for (const auto* user : {"a", "b"})
    put_off(user, defer(hour)), answer_commit(*user == 'a' ? 2 : 3);
  under.actions[0].enabled = false;
  put_in_force();
  at(hour);
  const auto end = committed();
  EXPECT_EQ(steps(end), (strings{"REFUSED a disabled", "REFUSED b disabled"}));
  EXPECT_TRUE(erases(end, 2));
}

TEST_F(pending, of_a_rule_that_is_gone_ends) {
  start();
  put_off("a", defer(hour));
  answer_commit(2);
  under.rules = under.rules->without("seen");
  put_in_force();
  at(hour);
  EXPECT_EQ(steps(committed()), strings{"REFUSED a rule_gone"});
  EXPECT_EQ(metric("beckon_pending_ended_total{reason=\"rule_gone\"}"), 1);
}

TEST_F(pending, ends_when_its_action_expires) {
  under.actions[0].expires_after = (began + hour) - from_ms(5'000);
  put_in_force();
  start();
  put_off("a", defer(3 * hour));
  answer_commit(2);
  at(hour - duration{60'000});
  nothing_but("b", 3);
  at(hour);
  const auto end = committed();
  EXPECT_EQ(steps(end), strings{"REFUSED a expired"});
  EXPECT_TRUE(erases(end, 1));
}

TEST_F(pending, too_many_end_by_class) {
  settings.pending_decisions = 2;
  put_off_both();
  const auto third = put_off("b", defer(hour));
  EXPECT_EQ(steps(third), (strings{"POSTPONED b quiet_hours", "REFUSED a pending_full"}));
  EXPECT_EQ(pending_rows(third).size(), 2u);
  EXPECT_EQ(stored(third).size(), 1u);
  answer_commit(4);
  EXPECT_EQ(metric("beckon_verdicts_total{by=\"pending\",reason=\"pending_full\"}"), 1);
  at(hour);
  EXPECT_EQ(judge(pass(), pass()).items.size(), 2u);
}

TEST_F(pending, the_end_of_everybody_s_quiet_hours_leaves_room_for_others) {
  settings.epoch_events = 8;
  start();
  strings users;
  for (char u = 'a'; u < 'f'; ++u) users.emplace_back(1, u);
  bring("view", users);
  route();
  judge(pass(), defer(hour));
  committed();
  answer_commit(2);
  bring("view", "z");  // taken with the first of them, or before
  at(hour);
  std::size_t decided = 0;
  std::uint64_t epoch = 3;
  for (bool routed = false; decided < 6 && !HasFailure(); ++epoch) {
    if (!routed && epoch == 3) routed = route() == 1;
    const auto some = judge(pass(), pass()).items.size();
    EXPECT_LE(some, 3u);
    decided += some;
    committed();
    answer_commit(epoch);
  }
  EXPECT_EQ(decided, 6u);
}

TEST_F(pending, is_left_where_it_is_by_a_drain) {
  start();
  put_off("a", defer(hour));
  answer_commit(2);
  caf::anon_send(tested, actors::drain{});
  at(hour);
  EXPECT_EQ(next<actors::drained>().station, "partition 0");
  EXPECT_FALSE((has<actors::filter_batch, asker>()));
}

TEST_F(pending, under_event_time_waits_for_the_clock_of_events) {
  settings.event_time = true;
  sources[0].live = false;
  start();
  outreach::verdict v{false, "quiet_hours", {}};
  v.later = outreach::postponement{outreach::wait_reason::deferred, from_ms(60'000)};
  bring("view", "a");
  route();
  judge(pass(), v);
  committed();
  answer_commit(2);
  at(hour);
  bring("view", strings{"b"}, from_ms(59'000));
  route();
  EXPECT_EQ(judge(pass(), refuse()).users(), strings{"b"});
  committed();
  answer_commit(3);
  bring("view", strings{"c"}, from_ms(70'000));
  route();
  judge(pass(), refuse());
  committed();
  answer_commit(4);
  const auto woken = judge(pass(), pass());
  EXPECT_EQ(woken.users(), strings{"a"});
  EXPECT_EQ(woken.items.at(0).now, from_ms(60'000)) << "not when an epoch came to it";
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
}

TEST_F(pending, over_which_the_process_ended_are_taken_one_at_a_time) {
  start();
  bring("view", strings{"a", "b"});
  route();
  judge(pass(), defer(hour));
  const auto parked = committed();
  end(tested);
  epoch::start_record record{};
  record.failures = 2;
  record.failed_at.clock_ms = 0;
  settings.starts = std::make_shared<actors::start_book>(std::span(&record, 1));
  start_with(stored(parked));
  at(hour);
  EXPECT_EQ(judge(pass(), pass()).users(), strings{"a"});
  const auto marked = record.mark;
  EXPECT_NE(marked, hash128{});
  const auto first = committed().epoch;
  answer_commit(first);
  EXPECT_EQ(judge(pass(), pass()).users(), strings{"b"});
  EXPECT_EQ(record.failures, 2u) << "there was one left";
  answer_commit(committed().epoch);
  comes_true([&] { return metric("beckon_isolated_inputs_total") == 2; });

  end(tested);
  record = {};
  record.failures = 3;
  record.condemned = marked;
  settings.starts = std::make_shared<actors::start_book>(std::span(&record, 1));
  start_with(stored(parked));
  at(hour);
  const auto given_up = committed();
  ASSERT_EQ(steps(given_up).size(), 1u);
  EXPECT_TRUE(steps(given_up)[0].starts_with("ERRORED a the process ended"));
  EXPECT_EQ(rows_in(given_up, v1::Row::DEAD_LETTER).size(), 1u);
  EXPECT_TRUE(erases(given_up, 1));
  answer_commit(given_up.epoch);
  EXPECT_EQ(judge(pass(), pass()).users(), strings{"b"});
  EXPECT_EQ(record.condemned, hash128{});
}

}  // namespace
}  // namespace beckon::tests

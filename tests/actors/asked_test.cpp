// Decisions somebody outside is asked about, in a partition alone between its peers: asked after
// the commit, decided by the answer or without one, asked again after a restart.
#include "tests/actors/pending_partition.hpp"

namespace beckon::tests {
namespace {

using strings = std::vector<std::string>;

class asked_decision : public pending_partition {};

TEST_F(asked_decision, is_asked_after_its_commit_and_goes_through_its_chain_at_a_pass) {
  start();
  bring("view", "a");
  route();
  judge(ask(hour), pass());
  const auto parked = committed();
  EXPECT_EQ(steps(parked), strings{"POSTPONED a asked"});
  EXPECT_FALSE((has<actors::predicate_ask, asker>())) << "it is not durable yet";
  answer_commit(2);
  const auto question = asked();
  EXPECT_EQ(question.body, "may I?");
  EXPECT_EQ(question.until, began + hour);
  EXPECT_EQ(question.under->filters[question.filter].id, "gate");
  EXPECT_EQ(question.name.epoch, 2u);
  EXPECT_EQ(question.name.round, 1u);
  say(question, said::pass);
  const auto rest = judge(pass(), pass());
  EXPECT_EQ(rest.position, 0u) << "what came before the question may be different now";
  EXPECT_EQ(rest.items.at(0).what->answered_by, strings{"gate"}) << "it does not ask again";
  const auto sent = committed();
  EXPECT_EQ(steps(sent), strings{"SENT a"});
  EXPECT_TRUE(erases(sent, 1));
  answer_commit(3);
  EXPECT_EQ(attempted(), "a");
}

TEST_F(asked_decision, asked_about_two_at_once_sees_what_the_first_answer_sent) {
  start();
  put_off("a", ask(hour));
  answer_commit(2);
  const auto first = asked();
  put_off("a", ask(hour));
  answer_commit(3);
  const auto second = asked();
  const auto once = [](const auto& item) {
    return item.known->sends.all().empty() ? pass() : outreach::verdict{false, "capped", {}};
  };
  say(first, said::pass);
  judge(once, [](const auto&) { return pass(); });
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
  answer_commit(4);
  attempted();
  say(second, said::pass);
  judge(once, [](const auto&) { return pass(); });
  EXPECT_EQ(steps(committed()), strings{"FILTERED a capped"});
}

TEST_F(asked_decision, asked_and_refused_is_refused_by_its_filter) {
  start();
  put_off("a", ask(hour));
  answer_commit(2);
  say(asked(), said::refuse, "late_payer");
  const auto end = committed();
  EXPECT_EQ(steps(end), strings{"FILTERED a late_payer"});
  EXPECT_EQ(decisions_of(end).back().filter(), "night");
  EXPECT_TRUE(erases(end, 1));
  EXPECT_EQ(metric("beckon_verdicts_total{by=\"night\",reason=\"late_payer\"}"), 1);
}

TEST_F(asked_decision, without_an_answer_in_time_goes_by_the_fail_policy) {
  for (const bool open : {false, true}) {
    SCOPED_TRACE(open);
    under.filters[1].fail_open = open;
    put_in_force();
    if (!open) start();
    put_off("a", ask((open ? 2 : 1) * hour));
    answer_commit(open ? 4 : 2);
    const auto question = asked();
    at((open ? 2 : 1) * hour);
    if (open) judge(pass(), pass());
    const auto end = committed();
    EXPECT_EQ(steps(end), open ? strings{"SENT a"} : strings{"FILTERED a ask_timeout"});
    answer_commit(open ? 5 : 3);
    if (open) attempted();
    say(question, said::pass);
    comes_true([&] { return metric("beckon_predicate_answers_void_total") == (open ? 2 : 1); });
  }
}

TEST_F(asked_decision, a_failure_to_ask_goes_by_the_fail_policy_at_once) {
  start();
  put_off("a", ask(hour));
  answer_commit(2);
  say(asked(), said::failed, "unreachable");
  EXPECT_EQ(steps(committed()), strings{"FILTERED a unreachable"});
}

TEST_F(asked_decision, answers_to_another_epoch_or_incarnation_are_void) {
  start();
  put_off("a", ask(hour));
  answer_commit(2);
  const auto question = asked();
  auto wrong = question;
  ++wrong.name.epoch;
  say(wrong, said::refuse, "wrong");
  wrong = question;
  ++wrong.name.round;
  say(wrong, said::refuse, "wrong");
  wrong = question;
  ++wrong.incarnation;
  say(wrong, said::refuse, "wrong");
  say(question, said::pass);
  judge(pass(), pass());
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
  EXPECT_EQ(metric("beckon_predicate_answers_void_total"), 3);
}

TEST_F(asked_decision, asked_is_asked_again_after_a_restart) {
  start();
  const auto parked = put_off("a", ask(hour));
  answer_commit(2);
  const auto before = asked();
  end(tested);
  start_with(stored(parked));
  at(duration{1});
  const auto anew = judge(pass(), ask(hour));
  EXPECT_EQ(anew.position, 0u) << "the plan may be another";
  const auto again = committed();
  EXPECT_EQ(steps(again), strings{"POSTPONED a asked"});
  EXPECT_EQ(stored(again).size(), 1u);
  answer_commit(again.epoch);
  const auto question = asked();
  EXPECT_GT(question.name.number, before.name.number) << "an answer to the former is void";
  say(question, said::pass);
  judge(pass(), pass());
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
}

TEST_F(asked_decision, answered_under_another_revision_runs_its_whole_chain) {
  start();
  put_off("a", ask(hour));
  answer_commit(2);
  const auto question = asked();
  ++under.revision;
  put_in_force();
  say(question, said::refuse, "late_payer");
  EXPECT_EQ(judge(pass(), pass()).position, 0u);
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
}

TEST_F(asked_decision, asked_is_nobody_asked_while_the_node_stops) {
  start();
  put_off("a", ask(hour));
  caf::anon_send(tested, actors::drain{});
  answer_commit(2);
  EXPECT_EQ(next<actors::drained>().station, "partition 0");
  EXPECT_FALSE((has<actors::predicate_ask, asker>()));
}

}  // namespace
}  // namespace beckon::tests

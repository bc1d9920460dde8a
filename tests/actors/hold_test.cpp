// Decisions held for the last place of a cap, in a partition alone between its peers: the filter is
// the real one, its facts are the partition's.
#include "tests/actors/pending_partition.hpp"

namespace beckon::tests {
namespace {

using strings = std::vector<std::string>;

/// The second filter of the chain is a cap of one a day, with a hold of an hour.
class held_decision : public pending_partition {
 protected:
  held_decision() {
    settings.session_idle = 1'000 * hour;
    under.actions[1].priority = 5;  // wanted
    put_in_force();
    cap("1 day", "1 h");
  }

  void cap(const std::string& within, const std::string& hold) {
    using namespace testing;
    problems out;
    const auto node =
        laid_out(map({{"most", text("1")}, {"within", text(within)}, {"hold", text(hold)}}));
    settings_reader options(node, "filter", out);
    calm = (*outreach::find_filter_kind("fatigue"))(options, node, {}, out);
    ASSERT_NE(calm, nullptr);
  }
  /// One round; the rules and times of its items.
  strings decide() {
    strings rules;
    judge([](const auto&) { return pass(); },
          [&](const actors::decision_item& item) {
            rules.push_back(item.what->rule);
            return calm->judge(
                {*item.what, under.actions[item.action], *item.known, item.now, "night"});
          });
    return rules;
  }
  actors::commit_request decided(const char* type, const std::string& user) {
    bring(type, user);
    route();
    decide();
    return committed();
  }
  static std::vector<std::int64_t> ends(const actors::commit_request& r) {
    std::vector<std::int64_t> all;
    for (const auto& [key, bytes] : stored(r))
      all.push_back(to_ms(codec::decode_pending(key, bytes)->wake));
    return all;
  }

  std::unique_ptr<const outreach::filter> calm;
};

TEST_F(held_decision, is_joined_and_decided_by_priority_at_its_end) {
  start();
  const auto first = decided("view", "a");
  EXPECT_EQ(steps(first), strings{"POSTPONED a held"});
  ASSERT_EQ(stored(first).size(), 1u);
  answer_commit(2);
  const auto second = decided("fav", "a");
  EXPECT_EQ(steps(second), strings{"POSTPONED a held"});
  EXPECT_EQ(ends(second), ends(first)) << "nobody waits longer than the first";
  EXPECT_EQ(decisions_of(second).back().until_ms(), ends(first)[0]);
  answer_commit(3);
  tick();
  EXPECT_EQ(metric("beckon_pending_decisions{why=\"held\"}"), 2);
  nothing_but("b", 4);

  at(hour + duration{60'000});
  EXPECT_EQ(decide(), strings{"wanted"});
  EXPECT_EQ(decide(), strings{"seen"});
  const auto end = committed();
  EXPECT_EQ(steps(end), (strings{"SENT a", "FILTERED a outranked"}));
  EXPECT_EQ(decisions_of(end)[0].rule(), "wanted");
  EXPECT_TRUE(erases(end, 2));
  EXPECT_EQ(rows_in(end, v1::Row::OUTBOX).size(), 1u);
  answer_commit(5);
  attempted();
  EXPECT_EQ(steps(decided("view", "a")), strings{"FILTERED a capped"}) << "at once";
}

TEST_F(held_decision, over_restarts_is_joined_and_decided_once) {
  start();
  const auto first = decided("view", "a");
  answer_commit(2);
  end(tested);
  start_with(stored(first));
  const auto again = decided("view", "a");
  EXPECT_EQ(steps(again), strings{"POSTPONED a held"});
  EXPECT_EQ(ends(again), ends(first)) << "the row says until when";
  answer_commit(again.epoch);
  const auto urgent = decided("fav", "a");
  EXPECT_EQ(ends(urgent), ends(first));
  auto found = stored(first);
  for (const auto& r : {again, urgent}) {
    const auto more = stored(r);
    found.insert(found.end(), more.begin(), more.end());
  }
  end(tested);

  start_with(found);
  at(hour + duration{60'000});
  for (int round = 0; round < 3; ++round) EXPECT_EQ(decide().size(), 1u);
  const auto done = committed();
  EXPECT_EQ(steps(done), (strings{"SENT a", "FILTERED a outranked", "FILTERED a outranked"}));
  EXPECT_EQ(decisions_of(done)[0].rule(), "wanted");
  EXPECT_TRUE(erases(done, 3));
  answer_commit(done.epoch);
  attempted();
  nothing_but("b", done.epoch + 1);
}

TEST_F(held_decision, whose_end_was_not_committed_is_decided_again) {
  start();
  const auto parked = decided("view", "a");
  answer_commit(2);
  at(hour + duration{60'000});
  decide();
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
  end(tested);
  start_with(stored(parked));
  at(hour + duration{60'000});
  EXPECT_EQ(decide(), strings{"seen"});
  const auto sent = committed();
  EXPECT_EQ(steps(sent), strings{"SENT a"});
  EXPECT_TRUE(erases(sent, 1));
}

TEST_F(held_decision, of_two_in_one_epoch_the_second_joins) {
  start();
  bring("view", strings{"a", "a"});
  EXPECT_EQ(route(), 2u);
  decide();
  decide();
  const auto both = committed();
  EXPECT_EQ(steps(both), (strings{"POSTPONED a held", "POSTPONED a held"}));
  ASSERT_EQ(stored(both).size(), 2u);
  EXPECT_EQ(ends(both)[0], ends(both)[1]);
}

TEST_F(held_decision, keeps_the_answers_it_had) {
  start();
  bring("view", "a");
  route();
  judge(ask(hour), pass());
  committed();
  answer_commit(2);
  say(asked(), said::pass);
  EXPECT_EQ(decide(), strings{"seen"});
  EXPECT_EQ(steps(committed()), strings{"POSTPONED a held"});
  answer_commit(3);
  at(2 * hour);
  const auto woken = judge(pass(), pass());
  ASSERT_EQ(woken.items.size(), 1u);
  EXPECT_EQ(woken.items[0].what->answered_by, strings{"gate"}) << "not asked again";
  EXPECT_EQ(woken.items[0].what->held_by, strings{"night"});
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
}

TEST_F(held_decision, when_there_is_room_for_few_are_decided_the_most_urgent_first) {
  settings.epoch_events = 4;  // one of them pending
  start();
  decided("view", "a");
  answer_commit(2);
  decided("fav", "a");
  answer_commit(3);
  at(hour + duration{60'000});
  EXPECT_EQ(decide(), strings{"wanted"});
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
  answer_commit(4);
  EXPECT_EQ(decide(), strings{"seen"});
  EXPECT_EQ(steps(committed()), strings{"FILTERED a outranked"});
}

TEST_F(held_decision, under_event_time_ends_before_what_fires_later_in_the_same_epoch) {
  settings.event_time = true;
  sources[0].live = false;
  cap("20 s", "10 s");
  start();
  bring("view", strings{"a", "a", "a"}, from_ms(100'000), {5, 9, 70});
  EXPECT_EQ(route(), 3u);
  strings when;
  for (int round = 0; round < 5; ++round) {
    judge([](const auto&) { return pass(); },
          [&](const actors::decision_item& item) {
            when.push_back(std::to_string(to_ms(item.now) / 1'000));
            return calm->judge(
                {*item.what, under.actions[item.action], *item.known, item.now, "night"});
          });
  }
  EXPECT_EQ(when, (strings{"5", "9", "15", "15", "70"}));
  const auto record = committed();
  EXPECT_EQ(steps(record), (strings{"POSTPONED a held", "POSTPONED a held", "SENT a",
                                    "FILTERED a outranked", "POSTPONED a held"}));
  EXPECT_EQ(ends(record), std::vector<std::int64_t>{80'000});
  answer_commit(2);
  judge([](const auto&) { return pass(); },
        [&](const actors::decision_item& item) {
          EXPECT_EQ(item.now, from_ms(80'000));
          return pass();
        });
  EXPECT_EQ(steps(committed()), strings{"SENT a"});
}

}  // namespace
}  // namespace beckon::tests

// A partition that works on an epoch while the one before is with the committer, alone between its
// peers: nothing of an epoch is told to anybody before it is durable, and what it reads is never
// older than what it answered.
#include <google/protobuf/arena.h>

#include "beckon/v1/track.pb.h"
#include "engine/outreach/material.hpp"
#include "messages/codec/commit_codec.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/event_codec.hpp"
#include "tests/actors/lone_partition.hpp"
#include "tests/engine/cep/market.hpp"
#include "tests/engine/outreach/build_settings.hpp"

namespace beckon::tests {
namespace {

using strings = std::vector<std::string>;

class overlap : public lone_partition {
 protected:
  overlap() {
    rules_ =
        cep::testing::market_rules({"RULE seen WHEN view FIRE EVERY TIME",
                                    "RULE wanted WHEN view THEN fav WITHIN 1 h FIRE EVERY TIME"});
    auto p = std::make_shared<plan>();
    p->events = std::shared_ptr<const catalogue>(rules_, &rules_->events());
    p->rules = rules_;
    problems found;
    outreach::action tell;
    tell.channel = "inbox";
    tell.content = outreach::material::compile(
        "note", testing::laid_out(testing::map({{"title", testing::text("Hello")}})), found);
    for (const auto* rule : {"seen", "wanted"}) {
      tell.id = std::string("tell_") + rule;
      tell.rule = rule;
      p->actions_of_rule[rule] = {p->actions.size()};
      p->actions.push_back(tell);
    }
    p->ledger_keeps = std::chrono::hours(24);
    p->channels.resize(1);
    p->channels[0].id = "inbox";
    plans.publish(std::move(p));
  }

  /// With an epoch behind it: two messages that are none.
  void start() {
    spawn();
    pass_barrier();
    recover();
    offer(2);
    committed();
    answer_commit(1);
    clock.step = 2;  // whoever looks at it finds that a commit takes long
  }
  void bring(std::string_view type, const std::string& user) { bring(type, strings{user}); }
  /// In one envelope.
  void bring(std::string_view type, const strings& users) {
    door_settings door;
    door.name = "http/node@1";
    door.source = "web";
    outgoing_envelope envelope;
    envelope.clock = envelope.before = from_ms(5'000);
    strings bodies;
    for (const auto& user : users) {
      const concerned_subject who{{"user", user}, {"user_id"}};
      const auto e = cep::testing::market_event(rules_->events(), type, 5, {{"user_id", user}});
      bodies.push_back(codec::encode_entry_body({&who, 1}, e, rules_->events()));
    }
    for (const auto& body : bodies) envelope.entries.push_back({++position_, envelope.clock, body});
    actors::queue_messages m{1, 0, {}, 0};
    m.messages.push_back({++sequence, 1, "", {}, codec::encode_envelope(door, envelope)});
    caf::anon_send(tested, std::move(m));
  }
  /// Answers for the rules: every firing goes to its rule's action. How many there were.
  std::size_t route() {
    auto asked = next_from<actors::route_batch, actors::partition_actor>();
    if (!asked.alive) return 0;
    actors::routed_batch answer{1, asked.batch, {}, {}, asked.alive};
    for (const auto& item : asked.items) {
      answer.handled.push_back(item.number);
      if (!acts) continue;
      answer.routes.push_back({item.number, asked.under->actions_of_rule.at(item.what->rule)[0]});
    }
    caf::anon_send(tested, std::move(answer));
    return asked.items.size();
  }
  actors::commit_request committed_firing() {
    route();
    return committed();
  }
  template <class Message, class Asker>
  bool has() {
    bool came = false;
    peers->receive([&](Message&, const Asker&) { came = true; },
                   caf::after(std::chrono::seconds(0)) >> [] {});
    return came;
  }
  std::string attempted() {
    auto r = next_from<actors::attempt_request, actors::outbox_actor>();
    if (r.alive) r.alive->confirm();
    return r.what.who.id;
  }
  std::uint64_t tracked() {
    return next_from<actors::track_batch, actors::partition_actor>().epoch;
  }
  /// A tick 20 s after the last one; until the partition has seen it.
  void tick() {
    const int before = purges;
    later_ += duration{20'000};
    caf::anon_send(tested, actors::node_tick{clock.now() + later_});
    comes_true([&] { return purges > before; });
  }
  template <class Condition>
  void comes_true(Condition holds) {
    for (int i = 0; i < 4'000 && !holds(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(holds());
  }
  static std::vector<std::string> fired(const actors::commit_request& r) {
    google::protobuf::Arena arena;
    const auto record = codec::decode_commit(r.record, arena);
    v1::TrackBatch batch;
    EXPECT_TRUE(batch.ParseFromString((*record)->decisions()));
    std::vector<std::string> rules;
    for (const auto& one : batch.records()) {
      if (one.step() == v1::TrackRecord::MATCHED)
        rules.push_back(one.rule() + " " + one.subject_id());
    }
    return rules;
  }
  static std::optional<std::string> state_in(const actors::commit_request& r) {
    google::protobuf::Arena arena;
    const auto record = codec::decode_commit(r.record, arena);
    for (const auto& row : (*record)->rows()) {
      if (row.kind() == v1::Row::STATE && row.has_content()) return row.content();
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

  bool acts = true;  ///< rules have actions: what is sent is remembered

 private:
  std::shared_ptr<const cep::rule_set> rules_;
  std::uint64_t position_ = 0;
  duration later_{};
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
  settings.session_bytes = 3 * 4'000;
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
  EXPECT_GT(metric("beckon_session_bytes"), 3 * 2'400);
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

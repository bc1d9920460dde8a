// What a partition does with firings of TO EACH rules, alone between its peers: the rows its
// commits hold, what goes to the queues of others and when, and what a recipient's partition makes
// of it.
#include <mutex>

#include <google/protobuf/arena.h>

#include "beckon/v1/track.pb.h"
#include "engine/access/relation_log.hpp"
#include "messages/codec/commit_codec.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/event_codec.hpp"
#include "messages/codec/fan_out_rows.hpp"
#include "messages/codec/rows.hpp"
#include "tests/actors/lone_partition.hpp"
#include "tests/engine/cep/market.hpp"

namespace beckon::tests {
namespace {

using cep::testing::market_event;

/// Keeps what is published; answers at once unless it is silent.
class keeping_bus final : public empty_bus {
 public:
  void publish(std::string subject, std::string data, std::string, ack_handler done) override {
    const std::lock_guard hold(guard_);
    published_.emplace_back(std::move(subject), std::move(data));
    if (!silent) done(port::publish_ack{"", ++sequence_, false});
  }
  std::vector<std::pair<std::string, std::string>> published() {
    const std::lock_guard hold(guard_);
    return published_;
  }
  std::atomic<bool> silent{false};

 private:
  std::mutex guard_;
  std::vector<std::pair<std::string, std::string>> published_;
  std::uint64_t sequence_ = 0;
};

struct row {
  v1::Row::Kind kind;
  std::string key;
  std::optional<std::string> content;  ///< none: erased
};

class fan_out : public lone_partition {
 protected:
  fan_out() {
    sources.push_back({"derived", false, "BECKON_derived_0", 1, true});
    settings.prefix = "shop";
    settings.late_limit = duration{86'400'000};
    way = &kept;
    rules_ = cep::testing::market_rules(
        {"RULE drop FOR item WHEN price AS p FIRE EVERY TIME TO EACH fav RETURN p.p AS now_at",
         "RULE heard WHEN drop AS d FIRE EVERY TIME RETURN d.now_at AS now_at"});
    auto p = std::make_shared<plan>();
    p->events = std::shared_ptr<const catalogue>(rules_, &rules_->events());
    p->rules = rules_;
    p->actions.resize(1);
    p->actions[0].id = "tell";
    p->actions[0].rule = "drop";
    p->actions_of_rule["drop"] = {0};
    plans.publish(std::move(p));
  }

  void start(actors::recover_done found = {}) {
    spawn();
    pass_barrier();
    found.incarnation = 1;
    caf::anon_send(tested, std::move(found));
  }

  /// An envelope of a door with one event for one subject of this partition.
  void bring(std::uint32_t source, const std::string& door_name, std::uint64_t position,
             const concerned_subject& who, const event& e) {
    door_settings door;
    door.name = door_name;
    door.source = sources[source].id;
    outgoing_envelope envelope;
    const auto body = codec::encode_entry_body({&who, 1}, e, rules_->events());
    envelope.clock = envelope.before = e.arrival;
    envelope.entries.push_back({position, e.arrival, body});
    actors::queue_messages m{1, source, {}, 0};
    m.messages.push_back({++sequence, 1, "", {}, codec::encode_envelope(door, envelope)});
    caf::anon_send(tested, std::move(m));
  }
  void change_price() {
    const auto e = market_event(rules_->events(), "price", 5, {{"item_id", "7"}, {"p", 3}});
    bring(0, "http/node@1", 1, {{"item", "7"}, {"item_id"}}, e);
  }

  /// The next request for rows of item 7; a look through all rows finds nothing.
  actors::scan_request asked() {
    while (true) {
      auto r = next_from<actors::scan_request, actors::partition_actor>();
      if (r.prefix == side_prefix(fav(), "7") || HasFailure()) return r;
      caf::anon_send(tested, actors::scan_done{1, r.serial, {}, true, {}});
    }
  }
  void answer(const actors::scan_request& r, const std::vector<std::string>& members, bool whole) {
    actors::scan_done done{1, r.serial, {}, whole, {}};
    for (const auto& m : members) {
      const related_change c{0, m, "7", from_ms(1), true};
      done.rows.emplace_back(relation_key(fav(), c), change_content(true));
    }
    caf::anon_send(tested, std::move(done));
  }

  static std::vector<row> rows_of(const actors::commit_request& r) {
    google::protobuf::Arena arena;
    const auto record = codec::decode_commit(r.record, arena);
    EXPECT_TRUE(record.ok());
    std::vector<row> out;
    for (const auto& one : (*record)->rows()) {
      if (one.kind() != v1::Row::JOB && one.kind() != v1::Row::DERIVED) continue;
      out.push_back(
          {one.kind(), one.key(), one.has_content() ? std::optional(one.content()) : std::nullopt});
    }
    return out;
  }
  /// "user@position" of what is on the queues so far, in order.
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (const auto& [subject, data] : kept.published()) {
      if (!subject.starts_with("shop.ev.derived.")) continue;
      const auto envelope = codec::decode_envelope(data);
      EXPECT_TRUE(envelope.ok());
      for (const auto bytes : envelope->entries) {
        const auto entry = codec::decode_entry(bytes);
        const auto who = codec::decode_subject(entry->subjects.at(0));
        all.push_back(who->who.id + "@" + std::to_string(entry->position));
      }
    }
    return all;
  }
  void expect_told(const std::vector<std::string>& expected) {
    for (int i = 0; i < 2'000 && told().size() < expected.size(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(told(), expected);
  }
  const relation_declaration& fav() const { return *rules_->events().relation("fav"); }

  keeping_bus kept;
  std::shared_ptr<const cep::rule_set> rules_;
};

TEST_F(fan_out, commits_a_job_then_what_it_tells_and_only_then_sends_it) {
  start();
  change_price();
  const auto first = committed();
  const auto job = rows_of(first);
  ASSERT_EQ(job.size(), 1u);
  EXPECT_EQ(job[0].kind, v1::Row::JOB);
  const auto opened = codec::decode_job(*job[0].content);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->owner, (subject{"item", "7"}));
  EXPECT_EQ(opened->fired, from_ms(5'000));
  ASSERT_EQ(decisions_of(first).size(), 1u) << "it is not the owner who is decided about";
  EXPECT_EQ(decisions_of(first)[0].step(), v1::TrackRecord::MATCHED);
  answer_commit(1);

  const auto scan = asked();
  EXPECT_EQ(scan.kind, port::row_kind::relation);
  EXPECT_EQ(scan.after, "");
  answer(scan, {"a", "b", "c"}, true);
  const auto rows = rows_of(committed());
  ASSERT_EQ(rows.size(), 4u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(rows[i].kind, v1::Row::DERIVED);
    EXPECT_EQ(rows[i].key, codec::outbox_key(i + 1));
  }
  EXPECT_EQ(rows[3].kind, v1::Row::JOB);
  EXPECT_EQ(rows[3].content, std::nullopt) << "that was everyone";
  EXPECT_TRUE(told().empty()) << "not committed yet";
  answer_commit(2);
  expect_told({"a@1", "b@2", "c@3"});

  caf::anon_send(tested, actors::node_tick{clock.now()});
  const auto gone = rows_of(committed());
  ASSERT_EQ(gone.size(), 3u) << "stored: the rows have done their duty";
  for (const auto& r : gone) EXPECT_EQ(r.content, std::nullopt);
}

TEST_F(fan_out, of_many_members_moves_its_cursor_with_what_it_tells) {
  start();
  change_price();
  committed();
  answer_commit(1);
  answer(asked(), {"a", "b"}, false);
  const auto further = asked();  // while the epoch is under way
  const auto rows = rows_of(committed());
  ASSERT_EQ(rows.size(), 2u) << "the last pair's rows may go on";
  const auto moved = codec::decode_job(rows[1].content.value_or(""));
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(moved->told_up_to, "a");
  EXPECT_EQ(moved->told, 1u);
  EXPECT_EQ(further.after, relation_key(fav(), {0, "a", "7", from_ms(1), true}));
}

TEST_F(fan_out, after_a_restart_goes_on_behind_whom_it_told_and_sends_again_under_its_positions) {
  epoch::fan_out_job job;
  job.occurrence = {1, 2};
  job.owner = {"item", "7"};
  job.rule = "drop";
  job.relation = "fav";
  job.fired = from_ms(5'000);
  job.told_up_to = "b";
  const concerned_subject who{{"user", "b"}, {"user_id"}};
  const auto body = codec::encode_entry_body(
      {&who, 1}, market_event(rules_->events(), "view", 1, {{"user_id", "b"}}), rules_->events());
  codec::commit_writer last({0, 6, 5, 1, 1});
  last.derived_sequence(41);
  actors::recover_done found;
  found.base.last_record = last.finish();
  found.jobs = {{codec::outbox_key(9), codec::encode_job(job)}};
  found.derived = {{codec::outbox_key(41), codec::encode_derived({0, body})}};
  start(std::move(found));
  expect_told({"b@41"});
  caf::anon_send(tested, actors::node_tick{clock.now()});
  const auto scan = asked();
  EXPECT_EQ(scan.after, behind(fav(), "7", "b"));
  answer(scan, {"c"}, true);
  std::vector<std::string> keys;
  for (std::uint64_t epoch = 7; keys.size() < 3 && !HasFailure(); ++epoch) {
    for (const auto& r : rows_of(committed()))
      keys.push_back((r.content ? "+" : "-") + std::to_string(*codec::outbox_order(r.key)));
    answer_commit(epoch);
  }
  EXPECT_EQ((std::multiset<std::string>(keys.begin(), keys.end())),
            (std::multiset<std::string>{"-41", "+42", "-9"}));
  expect_told({"b@41", "c@42"});
}

TEST_F(fan_out, is_not_scanned_further_while_too_much_is_not_stored) {
  kept.silent = true;
  actors::recover_done found;
  codec::commit_writer last({0, 6, 5, 1, 1});
  last.derived_sequence(epoch::fan_out::most_unacked);
  found.base.last_record = last.finish();
  for (std::uint64_t i = 1; i <= epoch::fan_out::most_unacked; ++i)
    found.derived.emplace_back(codec::outbox_key(i), codec::encode_derived({0, "x"}));
  start(std::move(found));
  change_price();
  committed();
  answer_commit(7);
  caf::anon_send(tested, actors::node_tick{clock.now()});
  bool asked_for_members = false;
  const auto look = [&](const actors::scan_request& r, const actors::partition_actor&) {
    asked_for_members |= r.prefix == side_prefix(fav(), "7");
  };
  for (bool more = true; more;)
    peers->receive(
        look, caf::after(std::chrono::milliseconds(200)) >> [&] { more = false; });
  EXPECT_FALSE(asked_for_members);
  caf::anon_send(tested, actors::drain{});
  EXPECT_EQ(next<actors::drained>().station, "partition 0") << "the rows keep the rest";
}

TEST_F(fan_out, reaches_a_recipient_once_for_the_action_and_for_rules) {
  start();
  const cep::telling telling{{1, 2}, "drop", from_ms(5'000), from_ms(5'040), {{"now_at", 3}}};
  const auto e = cep::derived_event(telling, fav(), "u", rules_->events());
  bring(1, "derived/5", 12, cep::member_of(fav(), "u"), e);
  bring(1, "derived/5", 12, cep::member_of(fav(), "u"), e);  // sent again
  std::map<std::string, outreach::request> asked_for;
  while (asked_for.size() < 2 && !HasFailure()) {
    const auto b = next_from<actors::route_batch, actors::partition_actor>();
    actors::routed_batch none{1, b.batch, {}, {}, b.alive};
    for (const auto& item : b.items) {
      EXPECT_TRUE(asked_for.emplace(item.what->rule, *item.what).second);
      none.handled.push_back(item.number);
    }
    caf::anon_send(tested, std::move(none));
  }
  const auto& drop = asked_for["drop"];
  EXPECT_EQ(drop.who, (subject{"user", "u"}));
  EXPECT_EQ(drop.occurrence, cep::occurrence_for({1, 2}, "u"));
  EXPECT_EQ(drop.fired, from_ms(5'000));
  EXPECT_EQ(drop.arrival, from_ms(5'040));
  EXPECT_EQ(drop.returns, (field_list{{"now_at", 3}}));
  EXPECT_EQ(asked_for["heard"].returns, (field_list{{"now_at", 3}}));
  std::multiset<std::string> steps;
  for (const auto& d : decisions_of(committed()))
    steps.insert(v1::TrackRecord::Step_Name(d.step()) + " " + d.rule());
  EXPECT_EQ(steps, (std::multiset<std::string>{"TOLD drop", "MATCHED heard", "REFUSED drop",
                                               "REFUSED heard"}));
}

}  // namespace
}  // namespace beckon::tests

// A partition alone whose rules fire: `view` fires rule seen, `view` then `fav` rule wanted; each
// has an action to channel inbox. The test is the rules and the filters. Used by one thread.
#pragma once

#include <map>
#include <string>
#include <thread>

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

class firing_partition : public lone_partition {
 protected:
  using strings = std::vector<std::string>;

  explicit firing_partition(caf::atom_value scheduler = caf::atom("stealing"))
      : lone_partition(scheduler) {
    rules_ =
        cep::testing::market_rules({"RULE seen WHEN view FIRE EVERY TIME",
                                    "RULE wanted WHEN view THEN fav WITHIN 1 h FIRE EVERY TIME"});
    under.events = std::shared_ptr<const catalogue>(rules_, &rules_->events());
    under.rules = rules_;
    problems found;
    outreach::action tell;
    tell.channel = "inbox";
    tell.content = outreach::material::compile(
        "note", testing::laid_out(testing::map({{"title", testing::text("Hello")}})), found);
    for (const auto* rule : {"seen", "wanted"}) {
      tell.id = std::string("tell_") + rule;
      tell.rule = rule;
      under.actions_of_rule[rule] = {under.actions.size()};
      under.actions.push_back(tell);
    }
    under.ledger_keeps = std::chrono::hours(24);
    under.channels.resize(1);
    under.channels[0].id = "inbox";
    put_in_force();
  }

  /// `under` as it is now.
  void put_in_force() { plans.publish(std::make_shared<const plan>(under)); }

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
  /// In one envelope, of the second 5 or those given; the door's clock is then.
  void bring(std::string_view type, const strings& users, timestamp then = from_ms(5'000),
             const std::vector<double>& seconds = {}) {
    door_settings door;
    door.name = "http/node@1";
    door.source = "web";
    outgoing_envelope envelope;
    envelope.clock = envelope.before = then;
    strings bodies;
    for (const auto& user : users) {
      const concerned_subject who{{"user", user}, {"user_id"}};
      const double second = seconds.empty() ? 5 : seconds.at(bodies.size());
      const auto e =
          cep::testing::market_event(rules_->events(), type, second, {{"user_id", user}});
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
  static strings fired(const actors::commit_request& r) {
    strings rules;
    for (const auto& one : decisions_of(r)) {
      if (one.step() == v1::TrackRecord::MATCHED)
        rules.push_back(one.rule() + " " + one.subject_id());
    }
    return rules;
  }
  /// Rows of a kind, by key; none: erased. The last write counts.
  using written_rows = std::map<std::string, std::optional<std::string>>;
  static written_rows rows_in(const actors::commit_request& r, v1::Row::Kind kind) {
    google::protobuf::Arena arena;
    const auto record = codec::decode_commit(r.record, arena);
    written_rows out;
    for (const auto& row : (*record)->rows()) {
      if (row.kind() == kind)
        out[row.key()] = row.has_content() ? std::optional(row.content()) : std::nullopt;
    }
    return out;
  }

  plan under;
  bool acts = true;  ///< rules have actions: what is sent is remembered

 private:
  std::shared_ptr<const cep::rule_set> rules_;
  std::uint64_t position_ = 0;
  duration later_{};
};

}  // namespace beckon::tests

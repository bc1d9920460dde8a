// Dead letters given again, in a partition alone between its peers: what its commit holds, what is
// answered and when, and what becomes of a letter whose input fails again.
#include <future>

#include <google/protobuf/arena.h>

#include "beckon/v1/track.pb.h"
#include "engine/epoch/deduplication.hpp"
#include "messages/codec/commit_codec.hpp"
#include "messages/codec/dead_letter.hpp"
#include "messages/codec/envelope.hpp"
#include "tests/actors/lone_partition.hpp"
#include "tests/engine/cep/market.hpp"

namespace beckon::tests {
namespace {

using fate = port::letter_fate::kind;
using rows_by_kind = std::multimap<v1::Row::Kind, std::optional<std::string>>;

constexpr hash128 letter_id{7, 7};

class redrive : public lone_partition {
 protected:
  redrive() {
    rules_ = cep::testing::market_rules({"RULE seen WHEN view AS v FIRE EVERY TIME"});
    auto p = std::make_shared<plan>();
    p->events = std::shared_ptr<const catalogue>(rules_, &rules_->events());
    p->rules = rules_;
    p->channels.resize(1);
    p->channels[0].id = "inbox";
    plans.publish(std::move(p));
    settings.late_limit = duration{86'400'000};
  }

  /// A view of user 1 that a client named "e1", long ago.
  std::string entry() const {
    auto e = cep::testing::market_event(rules_->events(), "view", 5,
                                        {{"user_id", "1"}, {"item_id", "7"}});
    e.id = "e1";
    e.source = "web";
    e.client_id = true;
    const concerned_subject all[] = {{{"user", "1"}, {"user_id"}}, {{"user", "2"}, {"owner"}}};
    return codec::encode_entry(3, codec::encode_entry_body(all, e, rules_->events()), {});
  }
  codec::dead_letter_row input_letter() const {
    codec::dead_letter_row l;
    l.id = letter_id;
    l.actor = "session";
    l.who = {"user", "1"};
    l.source = "web";
    l.event_id = "e1";
    l.event_type = "view";
    l.input = entry();
    return l;
  }
  static codec::outbox_row delivery() {
    codec::outbox_row d;
    d.delivery = {5, 6};
    d.occurrence = {3, 4};
    d.who = {"user", "1"};
    d.rule = "seen";
    d.action = "remind";
    d.channel = "inbox";
    d.body = "hello";
    d.attempt = 8;
    return d;
  }
  static codec::dead_letter_row delivery_letter(const codec::outbox_row& d) {
    codec::dead_letter_row l;
    l.id = letter_id;
    l.actor = "channel inbox";
    l.who = d.who;
    l.event_type = "$delivery remind";
    l.input = codec::encode_outbox(d);
    return l;
  }

  /// A partition whose store holds the letter; what user 1 sent as "e1" was applied before.
  void start() {
    spawn();
    pass_barrier();
    actors::recover_done found;
    found.incarnation = 1;
    found.dead_letters = {{from_ms(1), letter_id}};
    codec::commit_writer last({0, 6, 5, 1, 1});
    last.outbox_order(40);
    found.base.last_record = last.finish();
    const auto key = epoch::deduplication_key("web", "e1", key_of("user", "1"));
    found.base.seen = {{epoch::hour_of(clock.now()), to_bytes(key)}};
    caf::anon_send(tested, std::move(found));
  }

  using answer = std::future<std::vector<port::letter_fate>>;
  answer ask(hash128 id = letter_id, delivery::redrive_options how = {}) {
    auto said = std::make_shared<std::promise<std::vector<port::letter_fate>>>();
    actors::redrive_request r{0, {{0, id}}, how, nullptr};
    r.call = std::make_shared<actors::redrive_call>(
        1, [said](std::vector<port::letter_fate> fates) { said->set_value(std::move(fates)); });
    caf::anon_send(tested, std::move(r));
    return said->get_future();
  }
  /// What the loader is asked about letters, answered with this one.
  void read(const codec::dead_letter_row& l) {
    while (!HasFailure()) {
      const auto r = next_from<actors::scan_request, actors::partition_actor>();
      const bool wanted = r.kind == port::row_kind::dead_letter;
      actors::scan_done done{1, r.serial, {}, true, {}};
      if (wanted) {
        EXPECT_LT(r.prefix, to_bytes(letter_id)) << "a scan begins behind its prefix";
        EXPECT_TRUE(to_bytes(letter_id).starts_with(r.prefix));
        EXPECT_GT(r.most, 0u);
        done.rows.emplace_back(to_bytes(letter_id), codec::encode_dead_letter(l));
      }
      caf::anon_send(tested, std::move(done));
      if (wanted) return;
    }
  }
  /// No rule has actions here: whoever fired is told so.
  void route_nowhere() {
    const auto b = next_from<actors::route_batch, actors::partition_actor>();
    actors::routed_batch none{1, b.batch, {}, {}, b.alive};
    for (const auto& item : b.items) none.handled.push_back(item.number);
    caf::anon_send(tested, std::move(none));
  }
  static port::letter_fate said(answer& a) {
    if (a.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
      ADD_FAILURE() << "no answer";
      return {};
    }
    return a.get().at(0);
  }
  static bool silent(const answer& a) {
    return a.wait_for(std::chrono::milliseconds(0)) == std::future_status::timeout;
  }

  static rows_by_kind rows_of(const actors::commit_request& r) {
    google::protobuf::Arena arena;
    const auto record = codec::decode_commit(r.record, arena);
    EXPECT_TRUE(record.ok());
    rows_by_kind out;
    for (const auto& one : (*record)->rows())
      out.emplace(one.kind(), one.has_content() ? std::optional(one.content()) : std::nullopt);
    return out;
  }
  static std::vector<std::string> steps_of(const actors::commit_request& r) {
    google::protobuf::Arena arena;
    const auto record = codec::decode_commit(r.record, arena);
    v1::TrackBatch batch;
    EXPECT_TRUE(batch.ParseFromString((*record)->decisions()));
    std::vector<std::string> out;
    for (const auto& d : batch.records())
      out.push_back(v1::TrackRecord::Step_Name(d.step()) + " " + d.subject_id());
    return out;
  }

  std::shared_ptr<const cep::rule_set> rules_;
};

TEST_F(redrive, of_an_event_judges_it_for_its_subject_alone_and_ends_the_letter_in_one_record) {
  start();
  auto fates = ask();
  read(input_letter());
  route_nowhere();
  const auto record = committed();
  EXPECT_EQ(record.epoch, 7u);
  const auto rows = rows_of(record);
  EXPECT_EQ(rows.count(v1::Row::DEAD_LETTER), 1u);
  EXPECT_EQ(rows.find(v1::Row::DEAD_LETTER)->second, std::nullopt);
  EXPECT_EQ(steps_of(record), (std::vector<std::string>{"MATCHED 1", "REFUSED 1"}))
      << "past deduplication, and not for user 2";
  EXPECT_TRUE(silent(fates)) << "it is not durable yet";
  answer_commit(7);
  EXPECT_EQ(said(fates).what, fate::redriven);
  EXPECT_EQ(metric("beckon_dead_letters_redriven_total{kind=\"input\"}"), 1);
}

TEST_F(redrive, that_fails_again_is_a_new_letter_that_says_so) {
  start();
  faults.throw_at({"session", "1", ""});
  auto fates = ask();
  read(input_letter());
  const auto rows = rows_of(committed());
  ASSERT_EQ(rows.count(v1::Row::DEAD_LETTER), 2u);
  std::vector<codec::dead_letter_row> written;
  for (const auto& [kind, content] : rows) {
    if (kind == v1::Row::DEAD_LETTER && content)
      written.push_back(*codec::decode_dead_letter(*content));
  }
  ASSERT_EQ(written.size(), 1u) << "and the old one is erased";
  EXPECT_NE(written[0].id, letter_id);
  EXPECT_EQ(written[0].event_id, "e1");
  EXPECT_EQ(codec::times_redriven(written[0]), 1u);
  EXPECT_EQ(codec::content_of(written[0]), codec::letter_content::input);
  answer_commit(7);
  EXPECT_EQ(said(fates).what, fate::redriven) << "it was given, and given up";
}

TEST_F(redrive, asked_for_twice_at_once_happens_once) {
  start();
  auto first = ask();
  auto second = ask();
  read(input_letter());
  read(input_letter());
  route_nowhere();
  const auto record = committed();
  EXPECT_EQ(steps_of(record), (std::vector<std::string>{"MATCHED 1", "REFUSED 1"}));
  answer_commit(7);
  EXPECT_EQ(said(first).what, fate::redriven);
  EXPECT_EQ(said(second).what, fate::gone);
  auto third = ask();
  EXPECT_EQ(said(third).what, fate::gone);
}

TEST_F(redrive, of_a_delivery_puts_it_into_the_outbox_under_its_id_and_counts_it_again) {
  start();
  auto fates = ask();
  read(delivery_letter(delivery()));
  const auto record = committed();
  const auto rows = rows_of(record);
  EXPECT_EQ(rows.find(v1::Row::DEAD_LETTER)->second, std::nullopt);
  ASSERT_EQ(rows.count(v1::Row::OUTBOX), 1u);
  const auto again = codec::decode_outbox(*rows.find(v1::Row::OUTBOX)->second);
  EXPECT_EQ(again->delivery, delivery().delivery);
  EXPECT_EQ(again->attempt, 1u);
  EXPECT_EQ(again->redriven, 1u);
  EXPECT_EQ(codec::decode_head(record.record)->outbox_order, 41u);
  ASSERT_EQ(rows.count(v1::Row::LEDGER), 1u);
  const auto ledger = codec::decode_ledger(*rows.find(v1::Row::LEDGER)->second);
  ASSERT_EQ(ledger->size(), 1u);
  EXPECT_EQ(ledger->at(0).delivery, delivery().delivery);
  EXPECT_EQ(steps_of(record), (std::vector<std::string>{"REDRIVEN 1"}));
  EXPECT_TRUE(silent(fates));
  answer_commit(7);
  EXPECT_EQ(said(fates).what, fate::redriven);
  const auto attempt = next_from<actors::attempt_request, actors::outbox_actor>();
  EXPECT_EQ(attempt.order, 41u);
  EXPECT_EQ(attempt.what.body, "hello");
  attempt.alive->confirm();
}

TEST_F(redrive, of_what_cannot_be_given_again_says_why_and_keeps_the_letter) {
  start();
  const auto refused = [&](const codec::dead_letter_row& l) {
    auto fates = ask();
    read(l);
    const auto end = said(fates);
    EXPECT_EQ(end.what, fate::refused);
    return end.why;
  };
  auto d = delivery();
  d.channel = "fax";
  EXPECT_NE(refused(delivery_letter(d)).find("'fax'"), std::string::npos);
  d = delivery();
  d.expires = clock.now() - duration{1};
  EXPECT_NE(refused(delivery_letter(d)).find("--expired"), std::string::npos);
  auto state = input_letter();
  state.event_type = "$state";
  EXPECT_NE(refused(state).find("subject's state"), std::string::npos);
  auto other = input_letter();
  other.who.id = "9";
  EXPECT_NE(refused(other), "");
  auto fates = ask(letter_id, {.expired = true});
  read(delivery_letter(d = [&] {
    auto late = delivery();
    late.expires = clock.now() - duration{1};
    return late;
  }()));
  committed();
  answer_commit(7);
  EXPECT_EQ(said(fates).what, fate::redriven) << "it was still there";
  next_from<actors::attempt_request, actors::outbox_actor>().alive->confirm();
}

TEST_F(redrive, is_unanswered_when_its_commit_fails) {
  start();
  auto fates = ask();
  read(input_letter());
  route_nowhere();
  committed();
  caf::anon_send(tested, actors::commit_done{1, 7, error{errc::unavailable, "no disk"}});
  EXPECT_EQ(said(fates).what, fate::unanswered);
}

TEST_F(redrive, of_no_letter_or_while_draining_is_answered_at_once) {
  start();
  auto unknown = ask({9, 9});
  EXPECT_EQ(said(unknown).what, fate::gone);
  caf::anon_send(tested, actors::drain{});
  auto late = ask();
  EXPECT_EQ(said(late).what, fate::unanswered);
}

}  // namespace
}  // namespace beckon::tests

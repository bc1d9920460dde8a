// The deduplication window as a partition tells it: whole while the keys fit their memory, short
// once they do not, and still short after a restart.
#include <deque>
#include <future>

#include "engine/epoch/deduplication.hpp"
#include "messages/codec/commit_codec.hpp"
#include "messages/codec/envelope.hpp"
#include "tests/actors/lone_partition.hpp"
#include "tests/engine/cep/market.hpp"

namespace beckon::tests {
namespace {

constexpr duration hour{3'600'000};

class dedup_window_of_a_partition : public lone_partition {
 protected:
  dedup_window_of_a_partition() {
    rules_ = cep::testing::market_rules(
        {"RULE r WHEN fav AS f THEN view AS v WITHIN 1 h FIRE EVERY TIME"});
    auto p = std::make_shared<plan>();
    p->events = std::shared_ptr<const catalogue>(rules_, &rules_->events());
    p->rules = rules_;
    plans.publish(std::move(p));
    settings.late_limit = duration{86'400'000};
    settings.dedup_window = 24 * hour;
    settings.dedup_bytes = std::uint64_t{1024} * 24 * settings.partitions;  // 768 keys
  }

  /// Views with ids of their client that arrived so long ago: named by a rule, and nobody's
  /// concern. What the partition commits of them.
  actors::commit_request bring(std::uint64_t count, duration ago) {
    const concerned_subject who{{"user", "1"}, {"user_id"}};
    door_settings door;
    door.name = "http/node@1";
    door.source = "web";
    outgoing_envelope envelope;
    envelope.after = position_;
    std::deque<std::string> bodies;
    for (std::uint64_t i = 0; i < count; ++i) {
      auto e = cep::testing::market_event(rules_->events(), "view", 0,
                                          {{"user_id", "1"}, {"item_id", "7"}});
      e.source = "web";
      e.client_id = true;
      e.id = std::to_string(++position_);
      e.arrival = e.time = clock.now() - ago;
      envelope.clock = envelope.before = e.arrival;
      bodies.push_back(codec::encode_entry_body({&who, 1}, e, rules_->events()));
      envelope.entries.push_back({position_, e.arrival, bodies.back()});
    }
    actors::queue_messages m{1, 0, {}, 0};
    m.messages.push_back({++sequence, 1, "", {}, codec::encode_envelope(door, envelope)});
    caf::anon_send(tested, std::move(m));
    auto record = committed();
    answer_commit(record.epoch);
    return record;
  }
  /// A tick later.
  double window() {
    caf::anon_send(tested, actors::node_tick{clock.now()});
    caf::anon_send(tested, actors::redrive_request{0, {}, {}, call()});
    EXPECT_EQ(ticked_->get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
    return metric("beckon_dedup_window_seconds");
  }

  std::shared_ptr<const cep::rule_set> rules_;

 private:
  /// Answered once the partition has let go of it: what was sent before has been handled.
  std::shared_ptr<actors::redrive_call> call() {
    ticked_ = std::make_shared<std::promise<void>>();
    return std::make_shared<actors::redrive_call>(
        0, [done = ticked_](const std::vector<port::letter_fate>&) { done->set_value(); });
  }

  std::shared_ptr<std::promise<void>> ticked_;
  std::uint64_t position_ = 0;
};

TEST_F(dedup_window_of_a_partition, shrinks_when_its_keys_do_not_fit) {
  spawn();
  pass_barrier();
  recover();
  const timestamp first = clock.now() - 3 * hour;
  bring(400, 3 * hour);
  EXPECT_EQ(window(), 24 * 3600);
  EXPECT_EQ(metric("beckon_dedup_keys"), 400);
  EXPECT_EQ(metric("beckon_dedup_bytes"), 1024 * 24);
  const auto second = bring(400, 2 * hour);  // an eighth of the memory goes
  EXPECT_EQ(codec::decode_head(second.record)->seen_since, first + duration(1));
  EXPECT_EQ(metric("beckon_dedup_evicted_total"), 0) << "told with the next tick";
  EXPECT_EQ(window(), 3 * 3600 - 1);
  EXPECT_EQ(metric("beckon_dedup_evicted_total"), 96);
  EXPECT_EQ(metric("beckon_dedup_keys"), 704);
  EXPECT_EQ(metric("beckon_dedup_bytes"), 1024 * 24);
}

/// One hour does not fit: its older part goes, also from the store, and the metric says minutes.
TEST_F(dedup_window_of_a_partition, may_be_shorter_than_an_hour) {
  spawn();
  pass_barrier();
  recover();
  std::vector<std::uint64_t> epochs;
  std::string last;
  for (int minutes = 50; minutes > 0; minutes -= 5) {
    auto record = bring(100, std::chrono::minutes(minutes));
    epochs.push_back(record.epoch);
    last = std::move(record.record);
  }
  EXPECT_EQ(window(), 40 * 60 - 1) << "288 keys went, the last of them were of the third epoch";
  EXPECT_EQ(metric("beckon_dedup_keys"), 712);
  google::protobuf::Arena arena;
  const auto record = codec::decode_commit(last, arena);
  ASSERT_TRUE(record.ok());
  ASSERT_EQ((*record)->seen_dropped_size(), 1);
  EXPECT_EQ((*record)->seen_dropped(0).hour(),
            epoch::hour_of(clock.now() - std::chrono::minutes(50)));
  EXPECT_EQ((*record)->seen_dropped(0).below(), epochs[2]);
}

TEST_F(dedup_window_of_a_partition, is_still_short_after_a_restart) {
  spawn();
  pass_barrier();
  const timestamp since = clock.now() - 5 * hour;
  codec::commit_writer last({0, 6, 5, 1, 1});
  last.seen_since(since);
  actors::recover_done found;
  found.incarnation = 1;
  found.base.last_record = last.finish();
  caf::anon_send(tested, std::move(found));
  EXPECT_EQ(window(), 5 * 3600);
  EXPECT_EQ(codec::decode_head(bring(1, duration{0}).record)->seen_since, since)
      << "and the next one is told, too";
}

}  // namespace
}  // namespace beckon::tests

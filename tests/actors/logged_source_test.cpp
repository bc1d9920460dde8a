// The door that keeps a log, alone: its log and its queues are in memory, slow, failing or gone as
// the test wishes.
#include "actors/source/logged_source.hpp"

#include <algorithm>
#include <map>
#include <thread>

#include <gmock/gmock.h>

#include "actors/source/http_source.hpp"
#include "messages/codec/envelope.hpp"
#include "tests/actors/lone_station.hpp"
#include "tests/actors/memory_ingest_log.hpp"

namespace beckon::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Streams in memory. `away`: publishes fail. Any thread.
class queue_bus final : public empty_bus {
 public:
  std::atomic<bool> away{false};
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::int64_t> made{1};
  std::atomic<std::size_t> looked_at{0};  ///< messages

  /// Everything is gone, and made anew.
  void wipe() {
    const std::lock_guard hold(guard_);
    streams_.clear();
    ++made;
  }
  /// A message that nobody of ours made.
  void put(const std::string& stream, std::string data) {
    const std::lock_guard hold(guard_);
    streams_[stream].push_back(std::move(data));
  }
  result<port::stream_info> info(const std::string& stream) override {
    const std::lock_guard hold(guard_);
    const auto n = streams_[stream].size();
    return port::stream_info{stream, made, 1, n, n, 0};
  }
  result<std::optional<port::stored_message>> get(const std::string& stream,
                                                  std::uint64_t sequence) override {
    const std::lock_guard hold(guard_);
    ++looked_at;
    const auto& all = streams_[stream];
    if (sequence == 0 || sequence > all.size()) return std::optional<port::stored_message>{};
    return std::optional(port::stored_message{sequence, 1, {}, {}, all[sequence - 1]});
  }
  void publish(std::string subject, std::string data, std::string, ack_handler done) override {
    if (away) return done(error{errc::unavailable, "away"});
    std::uint64_t sequence = 0;
    {
      const std::lock_guard hold(guard_);
      auto& all = streams_["BECKON_web_" + subject.substr(subject.rfind('.') + 1)];
      all.push_back(std::move(data));
      sequence = all.size();
    }
    done(port::publish_ack{{}, sequence});
  }
  bool connected() const noexcept override { return !away; }
  std::uint64_t reconnects() const noexcept override { return connections; }

  /// Positions in a queue, in its order.
  std::vector<std::uint64_t> positions(std::uint32_t queue) const {
    std::vector<std::uint64_t> found;
    const std::lock_guard hold(guard_);
    const auto at = streams_.find("BECKON_web_" + std::to_string(queue));
    if (at == streams_.end()) return found;
    for (const auto& message : at->second) {
      const auto envelope = codec::decode_envelope(message);
      if (!envelope) continue;
      for (const auto entry : envelope->entries) found.push_back(*codec::position_in(entry));
    }
    return found;
  }
  std::vector<std::uint64_t> all_positions() const {
    auto found = positions(0);
    const auto more = positions(1);
    found.insert(found.end(), more.begin(), more.end());
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  mutable std::mutex guard_;
  std::map<std::string, std::vector<std::string>> streams_;
};

class logged_door : public lone_station {
 protected:
  actors::source_parts common() {
    actors::source_parts p;
    p.id = "web";
    p.node = "n";
    p.prefix = "beckon";
    p.partitions = 2;
    p.events = events;
    p.items = shelf;
    p.bus = &bus;
    p.around = around;
    p.probes = probes;
    p.drained = [to = peer<caf::actor>()](actors::drained d) { caf::anon_send(to, d); };
    return p;
  }
  void start(std::uint64_t most_unacked = 1 << 20) {
    actors::logged_source_parts p{
        common(), log_used, most_unacked, {"BECKON_web_0", "BECKON_web_1", "BECKON_items"}, {}};
    p.escalate = [to = peer<caf::actor>()](actors::give_up g) { caf::anon_send(to, std::move(g)); };
    tested = system.spawn<caf::detached>(actors::logged_source, caf::actor_addr{}, std::move(p));
  }
  void begin(std::uint64_t most_unacked = 1 << 20) {
    start(most_unacked);
    tick();
    EXPECT_TRUE(comes_true([&] { return board.ready(); }));
  }
  void stop() { end(tested); }

  void tick() { caf::anon_send(tested, actors::node_tick{clock.now()}); }
  /// `n` requests of one event; their answers come to `answers`.
  void post(int n) {
    for (int i = 0; i < n; ++i) {
      actors::accept_events a;
      event& e = a.events.emplace_back();
      e.type = *events->type("hello");
      e.attributes = {{*events->attribute("user_id"), value("u" + std::to_string(++users))}};
      a.done = [this](const result<void>& how) { ++(how ? taken : refused); };
      caf::anon_send(tested, std::move(a));
    }
  }
  template <class Condition>
  bool comes_true(const Condition& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < until) {
      if (condition()) return true;
      if (tested) tick();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }
  bool published(std::size_t n) {
    return comes_true([&] { return bus.all_positions().size() >= n; });
  }

  std::shared_ptr<const catalogue> events = *catalogue::build(
      {}, {event_declaration{
              "hello", {{"user_id", value_type::text, true}}, {{"user", {"user_id"}}}, false}});
  std::shared_ptr<actors::item_shelf> shelf = std::make_shared<actors::item_shelf>(events);
  std::shared_ptr<actors::source_probes> probes =
      std::make_shared<actors::source_probes>(metrics, "web");
  queue_bus bus;
  memory_log log_of_events;
  port::ingest_log* log_used = &log_of_events;
  std::atomic<int> taken{0}, refused{0};
  int users = 0;
  actors::source_actor tested;
};

TEST_F(logged_door, answers_when_the_log_has_it_and_publishes_then) {
  begin();
  log_of_events.holding = true;
  post(3);
  int looks = 0;
  comes_true([&] { return ++looks > 50; });
  EXPECT_EQ(taken, 0);
  EXPECT_THAT(bus.all_positions(), IsEmpty()) << "a position is published only when it is logged";
  log_of_events.release();
  EXPECT_TRUE(comes_true([&] { return taken == 3; }));
  EXPECT_TRUE(published(3));
  EXPECT_EQ(bus.all_positions(), log_of_events.positions());
  stop();
}

TEST_F(logged_door, refuses_what_the_log_did_not_take_and_goes_on) {
  begin();
  log_of_events.failing = true;
  post(2);
  EXPECT_TRUE(comes_true([&] { return refused == 2; }));
  log_of_events.failing = false;
  post(2);
  EXPECT_TRUE(published(2));
  EXPECT_EQ(taken, 2);
  EXPECT_EQ(bus.all_positions(), log_of_events.positions());
  stop();
}

TEST_F(logged_door, ends_the_process_when_its_log_failed_to_sync) {
  begin();
  post(1);
  EXPECT_TRUE(published(1));
  log_of_events.holding = true;
  post(3);
  log_of_events.failing = true;
  log_of_events.fails_with = errc::internal;
  EXPECT_TRUE(comes_true([&] { return log_of_events.waiting() == 3; }));
  log_of_events.release();
  EXPECT_TRUE(comes_true([&] { return refused == 3; }));
  const auto why = next<actors::give_up>();
  EXPECT_EQ(why.station, "source web");
  EXPECT_NE(why.reason.find("takes nothing"), std::string::npos);
  log_of_events.failing = false;  // it would take them: the door does not ask it again
  post(2);
  EXPECT_TRUE(comes_true([&] { return refused == 5; }));
  EXPECT_EQ(taken, 1);
  EXPECT_THAT(log_of_events.positions(), ElementsAre(bus.all_positions().front()));
  peers->receive([](const actors::give_up&) { ADD_FAILURE() << "said twice"; },
                 caf::after(std::chrono::seconds(0)) >> [] {});
  stop();
}

TEST_F(logged_door, takes_up_to_its_bound_without_a_broker_and_publishes_all_of_it_later) {
  begin(20'000);
  post(5);
  EXPECT_TRUE(published(5));
  bus.away = true;
  post(1'000);
  EXPECT_TRUE(comes_true([&] { return taken + refused == 1'005; }));
  EXPECT_GT(taken, 50);
  EXPECT_GT(refused, 500);
  bus.away = false;
  ++bus.connections;
  EXPECT_TRUE(published(static_cast<std::size_t>(taken)));
  EXPECT_TRUE(
      comes_true([&] { return metric("beckon_ingest_unacked_bytes{source=\"web\"}") == 0; }));
  EXPECT_EQ(bus.all_positions(), log_of_events.positions()) << "each once";
  EXPECT_EQ(metric("beckon_broker_losses_total{source=\"web\"}"), 0);
  const int before = taken;
  post(5);
  EXPECT_TRUE(comes_true([&] { return taken == before + 5; }));
  stop();
}

TEST_F(logged_door, begins_with_what_its_log_has_and_the_queues_lack) {
  begin();
  post(10);
  EXPECT_TRUE(published(10));
  bus.away = true;
  post(10);
  EXPECT_TRUE(comes_true([&] { return taken == 20; }));
  stop();
  bus.away = false;
  begin();
  EXPECT_TRUE(published(20));
  post(1);
  EXPECT_TRUE(published(21));
  EXPECT_EQ(bus.all_positions(), log_of_events.positions()) << "exactly the missing ones";
  stop();
}

TEST_F(logged_door, begins_although_somebody_left_what_cannot_be_read) {
  begin();
  post(5);
  EXPECT_TRUE(published(5));
  stop();
  for (const auto stream : {"BECKON_web_0", "BECKON_web_1", "BECKON_items"})
    bus.put(stream, "noise");
  begin();
  post(5);
  EXPECT_TRUE(published(10));
  EXPECT_EQ(bus.all_positions(), log_of_events.positions()) << "each once";
  stop();
}

TEST_F(logged_door, that_remembers_nothing_does_not_search_through_what_others_wrote) {
  constexpr int others = 500;
  const auto crowd = [&] {
    for (int i = 0; i < others; ++i) bus.put("BECKON_web_0", "another door's");
  };
  crowd();
  begin();
  EXPECT_LT(bus.looked_at, others / 2);
  post(20);
  EXPECT_TRUE(published(20));
  stop();
  crowd();
  begin();  // this time it knows that it was there, and finds it
  EXPECT_TRUE(comes_true([&] { return bus.looked_at > others; }));
  post(1);
  EXPECT_TRUE(published(21));
  EXPECT_EQ(bus.all_positions(), log_of_events.positions()) << "each once";
  stop();
}

TEST_F(logged_door, publishes_again_what_the_broker_lost) {
  begin();
  post(30);
  EXPECT_TRUE(published(30));
  bus.wipe();
  ++bus.connections;
  EXPECT_TRUE(comes_true([&] { return !board.ready(); }));
  EXPECT_TRUE(published(30));
  EXPECT_TRUE(comes_true([&] { return board.ready(); }));
  EXPECT_GE(metric("beckon_broker_losses_total{source=\"web\"}"), 2);
  EXPECT_EQ(bus.all_positions(), log_of_events.positions());
  stop();
}

TEST_F(logged_door, whose_log_is_gone_gives_no_position_again) {
  begin();
  post(3);
  EXPECT_TRUE(published(3));
  const auto last = bus.all_positions().back();
  stop();
  bus.wipe();  // neither says any more how far the counter was
  memory_log another;
  log_used = &another;
  clock.step = 1;
  clock.now();  // some time has passed
  begin();
  post(1);
  EXPECT_TRUE(published(1));
  EXPECT_GT(bus.all_positions().front(), last);
  stop();
}

TEST_F(logged_door, drains_what_it_has_and_ends_its_queues) {
  begin();
  post(4);
  caf::anon_send(tested, actors::drain{});
  next<actors::drained>();
  EXPECT_EQ(bus.all_positions().size(), 4u);
  post(1);
  EXPECT_TRUE(comes_true([&] { return refused == 1; }));
  stop();
}

TEST_F(logged_door, without_a_log_gives_up_when_the_broker_lost_something) {
  tested = system.spawn(actors::http_source, caf::actor_addr{}, common());
  EXPECT_TRUE(comes_true([&] { return board.ready(); }));
  post(3);
  EXPECT_TRUE(comes_true([&] { return taken == 3; }));
  bus.wipe();
  post(1);
  EXPECT_TRUE(comes_true([&] { return refused == 1; }))
      << "to be sent again, to a door that begins";
  EXPECT_EQ(taken, 3);
  EXPECT_EQ(metric("beckon_broker_losses_total{source=\"web\"}"), 1);
  stop();
}

}  // namespace
}  // namespace beckon::tests

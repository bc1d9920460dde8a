#include "actors/source/http_source.hpp"

#include <map>
#include <random>

#include "actors/runtime/actor_base.hpp"

namespace beckon::actors {
namespace {

constexpr auto retry_queues_after = std::chrono::milliseconds(200);

/// A request whose events are not all stored yet.
struct open_request {
  std::size_t left = 0;
  std::function<void(result<void>)> done;
  ~open_request() {
    if (done) done(error{errc::unavailable, "the source was restarted, send again", {}});
  }
};

class http_door {
 public:
  http_door(source_actor::base* self, source_parts parts)
      : self_(self),
        parts_(std::move(parts)),
        driver_(parts_, settings_of(parts_), caf::actor_cast<source_actor>(self)),
        random_(std::random_device{}()) {
    driver_.inside().begin({"http/" + parts_.node + "@"});
    flush();
  }

  void accept(accept_events& a) {
    parts_.around.reach("source", parts_.id, "accept");
    auto& door = driver_.inside();
    if (!door.accepting() || door.full() || draining_) {
      a.done(error{errc::unavailable,
                   door.full() ? "the broker does not keep up" : "the source is not ready",
                   parts_.id});
      return;
    }
    auto request = std::make_shared<open_request>();
    const auto arrival = door.stamp(parts_.around.clock->now());
    for (auto& e : a.events) take(e, arrival, request);
    parts_.probes->accepted.add(a.events.size());
    if (request->left == 0)
      a.done({});
    else
      request->done = std::move(a.done);
    pump();
  }

  void answered(const publish_answer& a) {
    if (driver_.answered(a)) self_->delayed_send(self_, retry_queues_after, retry_queues{});
    if (const auto losses = driver_.inside().losses(); losses > 0) give_up(losses);
    pump();
  }

  void linger_over() {
    driver_.lingered();
    pump();
  }

  void retry() {
    driver_.inside().retry();
    flush();
  }

  void tick(timestamp now) {
    driver_.inside().stamp(now);
    driver_.say_clock();
    parts_.around.board->set(
        "source " + parts_.id, driver_.inside().accepting(),
        driver_.inside().accepting() ? "" : "its begin messages are not stored yet");
  }

  void drain() {
    draining_ = true;
    driver_.inside().end();
    flush();
  }

 private:
  static door_settings settings_of(const source_parts& p) {
    door_settings s;
    s.start = p.around.clock->now();
    s.name = "http/" + p.node + "@" + std::to_string(to_ms(s.start));
    s.source = p.id;
    s.partitions = p.partitions;
    s.report_completed = true;
    s.item_log = true;
    return s;
  }

  void take(event& e, timestamp arrival, const std::shared_ptr<open_request>& request) {
    if (e.time == e.arrival) e.time = arrival;  // the client gave none: on arrival
    e.arrival = arrival;
    e.source = parts_.id;
    if (e.id.empty()) e.id = to_hex({random_(), random_()});
    const auto position = ++position_;
    const auto taken = driver_.accept(position, e);
    if (!taken) throw std::runtime_error("the door refused an event: " + taken.error().to_string());
    ++request->left;
    open_.emplace(position, request);
  }

  void complete() {
    for (const auto position : driver_.inside().take_completed()) {
      auto request = open_.extract(position);
      if (request.empty() || --request.mapped()->left > 0) continue;
      std::exchange(request.mapped()->done, nullptr)({});
    }
    if (draining_ && driver_.inside().ended() && !std::exchange(drained_, true))
      parts_.drained({"source " + parts_.id});
  }

  /// Partitions would wait for what is gone: a new door, with a new name, begins behind it. What is
  /// not answered yet gets an error.
  void give_up(std::size_t losses) {
    parts_.probes->losses.add(losses);
    throw std::runtime_error("the broker lost what it had stored, and this source keeps no log");
  }

  void pump() {
    driver_.pump();
    complete();
  }

  void flush() {
    driver_.flush();
    complete();
  }

  source_actor::base* self_;
  source_parts parts_;
  door_driver driver_;
  std::mt19937_64 random_;
  std::map<std::uint64_t, std::shared_ptr<open_request>> open_;
  std::uint64_t position_ = 0;
  bool draining_ = false;
  bool drained_ = false;
};

}  // namespace

source_actor::behavior_type http_source(source_actor::base* self, caf::actor_addr parent,
                                        source_parts parts) {
  install_defaults(self, parent);
  const auto door = std::make_shared<http_door>(self, std::move(parts));
  return {
      [door](accept_events& a) { door->accept(a); },
      [](const queue_messages&) {},
      [](const queue_empty&) {},
      [door](const publish_answer& a) { door->answered(a); },
      [door](linger_over) { door->linger_over(); },
      [door](retry_queues) { door->retry(); },
      [](const logged&) {},
      [](go_on) {},
      [](broker_changed) {},
      [door](const node_tick& t) { door->tick(t.now); },
      [door](const drain&) { door->drain(); },
  };
}

}  // namespace beckon::actors

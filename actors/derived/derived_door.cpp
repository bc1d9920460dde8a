#include "actors/derived/derived_door.hpp"

#include <deque>
#include <memory>
#include <stdexcept>

#include "actors/runtime/actor_base.hpp"
#include "actors/runtime/door_outlet.hpp"
#include "engine/cep/derived_event.hpp"

namespace beckon::actors {
namespace {

constexpr auto retry_queues_after = std::chrono::milliseconds(200);
constexpr std::uint64_t say_at_once = 1'000;  // stored positions that are said before the next tick

class derived_door {
 public:
  derived_door(derived_actor::base* self, derived_parts parts)
      : self_(self), parts_(std::move(parts)), out_(outlet_of(self_, parts_), settings_of(parts_)) {
    out_.inside().begin({});
  }

  void take(derived_entries& more) {
    for (auto& e : more.entries) waiting_.push_back(std::move(e));
    go_on();
  }

  void answered(const publish_answer& a) {
    if (out_.answered(a)) self_->delayed_send(self_, retry_queues_after, retry_queues{});
    if (out_.inside().losses() > 0)  // readers would wait for what is gone
      throw std::runtime_error("the broker lost derived events that it had stored");
    go_on();
    if (out_.inside().low_water() >= said_ + say_at_once) say();
  }

  void retry() {
    out_.inside().retry();
    go_on();
  }

  void say() {
    const auto low_water = out_.inside().low_water();
    if (low_water <= said_) return;
    said_ = low_water;
    self_->send(parts_.owner, derived_stored{parts_.incarnation, low_water});
  }

  void drain() { draining_ = true; }

 private:
  static outlet_parts outlet_of(derived_actor::base* self, const derived_parts& p) {
    const port::labels source{{"source", std::string(cep::derived_source)}};
    auto& envelopes = p.around.metrics->make_counter("beckon_ingest_envelopes_total",
                                                     "Envelopes stored by the broker", source);
    auto& failures =
        p.around.metrics->make_counter("beckon_ingest_publish_failures_total",
                                       "Publishes refused or unanswered, sent again", source);
    return {"partition " + std::to_string(p.number),
            p.prefix,
            p.bus,
            p.around.log,
            &envelopes,
            &failures,
            [me = caf::actor_cast<derived_actor>(self)](publish_answer a) {
              caf::anon_send(me, std::move(a));
            }};
  }

  static door_settings settings_of(const derived_parts& p) {
    door_settings s;
    s.name = "derived/" + std::to_string(p.number);
    s.source = cep::derived_source;
    s.partitions = p.partitions;
    s.quiet = true;
    return s;
  }

  /// What the door has room for, and what it may send of it.
  void go_on() {
    if (draining_) return;
    auto& door = out_.inside();
    while (!waiting_.empty() && !door.full()) {
      auto& e = waiting_.front();
      door_share share{e.partition, std::move(e.body)};
      const auto taken = door.accept(e.position, door.stamp(beginning), {&share, 1});
      if (!taken)
        throw std::runtime_error("the door refused an entry: " + taken.error().to_string());
      waiting_.pop_front();
    }
    out_.flush();
  }

  derived_actor::base* self_;
  derived_parts parts_;
  door_outlet out_;
  std::deque<derived_entry> waiting_;
  std::uint64_t said_ = 0;
  bool draining_ = false;
};

derived_actor::behavior_type behave(derived_actor::base* self, derived_parts parts) {
  install_defaults(self, parts.owner.address());
  const auto door = std::make_shared<derived_door>(self, std::move(parts));
  return {
      [door](derived_entries& more) { door->take(more); },
      [door](const publish_answer& a) { door->answered(a); },
      [door](retry_queues) { door->retry(); },
      [door](const node_tick&) { door->say(); },
      [door](const drain&) { door->drain(); },
  };
}

}  // namespace

derived_actor spawn_derived(partition_actor::base* parent, derived_parts parts) {
  return parent->spawn<caf::linked>(behave, std::move(parts));
}

}  // namespace beckon::actors

#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "engine/access/subjects.hpp"
#include "messages/codec/envelope.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/workload.hpp"
#include "topology/bus_names.hpp"

namespace beckon::bench {

/// What the bus answered, until the filler's thread looks.
struct filler::answers {
  std::mutex guard;
  std::vector<answer> waiting;
};

filler::filler(port::bus& bus, const topology::configuration& c, envelope_size envelopes)
    : bus_(bus),
      configuration_(c),
      door_({.name = "http/filler@1",
             .source = "web",
             .partitions = c.deployment.partitions,
             .envelope_entries = envelopes.events,
             .in_flight = envelopes.in_flight}),
      answers_(std::make_shared<answers>()) {
  door_.begin({});
  while (!door_.accepting()) {
    pump(true);
    settle();
  }
}

void filler::add(const event& e) {
  const auto& names = *configuration_.plan->events;
  std::vector<door_share> shares;
  for (const auto& s :
       split_by_partition(subjects_of(e, names), configuration_.deployment.partitions)) {
    shares.push_back({s.partition, codec::encode_entry_body(s.subjects, e, names)});
  }
  ++position_;
  const auto arrival = door_.stamp(e.arrival);
  while (!door_.accept(position_, arrival, shares).ok()) {
    if (!door_.full()) die("the door refused an event");
    settle();
  }
  pump(false);
}

void filler::round() {
  pump(false);
  const auto now = std::chrono::steady_clock::now();
  if (linger_.try_round(now, door_.has_unsent(), door_.in_flight())) pump(true);
}

void filler::flush() {
  while (door_.low_water() < position_) {
    pump(true);
    settle();
  }
}

void filler::finish() {
  door_.end();
  while (!door_.ended()) {
    pump(true);
    settle();
  }
}

void filler::pump(bool flush) {
  while (auto envelope = door_.next(flush)) {
    auto bytes = codec::encode_envelope(door_.settings(), *envelope);
    ++envelopes_;
    bytes_ += bytes.size();
    auto subject =
        topology::queue_subject(configuration_.deployment.prefix, "web", envelope->queue);
    bus_.publish(std::move(subject), std::move(bytes), {},
                 [into = answers_, queue = envelope->queue,
                  id = envelope->id](const result<port::publish_ack>& ack) {
                   const std::lock_guard hold(into->guard);
                   into->waiting.push_back({queue, id, ack.ok() ? ack->sequence : 0});
                 });
  }
  std::vector<answer> now;
  {
    const std::lock_guard hold(answers_->guard);
    now.swap(answers_->waiting);
  }
  for (const auto& a : now) {
    if (a.sequence == 0) die("a publish failed while filling");
    door_.ack(a.queue, a.id, a.sequence);
  }
}

void filler::settle() {
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  pump(false);
}

}  // namespace beckon::bench

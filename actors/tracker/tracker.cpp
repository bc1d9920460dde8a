#include "actors/tracker/tracker.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "actors/runtime/actor_base.hpp"
#include "messages/codec/track_parts.hpp"

namespace beckon::actors {
namespace {

constexpr auto publish_again_after = std::chrono::milliseconds(500);

struct tracker_state {
  tracker_state() = default;
  explicit tracker_state(tracker_parts p)
      : parts(std::move(p)),
        published(&parts.metrics->make_counter("beckon_track_published_total",
                                               "Batches of decision records published")),
        failures(&parts.metrics->make_counter(
            "beckon_track_publish_failures_total",
            "Publishing decision records failed and is tried again")) {}

  struct waiting {
    std::uint64_t epoch = 0;
    std::vector<std::string> parts;  // messages
    partition_actor reply_to;
    std::size_t done = 0;  // of them
  };

  tracker_parts parts;
  port::counter* published = nullptr;
  port::counter* failures = nullptr;
  std::map<std::uint32_t, std::deque<waiting>> queues;  // by partition; the front one is on its way
};

template <class Self>
void publish_front(Self* self, std::uint32_t partition) {
  auto& s = self->state;
  const auto& front = s.queues[partition].front();
  auto id = "track-" + std::to_string(partition) + "-" + std::to_string(front.epoch);
  if (front.done > 0) id += "-" + std::to_string(front.done);
  const auto me = caf::actor_cast<tracker_actor>(self);
  s.parts.bus->publish(
      s.parts.prefix + ".track." + std::to_string(partition), front.parts[front.done],
      std::move(id), [me, partition](result<port::publish_ack> ack) {
        caf::anon_send(me, partition, ack.ok() ? std::string() : ack.error().to_string());
      });
}

tracker_actor::behavior_type tracker(tracker_actor::stateful_pointer<tracker_state> self,
                                     tracker_parts parts) {
  install_defaults(self);
  self->state = tracker_state(std::move(parts));
  return {
      [self](track_batch& b, const partition_actor& reply_to) {
        auto& queue = self->state.queues[b.partition];
        const auto partition = b.partition;
        queue.push_back({b.epoch, codec::track_parts(std::move(b.bytes)), reply_to});
        if (queue.size() == 1) publish_front(self, partition);
      },
      [self](std::uint32_t partition, const std::string& failed) {
        auto& s = self->state;
        auto& queue = s.queues[partition];
        if (!failed.empty()) {
          s.failures->add();
          s.parts.log->write(port::log_level::warning, "tracker",
                             "publishing decision records failed, trying again",
                             {{"error", failed}});
          self->delayed_send(self, publish_again_after, partition);
          return;
        }
        if (auto& front = queue.front(); ++front.done == front.parts.size()) {
          s.published->add();
          self->send(front.reply_to, tracked{partition, front.epoch});
          queue.pop_front();
        }
        if (!queue.empty()) publish_front(self, partition);
      },
      [self](std::uint32_t partition) { publish_front(self, partition); },
  };
}

}  // namespace

tracker_actor spawn_tracker(caf::actor_system& system, tracker_parts parts) {
  static_assert(proper_state<tracker_state>);
  return system.spawn(tracker, std::move(parts));
}

}  // namespace beckon::actors

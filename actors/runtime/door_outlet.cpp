#include "actors/runtime/door_outlet.hpp"

#include <utility>

#include "messages/codec/envelope.hpp"
#include "messages/codec/item_log.hpp"

namespace beckon::actors {

door_outlet::door_outlet(outlet_parts parts, door_settings settings)
    : parts_(std::move(parts)),
      door_(std::move(settings)),
      subject_(parts_.prefix + ".ev." + door_.settings().source + ".") {}

std::optional<linger::span> door_outlet::pump() {
  const auto now = std::chrono::steady_clock::now();
  publish_next(linger_.try_round(now, door_.has_unsent(), door_.in_flight()));
  if (!door_.has_unsent()) return std::nullopt;
  return linger_.left(now);
}

void door_outlet::flush() {
  linger_.begin_round(std::chrono::steady_clock::now());
  publish_next(true);
}

void door_outlet::publish_next(bool round) {
  while (auto envelope = door_.next(round)) {
    const auto queue = envelope->queue;
    const auto id = envelope->id;
    const auto& door = door_.settings();
    const bool rows = door.item_log && queue == door.partitions;
    parts_.bus->publish(
        rows ? parts_.prefix + ".items" : subject_ + std::to_string(queue),
        rows ? codec::encode_item_batch(door, *envelope) : codec::encode_envelope(door, *envelope),
        {},
        [tell = parts_.on_answer, queue, id, life = parts_.life](result<port::publish_ack> ack) {
          publish_answer a{queue, id, 0, {}, life};
          if (ack.ok())
            a.sequence = ack->sequence;
          else
            a.failed = ack.error().to_string();
          tell(std::move(a));
        });
  }
}

bool door_outlet::answered(const publish_answer& a) {
  if (a.life != parts_.life) return false;
  if (a.sequence > 0) {
    parts_.envelopes->add();
    door_.ack(a.queue, a.id, a.sequence);
    return false;
  }
  parts_.failures->add();
  parts_.log->write(port::log_level::warning, parts_.owner, "a publish failed and is sent again",
                    {{"queue", std::int64_t{a.queue}}, {"error", a.failed}});
  door_.fail(a.queue, a.id);
  return door_.has_held();
}

}  // namespace beckon::actors

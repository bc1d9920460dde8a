#include "topology/import/importer.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "actors/runtime/queue_trace.hpp"
#include "engine/access/subjects.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/event_codec.hpp"
#include "messages/codec/item_log.hpp"
#include "topology/bus_names.hpp"

namespace beckon::topology {
namespace {

/// The newest message of the door in one queue.
result<std::optional<door_message>> newest_of(port::bus& bus, const std::string& stream,
                                              const std::string& door) {
  const auto info = bus.info(stream);
  if (!info) {
    if (info.error().code == errc::not_found) return std::optional<door_message>{};
    return info.error();
  }
  std::optional<door_message> newest;
  const auto walked =
      actors::walk_back(bus, *info, actors::queue_kind::entries, door, [&](const door_message& m) {
        newest = m;
        return true;
      });
  if (!walked) return walked.error();
  return newest;
}

}  // namespace

/// Answers of the bus, from its threads to ours.
struct importer::inbox {
  struct answer {
    std::uint32_t queue = 0;
    std::uint64_t id = 0;
    result<port::publish_ack> content;
  };
  std::mutex mutex;
  std::condition_variable filled;
  std::vector<answer> answers;
};

result<import_progress> find_progress(port::bus& bus, const door_settings& door) {
  import_progress progress;
  progress.ended = true;
  for (std::uint32_t p = 0; p < door.partitions; ++p) {
    const auto newest = newest_of(bus, queue_stream(door.source, p), door.name);
    if (!newest) return newest.error();
    progress.ended = progress.ended && *newest && (*newest)->kind == envelope_kind::end;
    if (*newest) progress.low_water = std::max(progress.low_water, (*newest)->low_water);
  }
  return progress;
}

importer::importer(port::bus& bus, import_settings settings, const std::atomic<bool>& stop)
    : bus_(bus),
      settings_(std::move(settings)),
      stop_(stop),
      door_(settings_.door),
      inbox_(std::make_shared<inbox>()) {}

importer::~importer() = default;

result<void> importer::begin(std::int64_t max_bytes, std::int64_t item_log_bytes) {
  const door_settings& door = settings_.door;
  for (std::uint32_t p = 0; p < door.partitions; ++p) {
    port::stream_settings stream;
    stream.name = queue_stream(door.source, p);
    stream.subjects = {queue_subject(settings_.prefix, door.source, p)};
    stream.max_bytes = max_bytes;
    if (auto made = bus_.ensure_stream(stream); !made) return made.error();
  }
  if (door.item_log) {
    const auto log = bus_.ensure_stream(
        {std::string(items_stream), {items_subject(settings_.prefix)}, item_log_bytes, false, {}});
    if (!log) return log.error();
  }
  door_.begin({});
  return wait_until([this] { return door_.accepting(); }, true, settings_.patience);
}

result<void> importer::accept(std::uint64_t position, timestamp when, const event& e) {
  std::vector<door_share> shares;
  if (position > settings_.door.resume_after && is_item_row(e)) {
    shares.push_back({settings_.door.partitions, codec::encode_item_change(e, *settings_.events)});
  } else if (position > settings_.door.resume_after) {
    const std::string bytes = codec::encode_event(e, *settings_.events);
    for (partition_share& share :
         split_by_partition(queue_subjects(e, *settings_.events), settings_.door.partitions)) {
      shares.push_back({share.partition, codec::encode_entry_body(share.subjects, bytes)});
    }
  }
  return place(position, when, shares);
}

bool importer::is_item_row(const event& e) const {
  return settings_.door.item_log && e.type != type_profile_row &&
         settings_.events->row_of(e.type) != nullptr;
}

result<void> importer::skip(std::uint64_t position, timestamp when) {
  return place(position, when, {});
}

result<void> importer::place(std::uint64_t position, timestamp when, std::span<door_share> shares) {
  if (door_.full()) {
    if (auto waited = wait_until([this] { return !door_.full(); }, true, settings_.patience);
        !waited)
      return waited;
  }
  if (auto accepted = door_.accept(position, when, shares); !accepted) return accepted;
  send(false);
  collect(duration::zero());
  return {};
}

result<void> importer::flush(duration most) {
  return wait_until([this] { return door_.unacked_bytes() == 0; }, false, most);
}

result<void> importer::end(std::optional<timestamp> until) {
  if (auto flushed =
          wait_until([this] { return door_.unacked_bytes() == 0; }, true, settings_.patience);
      !flushed) {
    return flushed;
  }
  door_.end(until);
  return wait_until([this] { return door_.ended(); }, true, settings_.patience);
}

template <class Condition>
result<void> importer::wait_until(const Condition& done, bool heed_stop, duration most) {
  instant last_answer = std::chrono::steady_clock::now();
  while (true) {
    send(true);
    if (done()) return {};
    if (heed_stop && stop_) return error{errc::unavailable, "stopped", settings_.door.name};
    if (collect(duration{100}) || (full_ && heed_stop))
      last_answer = std::chrono::steady_clock::now();
    if (std::chrono::steady_clock::now() - last_answer > most) {
      return error{errc::unavailable, refusal_.empty() ? "the broker does not answer" : refusal_,
                   settings_.door.source};
    }
  }
}

void importer::send(bool flush) {
  while (const auto envelope = door_.next(flush)) publish(*envelope);
}

void importer::publish(const outgoing_envelope& envelope) {
  const bool rows = settings_.door.item_log && envelope.queue == settings_.door.partitions;
  bus_.publish(
      rows ? items_subject(settings_.prefix)
           : queue_subject(settings_.prefix, settings_.door.source, envelope.queue),
      rows ? codec::encode_item_batch(door_.settings(), envelope)
           : codec::encode_envelope(door_.settings(), envelope),
      "",
      [to = inbox_, queue = envelope.queue, id = envelope.id](result<port::publish_ack> answer) {
        const std::lock_guard lock(to->mutex);
        to->answers.push_back({queue, id, std::move(answer)});
        to->filled.notify_one();
      });
}

/// Hands the answers that came, or come within `longest`, to the door. True: something was stored.
bool importer::collect(duration longest) {
  std::vector<inbox::answer> answers;
  {
    std::unique_lock lock(inbox_->mutex);
    if (longest > duration::zero()) {
      inbox_->filled.wait_for(lock, longest, [this] { return !inbox_->answers.empty(); });
    }
    answers.swap(inbox_->answers);
  }
  bool stored = false;
  for (const inbox::answer& a : answers) {
    if (a.content) {
      door_.ack(a.queue, a.id, a.content->sequence);
      stored = true;
      full_ = false;
      continue;
    }
    door_.fail(a.queue, a.id);
    full_ = a.content.error().code == errc::exhausted;
    refusal_ = a.content.error().to_string();
  }
  if (door_.has_held()) {
    std::this_thread::sleep_for(settings_.back_off);
    door_.retry();
  }
  return stored;
}

}  // namespace beckon::topology

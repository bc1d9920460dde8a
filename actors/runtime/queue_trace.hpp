// A door's own last messages in a queue: what is stored there. Used where a door begins: by sources
// and by importers. Blocking; any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "engine/access/stored_trace.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/item_log.hpp"
#include "messages/port/bus.hpp"

namespace beckon::actors {

/// How far back a queue is searched, in messages: other doors of the same source may have written
/// behind the last one.
inline constexpr std::uint64_t longest_search = 1'000;
/// The same for a door that has no memory of having been there.
inline constexpr std::uint64_t shortest_search = 16;

enum class queue_kind : std::uint8_t { entries, item_rows };

/// What `bytes` say of `door`; nothing: the message is another door's, or nobody's: what cannot be
/// read stands in the queue for good and must not keep doors from beginning. Who takes it says so.
inline result<std::optional<door_message>> read_trace(std::string_view bytes, queue_kind kind,
                                                      const std::string& door) {
  if (kind == queue_kind::item_rows) {
    const auto batch = codec::decode_item_batch(bytes);
    if (!batch || batch->door != door) return std::optional<door_message>{};
    const auto last = batch->changes.empty() ? 0 : batch->changes.back().position;
    return std::optional(
        door_message{envelope_kind::entries, batch->after, batch->low_water, last});
  }
  const auto envelope = codec::decode_envelope(bytes);
  if (!envelope || envelope->door != door) return std::optional<door_message>{};
  door_message m{envelope->kind, envelope->after, envelope->low_water, 0};
  if (!envelope->entries.empty()) {
    const auto last = codec::position_in(envelope->entries.back());
    if (!last) return std::optional<door_message>{};
    m.last = *last;
  }
  return std::optional(m);
}

/// Visits the door's messages from the newest back until `visit` says that it is enough, or `most`
/// messages were looked at.
inline result<void> walk_back(port::bus& bus, const port::stream_info& queue, queue_kind kind,
                              const std::string& door,
                              const std::function<bool(const door_message&)>& visit,
                              std::uint64_t most = longest_search) {
  const std::uint64_t lowest = queue.last > most ? queue.last - most : 0;
  for (std::uint64_t at = queue.last; at > lowest && at >= queue.first; --at) {
    const auto message = bus.get(queue.name, at);
    if (!message) return message.error();
    if (!*message) continue;
    const auto found = read_trace((*message)->data, kind, door);
    if (!found) return found.error();
    if (*found && visit(**found)) break;
  }
  return {};
}

/// Of one queue.
struct queue_content {
  std::int64_t created_ns = 0;  ///< the stream's
  std::uint64_t first = 0;      ///< its first sequence …
  std::uint64_t end = 0;        ///< … and its last
  stored_trace trace{false};
};

/// `most`: as `walk_back`. Error: not_found (there is no such stream), what the bus says.
inline result<queue_content> look_into(port::bus& bus, const std::string& stream, queue_kind kind,
                                       const std::string& door, std::uint64_t most) {
  const auto info = bus.info(stream);
  if (!info) return info.error();
  queue_content found{info->created_ns, info->first, info->last,
                      stored_trace(info->first <= 1 && info->last <= most)};
  const auto visit = [&](const door_message& m) { return found.trace.add(m); };
  const auto walked = walk_back(bus, *info, kind, door, visit, most);
  if (!walked) return walked.error();
  return found;
}

}  // namespace beckon::actors

#include "actors/source/logged_start.hpp"

#include <algorithm>

#include "actors/runtime/queue_trace.hpp"

namespace beckon::actors {
namespace {

/// Whether the queue still holds what the door saw acked last.
result<bool> holds(port::bus& bus, const std::string& stream, queue_kind kind,
                   const std::string& door, const queue_content& now, const known_queue& known) {
  if (known.created_ns != 0 && known.created_ns != now.created_ns) return false;
  if (known.sequence == 0) return true;
  if (now.end < known.sequence) return false;
  if (now.first > known.sequence) return true;  // taken and purged
  const auto message = bus.get(stream, known.sequence);
  if (!message) return message.error();
  if (!*message) return false;
  const auto trace = read_trace((*message)->data, kind, door);
  return trace && *trace;
}

}  // namespace

result<logged_start> find_start(port::bus& bus, const std::vector<std::string>& streams,
                                const std::string& door, const std::vector<known_queue>& known,
                                bool begun_before) {
  logged_start found;
  const bool remembers = begun_before || !known.empty();
  std::uint64_t everywhere = 0;  // acked in all queues, as they say themselves
  for (std::size_t q = 0; q < streams.size(); ++q) {
    const bool rows = q + 1 == streams.size();
    const auto kind = rows ? queue_kind::item_rows : queue_kind::entries;
    const auto now =
        look_into(bus, streams[q], kind, door, remembers ? longest_search : shortest_search);
    if (!now) return now.error();
    const known_queue before = known.empty() ? known_queue{} : known[q];
    const auto whole = holds(bus, streams[q], kind, door, *now, before);
    if (!whole) return whole.error();
    const bool another = before.created_ns != 0 && before.created_ns != now->created_ns;
    const auto seen = another ? 0 : now->trace.stored();
    found.stored.push_back(*whole ? std::max(seen, before.position) : seen);
    const bool missed = known.empty() && begun_before && !rows && now->trace.nothing();
    if (!*whole || missed) found.lost.push_back(streams[q]);
    found.created_ns.push_back(now->created_ns);
    found.last = std::max({found.last, now->trace.last(), before.position});
    if (!rows) everywhere = std::max(everywhere, now->trace.low_water());
    if (rows && !*whole) everywhere = 0;
  }
  // Rows are few: what the queues say of them is as good as a row of one's own.
  found.from = std::max(found.stored.back(), everywhere);
  for (std::size_t q = 0; q + 1 < streams.size(); ++q)
    found.from = std::min(found.from, found.stored[q]);
  return found;
}

}  // namespace beckon::actors

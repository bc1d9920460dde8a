#include "topology/node/streams.hpp"

#include "engine/cep/derived_event.hpp"
#include "topology/bus_names.hpp"

namespace beckon::topology {
namespace {

constexpr std::int64_t track_bytes = std::int64_t{1} << 30;
constexpr std::int64_t rejected_bytes = std::int64_t{64} << 20;
constexpr std::int64_t derived_bytes = std::int64_t{256}
                                       << 20;  // a queue; a full one is waited for

result<port::stream_info> ensure(port::bus& bus, const port::stream_settings& wanted) {
  auto made = bus.ensure_stream(wanted);
  if (made || made.error().code != errc::exhausted) return made;
  return error{errc::exhausted,
               made.error().message +
                   ": give the broker more (jetstream max_file_store) or the "
                   "queues less (max_bytes of a source, for each partition)",
               made.error().where};
}

using stream_infos = std::vector<port::stream_info>;

/// Adds what it made or found to `all`.
result<void> ensure_queues_of(port::bus& bus, const deployment& d, const std::string& source,
                              std::int64_t max_bytes, stream_infos& all) {
  for (std::uint32_t p = 0; p < d.partitions; ++p) {
    const auto made = ensure(
        bus, {queue_stream(source, p), {queue_subject(d.prefix, source, p)}, max_bytes, false, {}});
    if (!made) return made.error();
    all.push_back(*made);
  }
  return {};
}

result<void> ensure_queues_of(port::bus& bus, const deployment& d, stream_infos& all) {
  for (const auto& source : d.sources) {
    if (auto made = ensure_queues_of(bus, d, source.id, source.max_bytes, all); !made) return made;
  }
  return ensure_queues_of(bus, d, std::string(cep::derived_source), derived_bytes, all);
}

}  // namespace

result<std::vector<actors::partition_source>> ensure_queues(port::bus& bus, const deployment& d) {
  stream_infos made;
  if (auto done = ensure_queues_of(bus, d, made); !done) return done.error();
  std::vector<actors::partition_source> all;
  for (const auto& source : d.sources)
    all.push_back({source.id, source.kind != source_kind::import, {}, 0});
  all.push_back({std::string(cep::derived_source), false, {}, 0, true});
  return all;
}

result<std::vector<port::stream_info>> ensure_all(port::bus& bus, const deployment& d) {
  stream_infos all;
  const auto items = ensure_items(bus, d);  // first: who follows them does not wait for long
  if (!items) return items.error();
  all.push_back(*items);
  if (auto done = ensure_queues_of(bus, d, all); !done) return done.error();
  if (auto done = ensure_common(bus, d); !done) return done.error();
  for (const auto& source : d.sources) {
    if (source.kind != source_kind::nats || source.paused || d.clock == clock_mode::event) continue;
    const auto captured = ensure_capture(bus, source);
    if (!captured) return captured.error();
    all.push_back(*captured);
  }
  return all;
}

result<void> ensure_common(port::bus& bus, const deployment& d) {
  const auto track = ensure(bus, {"BECKON_track", {d.prefix + ".track.*"}, track_bytes, true, {}});
  if (!track) return track.error();
  const auto rejected = ensure(
      bus, {std::string(rejected_stream), {d.prefix + ".rejected.*"}, rejected_bytes, true, {}});
  if (!rejected) return rejected.error();
  return {};
}

result<port::stream_info> ensure_items(port::bus& bus, const deployment& d) {
  return ensure(
      bus,
      {std::string(items_stream), {items_subject(d.prefix)}, d.limits.item_log_bytes, false, {}});
}

result<port::stream_info> ensure_capture(port::bus& bus, const source_settings& source) {
  return ensure(bus, {capture_stream(source.id), {source.subject}, source.max_bytes, false, {}});
}

}  // namespace beckon::topology

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

result<void> ensure_queues_of(port::bus& bus, const deployment& d, const std::string& source,
                              std::int64_t max_bytes) {
  for (std::uint32_t p = 0; p < d.partitions; ++p) {
    const auto made = ensure(
        bus, {queue_stream(source, p), {queue_subject(d.prefix, source, p)}, max_bytes, false, {}});
    if (!made) return made.error();
  }
  return {};
}

}  // namespace

result<std::vector<actors::partition_source>> ensure_queues(port::bus& bus, const deployment& d) {
  std::vector<actors::partition_source> all;
  for (const auto& source : d.sources) {
    if (auto made = ensure_queues_of(bus, d, source.id, source.max_bytes); !made)
      return made.error();
    all.push_back({source.id, source.kind != source_kind::import, {}, 0});
  }
  const std::string derived(cep::derived_source);
  if (auto made = ensure_queues_of(bus, d, derived, derived_bytes); !made) return made.error();
  all.push_back({derived, false, {}, 0, true});
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

#include "topology/node/streams.hpp"

#include "topology/bus_names.hpp"

namespace beckon::topology {
namespace {

constexpr std::int64_t track_bytes = std::int64_t{1} << 30;
constexpr std::int64_t rejected_bytes = std::int64_t{64} << 20;

result<port::stream_info> ensure(port::bus& bus, const port::stream_settings& wanted) {
  auto made = bus.ensure_stream(wanted);
  if (made || made.error().code != errc::exhausted) return made;
  return error{errc::exhausted,
               made.error().message +
                   ": give the broker more (jetstream max_file_store) or the "
                   "queues less (max_bytes of a source, for each partition)",
               made.error().where};
}

}  // namespace

result<std::vector<actors::partition_source>> ensure_queues(port::bus& bus, const deployment& d) {
  std::vector<actors::partition_source> all;
  for (const auto& source : d.sources) {
    for (std::uint32_t p = 0; p < d.partitions; ++p) {
      const auto made = ensure(bus, {queue_stream(source.id, p),
                                     {queue_subject(d.prefix, source.id, p)},
                                     source.max_bytes,
                                     false,
                                     {}});
      if (!made) return made.error();
    }
    all.push_back({source.id, source.kind != source_kind::import, {}, 0});
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

result<port::stream_info> ensure_capture(port::bus& bus, const source_settings& source) {
  return ensure(bus, {capture_stream(source.id), {source.subject}, source.max_bytes, false, {}});
}

}  // namespace beckon::topology

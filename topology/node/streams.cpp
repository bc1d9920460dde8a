#include "topology/node/streams.hpp"

#include "topology/bus_names.hpp"

namespace beckon::topology {
namespace {

constexpr std::int64_t track_bytes = std::int64_t{1} << 30;
constexpr std::int64_t rejected_bytes = std::int64_t{64} << 20;

}  // namespace

result<std::vector<actors::partition_source>> ensure_queues(port::bus& bus, const deployment& d) {
  std::vector<actors::partition_source> all;
  for (const auto& source : d.sources) {
    for (std::uint32_t p = 0; p < d.partitions; ++p) {
      const auto made = bus.ensure_stream({queue_stream(source.id, p),
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
  const auto track =
      bus.ensure_stream({"BECKON_track", {d.prefix + ".track.*"}, track_bytes, true, {}});
  if (!track) return track.error();
  const auto rejected = bus.ensure_stream(
      {std::string(rejected_stream), {d.prefix + ".rejected.*"}, rejected_bytes, true, {}});
  if (!rejected) return rejected.error();
  return {};
}

result<port::stream_info> ensure_capture(port::bus& bus, const source_settings& source) {
  return bus.ensure_stream(
      {capture_stream(source.id), {source.subject}, source.max_bytes, false, {}});
}

}  // namespace beckon::topology

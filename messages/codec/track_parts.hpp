// Decision records of an epoch on their way to the bus, which takes messages up to a size.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace beckon::codec {

/// A broker takes 1 MiB unless it is told otherwise.
inline constexpr std::size_t most_track_bytes = std::size_t{512} << 10;

/// The batch (encoded TrackBatch), or where it is larger than `most`: several of its partition and
/// epoch that hold its records in their order. A single record larger than `most` is a part of its
/// own; what cannot be read is left whole. Never empty. Pure; any thread.
std::vector<std::string> track_parts(std::string batch, std::size_t most = most_track_bytes);

}  // namespace beckon::codec

// The names of streams and subjects on the bus (design.md, "Doors" and "Bus").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace beckon::topology {

/// The queue of one (source, partition): a stream …
inline std::string queue_stream(std::string_view source, std::uint32_t partition) {
  return "BECKON_" + std::string(source) + "_" + std::to_string(partition);
}

/// … and the subject it captures.
inline std::string queue_subject(std::string_view prefix, std::string_view source,
                                 std::uint32_t partition) {
  return std::string(prefix) + ".ev." + std::string(source) + "." + std::to_string(partition);
}

/// The stream that captures what clients publish for a NATS source.
inline std::string capture_stream(std::string_view source) {
  return "BECKON_in_" + std::string(source);
}

/// The log of items' rows: a stream that every node follows …
inline constexpr std::string_view items_stream = "BECKON_items";

/// … and the subject it captures.
inline std::string items_subject(std::string_view prefix) {
  return std::string(prefix) + ".items";
}

/// The stream of what sources refused, published to `<prefix>.rejected.<source>`.
inline constexpr std::string_view rejected_stream = "BECKON_rejected";

/// Where the decision records of one partition are published.
inline std::string track_subject(std::string_view prefix, std::uint32_t partition) {
  return std::string(prefix) + ".track." + std::to_string(partition);
}

}  // namespace beckon::topology

// What the reply subject of a message handed over by a JetStream consumer says about it.
// Source: NATS ADR-15, "JetStream message metadata" (forms with 9, 11 and 12 tokens).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace beckon::adapters {

struct delivered_position {
  std::uint64_t stream_sequence = 0;
  std::uint64_t consumer_sequence = 0;  ///< from 1 for a new consumer, without gaps
  std::int64_t broker_time_ns = 0;      ///< when the stream stored the message
  std::uint64_t pending = 0;            ///< how many more the stream held for the consumer
};

/// Reads `$JS.ACK.<stream>.<consumer>.…`. Nothing when it is no such subject or another consumer's.
std::optional<delivered_position> parse_ack_subject(std::string_view reply,
                                                    std::string_view consumer) noexcept;

}  // namespace beckon::adapters

// JetStream's JSON requests and answers as values. Pure; nothing throws.
// Source: NATS JetStream API of nats-server 2.9 (schemas io.nats.jetstream.api.v1.*).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "messages/port/bus.hpp"

namespace beckon::adapters {

/// A stream as STREAM.INFO tells it.
struct stream_description {
  port::stream_info info;
  std::vector<std::string> subjects;
  std::int64_t max_bytes = -1;
  std::int64_t duplicates_ns = 0;
  std::string configuration;  ///< the "config" object as JSON, to be sent back changed
};

// -- requests
std::string create_stream_request(const port::stream_settings& settings, int replicas);
/// The stream's own configuration with the limits of `settings`.
std::string update_stream_request(const stream_description& now,
                                  const port::stream_settings& settings);
/// An ephemeral pull consumer without acks that starts at `first`.
std::string create_consumer_request(std::string_view stream, std::string_view consumer,
                                    std::uint64_t first, std::int64_t inactive_ns);
std::string pull_request(std::uint64_t messages, std::int64_t expires_ns,
                         std::int64_t heartbeat_ns);

// -- answers. Errors: not_found, conflict, exhausted, invalid, unavailable as the broker says;
// corrupt when the
//    answer cannot be read. `where` names the request.
result<void> parse_answer(std::string_view body, std::string_view where);
result<stream_description> parse_stream_answer(std::string_view body, std::string_view where);
/// nullopt: the stream holds no such message.
result<std::optional<port::stored_message>> parse_message_answer(std::string_view body,
                                                                 std::string_view where);
result<port::publish_ack> parse_publish_answer(std::string_view body, std::string_view where);

/// The header block "NATS/1.0…\r\nName: value\r\n\r\n" as pairs, in order.
std::vector<std::pair<std::string, std::string>> parse_headers(std::string_view block);

}  // namespace beckon::adapters

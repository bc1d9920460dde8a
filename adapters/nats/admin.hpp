// The bus's blocking calls: JetStream's API, asked again while the broker is away, within a bound.
#pragma once

#include <optional>
#include <string>

#include "adapters/nats/api_json.hpp"
#include "adapters/nats/connection.hpp"
#include "messages/port/bus.hpp"

namespace beckon::adapters {

/// All functions block, any thread. Errors: not_found, conflict, exhausted, invalid, unavailable
/// (the broker was away or refused for as long as `options.admin_timeout`).
class admin {
 public:
  explicit admin(connection& through) noexcept : through_(through) {}

  /// Makes the stream, or verifies its subjects and sets its limits.
  result<port::stream_info> ensure_stream(const port::stream_settings& settings);
  result<stream_description> describe(const std::string& stream);
  result<std::optional<port::stored_message>> get(const std::string& stream,
                                                  std::uint64_t sequence);
  result<std::optional<port::stored_message>> last(const std::string& stream);
  result<void> purge_below(const std::string& stream, std::uint64_t below);
  /// Errors: not_found.
  result<void> remove(const std::string& stream, std::uint64_t sequence);

 private:
  template <class Read>
  auto ask(std::string_view call, const std::string& stream, const std::string& body, Read read)
      -> decltype(read(std::string_view{}, std::string_view{}));
  result<std::string> ask_once(const std::string& subject, const std::string& body,
                               steady_time deadline);
  result<port::stream_info> verify(const stream_description& found,
                                   const port::stream_settings& settings);

  connection& through_;
};

}  // namespace beckon::adapters

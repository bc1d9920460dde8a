// What sources refused, as they left it in the stream BECKON_rejected: messages of NATS sources,
// items of HTTP clients.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "messages/port/bus.hpp"

namespace beckon::topology {

struct reject {
  std::uint64_t number = 0;  ///< in the stream of rejects
  std::string source;
  std::uint64_t sequence = 0;  ///< of the message, in the stream the source captures; 0: HTTP
  timestamp time{};            ///< when it was refused, by the broker's clock
  std::string reason;
  std::string pointer;  ///< JSON pointer to what is wrong, where one field is; else empty
  std::string data;     ///< its first bytes, at most `most_reject_bytes`, as UTF-8
  bool cut = false;     ///< it is longer
  std::string whole;    ///< all of it
  bool exact = false;   ///< it is what came, byte for byte: it was text
  std::string subject;  ///< NATS: where it was published; empty: unknown
  std::string type;     ///< HTTP: what the path said it is, where it does not say itself
};

struct reject_list {
  std::vector<reject> newest;  ///< in order
  std::uint64_t older = 0;     ///< that were left out
};

inline constexpr std::size_t most_reject_bytes = 120;

/// What a source published as a reject; a message of anybody else's making has its own bytes as
/// data and says so as its reason.
reject parse_reject(const port::stored_message& m);

/// The newest rejects of the stream, at most `most`; none when there is no such stream. Blocks, a
/// round trip each. Errors: unavailable.
result<reject_list> read_rejects(port::bus& from, std::uint64_t most);

}  // namespace beckon::topology

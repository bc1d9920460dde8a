// What NATS takes for a name: the client itself checks little, and a blank in a subject breaks the
// protocol.
#pragma once

#include <string_view>

namespace beckon::adapters {

/// A subject to publish to: tokens without blanks, control characters or wildcards.
bool is_subject(std::string_view text) noexcept;

/// A stream's name: as JetStream demands (no blanks, dots, wildcards, slashes).
bool is_stream_name(std::string_view text) noexcept;

}  // namespace beckon::adapters

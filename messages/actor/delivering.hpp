// Between partition, outbox and channels: committed deliveries, attempts, results.
// Plain values; nothing here crosses a process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "engine/delivery/outbox.hpp"
#include "messages/actor/token.hpp"
#include "messages/port/sender.hpp"

namespace beckon::actors {

/// Entries a commit holds, new or rewritten, in commit order: they may be attempted now.
struct release_entries {
  std::uint64_t incarnation = 0;
  std::vector<delivery::outbox_entry> entries;
  /// Set: these are rows found by a new incarnation; the commit order when this process took the
  /// partition over.
  std::optional<std::uint64_t> recovered_since;
  /// Results the commit holds, by channel: forget them.
  std::vector<std::pair<std::string, std::pair<hash128, std::uint32_t>>> settled;
};
/// What became of entries: for the partition's next commit.
struct entries_settled {
  std::uint64_t incarnation = 0;
  std::vector<delivery::settlement> what;
  /// Deliveries a channel actor failed on twice: dead, and dead-lettered.
  std::vector<std::pair<delivery::settlement, drop_note>> poison;
};

/// One attempt for a channel. `alive` reports a crash of the channel actor before the attempt
/// began.
struct attempt_request {
  port::delivery what;
  std::uint64_t order = 0;  ///< the entry's commit order
  token alive;
};
/// The attempt has ended. Kept by the channel until `attempts_committed`.
struct attempt_done {
  std::string channel;
  std::uint64_t order = 0;
  hash128 delivery;
  std::uint32_t attempt = 0;
  port::receipt result;
  std::optional<timestamp> held_until = {};  ///< it was not made, and will not be before then
};
struct attempt_dropped {
  std::string channel;
  std::uint64_t order = 0;
  hash128 delivery;
  std::uint32_t attempt = 0;
  drop_note note;
};
/// Results a commit holds: the channel may forget them.
struct attempts_committed {
  std::vector<std::pair<hash128, std::uint32_t>> which;
};

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::release_entries)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::entries_settled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::attempt_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::attempt_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::attempt_dropped)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::attempts_committed)

// Between a partition and its derived door: entries for the queues "derived" of others.
// Plain values; nothing here crosses a process.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

namespace beckon::actors {

/// An entry that a commit holds (DerivedRow); its position at the door is its row's key.
struct derived_entry {
  std::uint64_t position = 0;
  std::uint32_t partition = 0;  ///< whose queue
  std::string body;
};
/// Committed entries in order of positions: each once in an incarnation.
struct derived_entries {
  std::vector<derived_entry> entries;
};
/// Every position up to it is stored in its queue: the rows can go.
struct derived_stored {
  std::uint64_t incarnation = 0;
  std::uint64_t low_water = 0;
};

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::derived_entries)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::derived_stored)

// The process' allocator: jemalloc, for a session, a row and a message each come and go on different
// threads, which glibc's arenas answer with long searches (a third of all processor time). Under
// sanitizers, which bring their own: glibc. Any thread.
#pragma once

#include <cstddef>

namespace beckon::adapters {

/// Bytes handed out and not given back.
std::size_t allocated_bytes() noexcept;

/// Gives free memory back to the system now; otherwise that happens within half a second.
void give_memory_back() noexcept;

}  // namespace beckon::adapters

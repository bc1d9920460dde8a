// Ctrl-C in a command that takes long: the first one ends it smoothly, a second one at once.
#pragma once

#include <atomic>

namespace beckon::topology {

inline constexpr int exit_interrupted = 130;  ///< 128 + SIGINT

/// From now on SIGINT and SIGTERM set `interrupted()`, once each.
void heed_interruption();

/// Set by a signal handler, never unset.
const std::atomic<bool>& interrupted() noexcept;

}  // namespace beckon::topology

// What the machine itself gives while nothing of ours runs, or takes away: without it a latency is
// hard to judge on a shared one.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

namespace beckon::bench {

/// Of 4 KiB written and synced (fdatasync), every 5 ms.
struct sync_times {
  std::chrono::microseconds p50{};
  std::chrono::microseconds p99{};
  std::chrono::microseconds longest{};
};
/// In a file of `directory`, which is removed. For so long, on this thread. Ends the program where
/// the file cannot be written.
sync_times measure_syncs(const std::filesystem::path& directory, std::chrono::milliseconds length);

/// Hundredths of a second that the hypervisor gave others although a processor of ours had work,
/// all processors together, since the start; 0 on a machine of one's own.
std::int64_t stolen();

}  // namespace beckon::bench

// Linked into `beckon_without_deduplication` in place of the memory of event ids: every event is
// new. `ld --wrap` leads the callers here.
#include "engine/epoch/deduplication.hpp"

namespace beckon::controls {

bool always_new(epoch::deduplication*, hash128, timestamp, std::uint64_t) asm(
    "__wrap__ZN6beckon5epoch13deduplication6insertENS_7hash128ENSt6chrono10t"
    "ime_pointINS3_3_V212system_clockENS3_8durationIlSt5ratioILl1ELl1000EEEEEEm");

bool always_new(epoch::deduplication*, hash128, timestamp, std::uint64_t) {
  return true;
}

}  // namespace beckon::controls
